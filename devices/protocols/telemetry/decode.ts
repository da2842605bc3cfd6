import protobuf from 'protobufjs'
import type { Decoded, Decoder } from '../../../gateway/model/decoded.ts'
import type { Model } from '../../../gateway/model/device.ts'
import type { Kind } from '../../../gateway/model/kind.ts'
import type { DecodedReading, FieldValue } from '../../../gateway/model/reading.ts'
import type { ModelFiles } from '../protocol.ts'
import { type CompiledMapping, compileMapping, type NamedPoints } from './compile.ts'
import { jsonReader } from './from-json.ts'
import type { MessageObject } from './paths.ts'
import { PayloadError } from './payload-error.ts'

/** Most readings in one payload. */
export const MOST_ITEMS = 10_000
/** Bytes; ten thousand items of JSON fit. */
const LARGEST_PAYLOAD = 4 * 1024 * 1024
/** The ends of what a Date can hold (ECMA-262 § 21.4.1.1). */
const LAST_MS = 8.64e15
const BRACE = 0x7b
const BRACKET = 0x5b

/** The decoder of a mapping. Throws `MappingError` when the mapping does not fit its messages or the kind. */
export function compileTelemetry(model: Model, kind: Kind, files: ModelFiles): Decoder {
  const mapping = compileMapping(model, kind, files)
  const fromJson = jsonReader(mapping.type)
  const text = new TextDecoder('utf-8', { fatal: true })
  return {
    decode: payload => {
      if (payload.length === 0) return { ok: false, reason: 'EMPTY', detail: 'the payload has no bytes' }
      if (payload.length > LARGEST_PAYLOAD) return { ok: false, reason: 'TOO_LARGE', detail: `${payload.length} bytes; at most ${LARGEST_PAYLOAD} are read` }
      try {
        const first = payload[0]
        // Neither byte can begin a message: as a protobuf tag both open a group, which proto3 does not have.
        if (first !== BRACE && first !== BRACKET) return readMessages([decodeProtobuf(mapping.type, payload)], mapping)
        const json = parseJson(payload, text)
        return readMessages(Array.isArray(json) ? limited(json).map(fromJson) : [fromJson(json)], mapping)
      } catch (error) {
        if (error instanceof PayloadError) return { ok: false, reason: error.reason, detail: error.message }
        return { ok: false, reason: 'DECODER_FAULT', detail: error instanceof Error ? error.message : String(error) }
      }
    },
  }
}

function decodeProtobuf(type: protobuf.Type, payload: Uint8Array): MessageObject {
  try {
    const reader = protobuf.Reader.create(payload)
    reader.discardUnknown = true
    return type.decode(reader) as unknown as MessageObject
  } catch (error) {
    // protobufjs 8 src/reader.js: a RangeError says that a length points past the end.
    if (error instanceof RangeError) throw new PayloadError('TRUNCATED', `the protobuf message ends too early, or is none: ${error.message}`)
    throw new PayloadError('MALFORMED', `not a message ${type.fullName.replace(/^\./, '')}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function parseJson(payload: Uint8Array, text: TextDecoder): unknown {
  let source: string
  try {
    source = text.decode(payload)
  } catch {
    throw new PayloadError('MALFORMED', 'the JSON is not UTF-8')
  }
  try {
    return JSON.parse(source)
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw new PayloadError(stoppedEarly(detail, source) ? 'TRUNCATED' : 'MALFORMED', `not JSON: ${detail}`)
  }
}

/** V8 says so in words, or names the position after the last character as the wrong one. */
function stoppedEarly(detail: string, source: string): boolean {
  return /end of JSON input|Unterminated string/.test(detail) || Number(/position (\d+)/.exec(detail)?.[1] ?? -1) >= source.length
}

function limited<T>(list: readonly T[]): readonly T[] {
  if (list.length > MOST_ITEMS) throw new PayloadError('TOO_LARGE', `${list.length} items in one payload; at most ${MOST_ITEMS} are read`)
  return list
}

function readMessages(messages: readonly MessageObject[], mapping: CompiledMapping): Decoded {
  const readings: DecodedReading[] = []
  for (const [index, root] of messages.entries()) {
    const items = itemsOf(root, mapping)
    if (items === undefined || mapping.recursive) {
      const reading = readItem(root, root, mapping, messages.length > 1 ? `item ${index}: ` : '')
      if (reading) readings.push(reading)
    }
    for (const [inner, item] of items?.entries() ?? []) {
      if (mapping.recursive && itemsOf(item, mapping) !== undefined)
        throw new PayloadError('MALFORMED', `item ${inner} is a batch itself; a batch holds no batches`)
      const reading = readItem(item, root, mapping, `item ${inner}: `)
      if (reading) readings.push(reading)
      if (readings.length > MOST_ITEMS) limited(readings)
    }
  }
  if (readings.length > 0) return { ok: true, readings }
  return {
    ok: false,
    reason: 'NO_VALUES',
    detail: `the message holds nothing that the model maps; it looks for its time at ${mapping.timePath}, and for values beside it`,
  }
}

function itemsOf(root: MessageObject, { items }: CompiledMapping): readonly MessageObject[] | undefined {
  const list = items?.(root)
  return Array.isArray(list) && list.length > 0 ? limited(list as readonly MessageObject[]) : undefined
}

/** One reading, or undefined where nothing mapped is: what a newer device adds is passed over, also within a batch. */
function readItem(item: MessageObject, root: MessageObject, mapping: CompiledMapping, where: string): DecodedReading | undefined {
  const values: Record<string, FieldValue> = {}
  let any = false
  for (const group of mapping.groups) {
    const container = group.container(item, root)
    if (container === undefined) continue
    for (const point of group.points) {
      const value = point.convert(point.get(container))
      if (value === undefined) continue
      values[point.field] = value
      any = true
    }
  }
  if (mapping.named && readNamed(mapping.named, item, root, values)) any = true
  const position = mapping.position?.(item, root)
  if (!any && position === undefined) return undefined
  const at = mapping.time(item, root)
  if (at === undefined) throw new PayloadError('TIME_MISSING', `${where}no time at ${mapping.timePath}`)
  if (!(Math.abs(at) <= LAST_MS)) throw new PayloadError('CLOCK_IMPLAUSIBLE', `${where}the time at ${mapping.timePath} is none`)
  return position === undefined ? { at, values } : { at, values, position }
}

function readNamed(named: NamedPoints, item: MessageObject, root: MessageObject, values: Record<string, FieldValue>): boolean {
  const list = named.list(item, root)
  if (!Array.isArray(list)) return false
  let any = false
  for (const entry of list as readonly MessageObject[]) {
    const name = named.name(entry)
    const point = typeof name === 'string' ? named.points.get(name) : undefined
    const value = point?.convert(named.value(entry))
    if (point === undefined || value === undefined) continue
    values[point.field] = value
    any = true
  }
  return any
}
