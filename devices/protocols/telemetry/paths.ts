import protobuf from 'protobufjs'
import { shortestFloat32 } from '../number-forms.ts'
import { isLong } from './payload-error.ts'

/** What can stand at the end of a path. */
export type LeafType = 'number' | 'boolean' | 'string' | 'enum' | 'timestamp' | 'messages'
/** A decoded message, by protobufjs or from JSON. */
export type MessageObject = Readonly<Record<string, unknown>>

export interface Leaf {
  readonly type: LeafType
  /** The value, or undefined where the message says nothing. 64-bit integers are numbers, enumerators their numbers, times their milliseconds. */
  readonly read: (message: MessageObject) => unknown
  readonly enumerators: Readonly<Record<string, number>> | undefined
  readonly messages: protobuf.Type | undefined
}

/** Resolves a path through a message's fields into one function, or says why it cannot. */
export function resolvePath(type: protobuf.Type, path: string): Leaf | string {
  const names = path.split('.')
  let at = type
  let read: Leaf['read'] = message => message
  for (const [index, name] of names.entries()) {
    const field = Object.hasOwn(at.fields, name) ? at.fields[name] : undefined
    const typeName = at.fullName.replace(/^\./, '')
    if (!field) return `${typeName} has no field "${name}"; it has ${Object.keys(at.fields).join(', ')}`
    const resolved = field.resolve()
    const last = index === names.length - 1
    if (last) return leafOf(resolved, typeName, read)
    if (resolved.repeated || resolved.map || !(resolved.resolvedType instanceof protobuf.Type)) {
      return `"${name}" of ${typeName} is no single message, so "${names[index + 1]}" cannot be in it`
    }
    const outer = read
    read = index === 0 ? message => message[name] : step(outer, name)
    at = resolved.resolvedType
  }
  return 'the path is empty'
}

function leafOf(field: protobuf.Field, typeName: string, container: Leaf['read']): Leaf | string {
  const { name, resolvedType } = field
  if (field.map) return `"${name}" of ${typeName} is a map; maps are not read`
  if (field.repeated) {
    if (!(resolvedType instanceof protobuf.Type)) return `"${name}" of ${typeName} is a list of plain values; only lists of messages are read`
    return { type: 'messages', read: step(container, name), enumerators: undefined, messages: resolvedType }
  }
  if (resolvedType instanceof protobuf.Type) {
    if (resolvedType.fullName !== '.google.protobuf.Timestamp')
      return `"${name}" of ${typeName} is a message; name one of its fields: ${Object.keys(resolvedType.fields).join(', ')}`
    const raw = step(container, name)
    return { type: 'timestamp', read: message => timestampMs(raw(message)), enumerators: undefined, messages: undefined }
  }
  const plain = field.hasPresence ? own(container, name) : withDefault(container, name, field.defaultValue)
  if (resolvedType instanceof protobuf.Enum) return { type: 'enum', read: plain, enumerators: resolvedType.values, messages: undefined }
  const scalar = { enumerators: undefined, messages: undefined }
  switch (field.type) {
    case 'bool':
      return { type: 'boolean', read: plain, ...scalar }
    case 'string':
      return { type: 'string', read: plain, ...scalar }
    case 'bytes':
      return `"${name}" of ${typeName} is bytes; bytes are not read`
    case 'float':
      return { type: 'number', read: message => float32(plain(message)), ...scalar }
    case 'int64':
    case 'uint64':
    case 'sint64':
    case 'fixed64':
    case 'sfixed64':
      return { type: 'number', read: message => integer64(plain(message)), ...scalar }
    default:
      return { type: 'number', read: plain, ...scalar }
  }
}

function step(container: Leaf['read'], name: string): Leaf['read'] {
  return message => {
    const inner = container(message)
    return isObject(inner) ? inner[name] : undefined
  }
}

/** Fields with presence (optional, oneof, proto2): what protobufjs holds on the prototype is not what was sent. */
function own(container: Leaf['read'], name: string): Leaf['read'] {
  return message => {
    const inner = container(message)
    return isObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined
  }
}

/** Fields without presence: absent means the default (proto3 guide, "Field Presence"), but only where their message is there. */
function withDefault(container: Leaf['read'], name: string, fallback: unknown): Leaf['read'] {
  return message => {
    const inner = container(message)
    return isObject(inner) ? (inner[name] ?? fallback) : undefined
  }
}

function isObject(value: unknown): value is MessageObject {
  return typeof value === 'object' && value !== null
}

function float32(value: unknown): unknown {
  return typeof value === 'number' && Number.isFinite(value) ? shortestFloat32(Math.fround(value)) : value
}

function integer64(value: unknown): unknown {
  return isLong(value) ? value.toNumber() : value
}

/** google/protobuf/timestamp.proto: seconds since the epoch and nanoseconds that count forward. */
function timestampMs(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (!isObject(value)) return undefined
  const seconds = integer64(value.seconds ?? 0)
  const nanos = value.nanos ?? 0
  return typeof seconds === 'number' && typeof nanos === 'number' ? seconds * 1000 + Math.floor(nanos / 1e6) : undefined
}
