import { MESSAGE_TYPES, type MessageType } from './topic.ts'

/** What a birth says of an alias. */
export interface Declared {
  readonly name: string
  /** 0 when the birth said none. */
  readonly datatype: number
}

/**
 * A Sparkplug message as the journal keeps it. Data name their metrics by aliases that only an earlier birth explains, and the topic says what kind of message it is; so that each frame can be decoded
 * by itself, today and again years later, both stand before the payload, which is as it was received:
 * `"SPB" 01 | type u8 | count u16 | count × { alias u64, datatype u8, length u16, name } | payload`, big-endian.
 */
export interface KeptFrame {
  /** Undefined for a bare payload, as somebody may hand one to be decoded. */
  readonly type: MessageType | undefined
  readonly declared: ReadonlyMap<string, Declared>
  readonly payload: Uint8Array
  /** Where the payload begins. */
  readonly payloadAt: number
}

const MARK = [0x53, 0x50, 0x42, 0x01] as const
const HEAD_BYTES = MARK.length + 3
const ENTRY_BYTES = 11
const LONGEST_NAME = 0xffff

/** Puts the declarations that a payload needs before it. */
export function keepFrame(type: MessageType, declared: ReadonlyMap<string, Declared>, payload: Uint8Array): Uint8Array {
  const entries = [...declared]
    .slice(0, 0xffff)
    .map(([alias, { name, datatype }]) => ({ alias, datatype, name: new TextEncoder().encode(name).subarray(0, LONGEST_NAME) }))
  const size = entries.reduce((sum, { name }) => sum + ENTRY_BYTES + name.length, HEAD_BYTES)
  const bytes = new Uint8Array(size + payload.length)
  const view = new DataView(bytes.buffer)
  bytes.set(MARK)
  bytes[MARK.length] = MESSAGE_TYPES.indexOf(type)
  view.setUint16(MARK.length + 1, entries.length)
  let at = HEAD_BYTES
  for (const { alias, datatype, name } of entries) {
    view.setBigUint64(at, BigInt(alias))
    bytes[at + 8] = datatype
    view.setUint16(at + 9, name.length)
    bytes.set(name, at + ENTRY_BYTES)
    at += ENTRY_BYTES + name.length
  }
  bytes.set(payload, at)
  return bytes
}

/** Takes a kept frame apart; undefined when it breaks off within its declarations. No payload of Sparkplug begins like a kept frame: 53h would be a group of field 10. */
export function openFrame(bytes: Uint8Array): KeptFrame | undefined {
  if (!MARK.every((byte, index) => bytes[index] === byte)) return { type: undefined, declared: new Map(), payload: bytes, payloadAt: 0 }
  if (bytes.length < HEAD_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const declared = new Map<string, Declared>()
  let at = HEAD_BYTES
  for (let left = view.getUint16(MARK.length + 1); left > 0; left--) {
    if (at + ENTRY_BYTES > bytes.length) return undefined
    const end = at + ENTRY_BYTES + view.getUint16(at + 9)
    if (end > bytes.length) return undefined
    const name = new TextDecoder().decode(bytes.subarray(at + ENTRY_BYTES, end))
    declared.set(String(view.getBigUint64(at)), { name, datatype: bytes[at + 8] ?? 0 })
    at = end
  }
  return { type: MESSAGE_TYPES[bytes[MARK.length] ?? 0xff], declared, payload: bytes.subarray(at), payloadAt: at }
}
