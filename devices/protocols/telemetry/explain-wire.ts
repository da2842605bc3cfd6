import protobuf from 'protobufjs'
import type { ExplainedPart } from '../../../gateway/model/explanation.ts'
import type { Title } from '../../../gateway/model/kind.ts'
import type { Meaning, MessageGuide } from './explain-guide.ts'
import { describedField, unreadable } from './explain-value.ts'
import { scalarAt, type WireField, type WireProblem, wireFieldAt, wireTypeOf } from './wire.ts'

/** Messages within messages are told to this depth; what lies deeper stays bytes. */
const DEEPEST = 12

const PROBLEMS: Readonly<Record<WireProblem, Title>> = {
  short: { en: 'the message ends too early, or is none', zh: '消息提前结束，或并非该消息' },
  group: { en: 'a group, which proto3 does not have', zh: 'proto3 中不存在的 group' },
  tag: { en: 'no tag of a field', zh: '不是字段标签' },
}

const WIRE_TYPES: Readonly<Record<number, Title>> = {
  0: { en: 'varint', zh: '变长整数' },
  1: { en: '8 bytes', zh: '8 字节' },
  2: { en: 'with its length', zh: '带长度' },
  5: { en: '4 bytes', zh: '4 字节' },
}

/** Explains protobuf messages by the wire format (protobuf.dev, "Encoding"), with the names of the .proto file and what the model makes of them, where known. */
export class WireExplainer {
  readonly #bytes: Uint8Array
  readonly #guide: MessageGuide | undefined

  constructor(bytes: Uint8Array, guide: MessageGuide | undefined) {
    this.#bytes = bytes
    this.#guide = guide
  }

  /** The fields between two bytes, and where they end a problem that covers the rest. */
  fields(from: number, to: number, type: protobuf.Type | undefined = this.#guide?.type, path = '', depth = 0): ExplainedPart[] {
    const parts: ExplainedPart[] = []
    const named = this.#guide?.namedAt(path)
    const meaning = named?.meaningOf(this.#nameIn(from, to, type, named.name))
    let at = from
    while (at < to) {
      const found = wireFieldAt(this.#bytes, at, to)
      if (typeof found === 'string') {
        parts.push(unreadable(at, to, PROBLEMS[found]))
        break
      }
      const field = type?.fieldsById[found.number]
      const known = field && named && field.name === named.value ? meaning : undefined
      parts.push(this.#field(found, field, path, depth, known))
      at = found.to
    }
    return parts
  }

  #field(found: WireField, field: protobuf.Field | undefined, path: string, depth: number, named: Meaning | undefined): ExplainedPart {
    const tag: ExplainedPart = {
      from: found.from,
      to: found.tagTo,
      name: { en: `Tag: field ${found.number}`, zh: `标签：字段 ${found.number}` },
      note: WIRE_TYPES[found.wireType] ?? { en: '', zh: '' },
      source: 'protobuf encoding',
    }
    const length: ExplainedPart[] =
      found.wireType === 2 ? [{ from: found.tagTo, to: found.valueFrom, name: { en: 'Length', zh: '长度' }, value: String(found.to - found.valueFrom) }] : []
    const place = { from: found.from, to: found.to }
    if (field === undefined) return { ...place, ...this.#unknown(found), parts: [tag, ...length, ...valuePart(found)] }
    const inner = this.#value(found, field, path === '' ? field.name : `${path}.${field.name}`, depth, named)
    return { ...place, source: sourceOf(field), ...inner.described, parts: [tag, ...length, ...inner.parts] }
  }

  #unknown(found: WireField): Pick<ExplainedPart, 'name' | 'note'> {
    const name = { en: `Field ${found.number}`, zh: `字段 ${found.number}` }
    if (this.#guide === undefined) return { name }
    return { name, note: { en: 'not in the .proto file: passed over, a newer device may send it', zh: '.proto 文件中没有：略过，可能来自较新的设备' } }
  }

  #value(
    found: WireField,
    field: protobuf.Field,
    path: string,
    depth: number,
    named: Meaning | undefined,
  ): { readonly described: Pick<ExplainedPart, 'name' | 'value' | 'note' | 'field' | 'problem'>; readonly parts: readonly ExplainedPart[] } {
    const { resolvedType } = field
    const expected = wireTypeOf(field.type, resolvedType instanceof protobuf.Enum)
    const packed = field.repeated && expected !== 2 && found.wireType === 2
    if (found.wireType !== expected && !packed) {
      const problem = { en: `the .proto file has ${field.type} here`, zh: `.proto 文件中此处为 ${field.type}` }
      return { described: { name: { en: field.name, zh: field.name }, problem }, parts: valuePart(found) }
    }
    if (resolvedType instanceof protobuf.Type) {
      const title = resolvedType.name
      const parts = depth < DEEPEST ? this.fields(found.valueFrom, found.to, resolvedType, path, depth + 1) : valuePart(found)
      return { described: { name: { en: field.name, zh: field.name }, value: title }, parts }
    }
    const raw = packed ? undefined : this.#raw(found, field)
    return { described: describedField(field.name, field, named ?? this.#guide?.meaningOf(path), raw), parts: valuePart(found) }
  }

  #raw(found: WireField, field: protobuf.Field): unknown {
    if (field.type === 'string') return new TextDecoder().decode(this.#bytes.subarray(found.valueFrom, found.to))
    if (found.wireType === 2) return undefined
    return scalarAt(this.#bytes, found.valueFrom, found.to, field.resolvedType instanceof protobuf.Enum ? 'int32' : field.type)
  }

  /** The text of one field of a message, read ahead: what a value means may depend on the name beside it. */
  #nameIn(from: number, to: number, type: protobuf.Type | undefined, name: string): string {
    for (let at = from; at < to; ) {
      const found = wireFieldAt(this.#bytes, at, to)
      if (typeof found === 'string') return ''
      const field = type?.fieldsById[found.number]
      if (field?.name === name && field.type === 'string') return String(this.#raw(found, field))
      at = found.to
    }
    return ''
  }
}

function valuePart(found: WireField): ExplainedPart[] {
  return found.to > found.valueFrom ? [{ from: found.valueFrom, to: found.to, name: { en: 'Value', zh: '值' } }] : []
}

/** `BusPosition.speed_kmh = 4, float` as the .proto file has it. */
function sourceOf(field: protobuf.Field): string {
  return `${field.parent?.name ?? ''}.${field.name} = ${field.id}, ${field.type}`
}
