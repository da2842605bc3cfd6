import protobuf from 'protobufjs'
import type { MessageObject } from './paths.ts'
import { PayloadError } from './payload-error.ts'

/** Deeper than any sensible message, and far from any stack's end. */
const DEEPEST = 32
type Convert = (value: unknown, path: string, depth: number) => unknown

/**
 * Makes a reader of the proto3 JSON form of a message (protobuf.dev, "ProtoJSON Format"): JSON names and original names are both understood, unknown names and
 * null are passed over, 64-bit integers may be texts, enumerators names or numbers. It answers an object with the original names, as `resolvePath` expects,
 * and throws `PayloadError` that names the field whose type is wrong.
 */
export function jsonReader(type: protobuf.Type): (json: unknown) => MessageObject {
  const read = messageConverter(type, new Map())
  return json => read(json, '', 0) as MessageObject
}

function messageConverter(type: protobuf.Type, known: Map<protobuf.Type, Convert>): Convert {
  const before = known.get(type)
  if (before) return before
  const fields = new Map<string, { readonly name: string; readonly convert: Convert }>()
  const convert: Convert = (value, path, depth) => {
    if (depth > DEEPEST) throw new PayloadError('MALFORMED', `${path} lies deeper than ${DEEPEST} levels`)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(path, 'an object', value)
    const message: Record<string, unknown> = {}
    for (const [key, inner] of Object.entries(value)) {
      const field = fields.get(key)
      if (field === undefined || inner === null) continue
      const converted = field.convert(inner, path === '' ? key : `${path}.${key}`, depth + 1)
      if (converted !== undefined) message[field.name] = converted
    }
    return message
  }
  known.set(type, convert)
  for (const field of type.fieldsArray) {
    const entry = { name: field.name, convert: fieldConverter(field.resolve(), known) }
    fields.set(field.name, entry)
    fields.set(field.jsonName, entry)
  }
  return convert
}

function fieldConverter(field: protobuf.Field, known: Map<protobuf.Type, Convert>): Convert {
  if (field.map) return () => undefined
  const one = valueConverter(field, known)
  if (!field.repeated) return one
  return (value, path, depth) => {
    if (!Array.isArray(value)) throw wrong(path, 'a list', value)
    return value.map((item: unknown, index) => one(item, `${path}[${index}]`, depth))
  }
}

function valueConverter(field: protobuf.Field, known: Map<protobuf.Type, Convert>): Convert {
  const { resolvedType } = field
  if (resolvedType instanceof protobuf.Type) return resolvedType.fullName === '.google.protobuf.Timestamp' ? timestamp : messageConverter(resolvedType, known)
  if (resolvedType instanceof protobuf.Enum) return enumerator(resolvedType)
  switch (field.type) {
    case 'bool':
      return (value, path) => (typeof value === 'boolean' ? value : fail(path, 'true or false', value))
    case 'string':
      return (value, path) => (typeof value === 'string' ? value : fail(path, 'a text', value))
    case 'bytes':
      return () => undefined
    case 'float':
    case 'double':
      return (value, path) => (typeof value === 'number' ? value : floatText(value, path))
    default:
      return integer(field.type)
  }
}

const FLOAT_TEXT = /^-?(\d+(\.\d+)?([eE][+-]?\d+)?|Infinity)$|^NaN$/

function floatText(value: unknown, path: string): number {
  return typeof value === 'string' && FLOAT_TEXT.test(value) ? Number(value) : fail(path, 'a number', value)
}

function integer(type: string): Convert {
  const bits = type.endsWith('64') ? 64 : 32
  const unsigned = type.startsWith('u') || type.startsWith('fixed')
  const [low, high] = unsigned ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1]
  return (value, path) => {
    const number = typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? Number(value) : value
    if (typeof number !== 'number' || !Number.isInteger(number)) return fail(path, 'a whole number', value)
    return number >= low && number <= high ? number : fail(path, `a whole number that fits ${type}`, value)
  }
}

function enumerator(type: protobuf.Enum): Convert {
  return (value, path) => {
    if (typeof value === 'number' && Number.isInteger(value)) return value
    // A name this gateway does not know comes from a newer device: no value, and no reason to refuse the rest.
    if (typeof value === 'string') return Object.hasOwn(type.values, value) ? type.values[value] : undefined
    return fail(path, 'the name of an enumerator', value)
  }
}

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/

/** Milliseconds of an RFC 3339 text, NaN when it is none. */
export function rfc3339Ms(text: string): number {
  return RFC3339.test(text) ? Date.parse(text) : Number.NaN
}

function timestamp(value: unknown, path: string): unknown {
  const ms = typeof value === 'string' ? rfc3339Ms(value) : Number.NaN
  return Number.isNaN(ms) ? fail(path, 'an RFC 3339 time such as "2026-01-31T08:00:00Z"', value) : ms
}

function fail(path: string, expected: string, found: unknown): never {
  throw wrong(path, expected, found)
}

function wrong(path: string, expected: string, found: unknown): PayloadError {
  const shown = JSON.stringify(found) ?? typeof found
  return new PayloadError(
    'MALFORMED',
    `${path === '' ? 'the payload' : path}: expected ${expected}, found ${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown}`,
  )
}
