import protobuf from 'protobufjs'
import { shortestFloat32 } from '../number-forms.ts'
import { isLong } from './payload-error.ts'

/** What can stand at the end of a path. */
export type LeafType = 'number' | 'boolean' | 'string' | 'enum' | 'timestamp' | 'messages'
/** A decoded message, by protobufjs or from JSON. */
export type MessageObject = Readonly<Record<string, unknown>>

type Container = (message: MessageObject) => MessageObject | undefined

export interface Leaf {
  readonly type: LeafType
  /** The message the field is in, and the path to it: what lies in one message is read together. */
  readonly container: Container
  readonly containerPath: string
  /** The field's value, or undefined where the message says nothing. 64-bit integers are numbers, enumerators their numbers, times their milliseconds. */
  readonly get: (container: MessageObject) => unknown
  /** Both in one. */
  readonly read: (message: MessageObject) => unknown
  readonly enumerators: Readonly<Record<string, number>> | undefined
  readonly messages: protobuf.Type | undefined
}

/** Resolves a path through a message's fields into functions, or says why it cannot. */
export function resolvePath(type: protobuf.Type, path: string): Leaf | string {
  const names = path.split('.')
  const last = names.pop() ?? ''
  let at = type
  let container: Container = message => message
  for (const [index, name] of names.entries()) {
    const field = fieldOf(at, name)
    if (typeof field === 'string') return field
    if (field.repeated || field.map || !(field.resolvedType instanceof protobuf.Type)) {
      return `"${name}" of ${nameOf(at)} is no single message, so "${names[index + 1] ?? last}" cannot be in it`
    }
    container = index === 0 ? message => inner(message, name) : within(container, name)
    at = field.resolvedType
  }
  const field = fieldOf(at, last)
  if (typeof field === 'string') return field
  const leaf = leafOf(field, nameOf(at))
  if (typeof leaf === 'string') return leaf
  const { get } = leaf
  return {
    enumerators: undefined,
    messages: undefined,
    ...leaf,
    container,
    containerPath: names.join('.'),
    read: message => {
      const found = container(message)
      return found === undefined ? undefined : get(found)
    },
  }
}

function fieldOf(type: protobuf.Type, name: string): protobuf.Field | string {
  const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined
  return field?.resolve() ?? `${nameOf(type)} has no field "${name}"; it has ${Object.keys(type.fields).join(', ')}`
}

function nameOf(type: protobuf.Type): string {
  return type.fullName.replace(/^\./, '')
}

function within(container: Container, name: string): Container {
  return message => {
    const outer = container(message)
    return outer === undefined ? undefined : inner(outer, name)
  }
}

function inner(message: MessageObject, name: string): MessageObject | undefined {
  const value = message[name]
  return isObject(value) ? value : undefined
}

type Getter = Pick<Leaf, 'type' | 'get'> & Partial<Pick<Leaf, 'enumerators' | 'messages'>>

function leafOf(field: protobuf.Field, typeName: string): Getter | string {
  const { name, resolvedType } = field
  if (field.map) return `"${name}" of ${typeName} is a map; maps are not read`
  if (field.repeated) {
    if (!(resolvedType instanceof protobuf.Type)) return `"${name}" of ${typeName} is a list of plain values; only lists of messages are read`
    return { type: 'messages', get: message => message[name], messages: resolvedType }
  }
  if (resolvedType instanceof protobuf.Type) {
    if (resolvedType.fullName === '.google.protobuf.Timestamp') return { type: 'timestamp', get: message => timestampMs(message[name]) }
    return `"${name}" of ${typeName} is a message; name one of its fields: ${Object.keys(resolvedType.fields).join(', ')}`
  }
  const get = field.hasPresence ? present(name, field.defaultValue === null) : withDefault(name, field.defaultValue)
  if (resolvedType instanceof protobuf.Enum) return { type: 'enum', get, enumerators: resolvedType.values }
  if (field.type === 'bool') return { type: 'boolean', get }
  if (field.type === 'string') return { type: 'string', get }
  if (field.type === 'bytes') return `"${name}" of ${typeName} is bytes; bytes are not read`
  if (field.type === 'float') return { type: 'number', get: message => float32(get(message)) }
  return { type: 'number', get: field.type.endsWith('64') ? message => integer64(get(message)) : get }
}

/**
 * Fields with presence (optional, oneof, proto2): what protobufjs holds on the prototype is not what was sent. For `optional` of proto3 that is null
 * (protobufjs 8 src/field.js, resolve), which is cheaper to tell than asking whose property it is.
 */
function present(name: string, nullWhenAbsent: boolean): Leaf['get'] {
  return nullWhenAbsent ? message => message[name] ?? undefined : message => (Object.hasOwn(message, name) ? message[name] : undefined)
}

/** Fields without presence: absent means the default (proto3 guide, "Field Presence"). */
function withDefault(name: string, fallback: unknown): Leaf['get'] {
  return message => message[name] ?? fallback
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
