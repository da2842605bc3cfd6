import { crc32 } from 'node:zlib'
import type { EpochMs, JournalledFrame, JournalOffset } from '../model/frame.ts'
import type { FrameSource } from '../model/journal.ts'
import { crc32c } from './crc32c.ts'
import type { KnownTexts } from './known-texts.ts'

/**
 * One frame on disk, little-endian. Format 2:
 *
 *     0  u32  magic, so that reading can find its feet again after damage
 *     4  u32  CRC-32C of all that follows
 *     8  u32  length of the whole record
 *    12  f64  offset
 *    20  f64  received at, epoch ms
 *    28  u8   length of the device id   29  u8  length of the channel
 *    30  u16  records before it in the group that was synced with it; 65535: that many or more
 *    32       device, channel (ASCII), payload
 *
 * Format 1 had another magic, CRC-32 (IEEE 802.3) and 0 at 30.
 */
const MAGIC = 0x324a4743 // "CGJ2"
const MAGIC_OF_FORMAT_1 = 0x524a4743 // "CGJR"
const MAGIC_BEGINNING = Buffer.from('CGJ')
const RECORD_HEADER_BYTES = 32
const MOST_BEFORE_IN_GROUP = 0xffff
/** Longer than any record that is ever written: a larger length is damage. */
export const LARGEST_RECORD_BYTES = 64 * 1024 * 1024
/** No record is shorter: so many frames at most can have stood in a stretch of bytes. */
export const SMALLEST_RECORD_BYTES = RECORD_HEADER_BYTES

/** The size a frame takes on disk, with so many bytes of payload. */
export function recordBytes(source: FrameSource, payloadBytes: number): number {
  return RECORD_HEADER_BYTES + source.device.length + source.channel.length + payloadBytes
}

/**
 * Writes a record at `at` and answers where the next one begins. The buffer must have room; device and channel are ids, hence ASCII.
 * `before`: how many records of the same group stand before it. Many arguments, for this is called with every frame and an object costs more.
 * The payload stands in `bytes` from `from` to before `to`.
 */
export function writeRecord(
  into: Buffer,
  at: number,
  source: FrameSource,
  receivedAt: EpochMs,
  bytes: Uint8Array,
  from: number,
  to: number,
  offset: JournalOffset,
  before: number,
): number {
  const { device, channel } = source
  const channelAt = at + RECORD_HEADER_BYTES + device.length
  const payloadAt = channelAt + channel.length
  const end = payloadAt + to - from
  putU32(into, at, MAGIC)
  putU32(into, at + 8, end - at)
  putF64(into, at + 12, offset)
  putF64(into, at + 20, receivedAt)
  into[at + 28] = device.length
  into[at + 29] = channel.length
  into[at + 30] = before < MOST_BEFORE_IN_GROUP ? before & 0xff : 0xff
  into[at + 31] = before < MOST_BEFORE_IN_GROUP ? before >> 8 : 0xff
  // Cheaper than a call into native code for texts this short.
  for (let i = 0; i < device.length; i++) into[at + RECORD_HEADER_BYTES + i] = device.charCodeAt(i)
  for (let i = 0; i < channel.length; i++) into[channelAt + i] = channel.charCodeAt(i)
  into.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), payloadAt)
  putU32(into, at + 4, crc32c(into, at + 8, end))
  return end
}

/** Byte by byte: Buffer's own methods check their arguments each time, which costs more than the writing. */
function putU32(into: Buffer, at: number, value: number): void {
  into[at] = value
  into[at + 1] = value >>> 8
  into[at + 2] = value >>> 16
  into[at + 3] = value >>> 24
}

const scratch = new DataView(new ArrayBuffer(8))

function putF64(into: Buffer, at: number, value: number): void {
  scratch.setFloat64(0, value, true)
  putU32(into, at, scratch.getUint32(0, true))
  putU32(into, at + 4, scratch.getUint32(4, true))
}

/** A record whose checksum holds. */
export interface WholeRecord {
  readonly state: 'whole'
  readonly frame: JournalledFrame
  /** Where the record ends. */
  readonly next: number
  /** The offset of the first frame that was synced together with it; frames before that were on disk when this was written. Unknown in format 1. */
  readonly groupFirst?: JournalOffset
}

/** What stands at a place: a whole record, a beginning that needs more bytes, or something that is no record. */
export type RecordAt = WholeRecord | { readonly state: 'short'; readonly needs: number } | { readonly state: 'damaged' }

const DAMAGED = { state: 'damaged' } as const

/** The length the header at `at` claims, or undefined when no header stands there. Cheap: no checksum. */
export function peekRecord(bytes: Buffer, at: number): { readonly length: number; readonly offset: number } | undefined {
  if (at + RECORD_HEADER_BYTES > bytes.length) return undefined
  const magic = bytes.readUInt32LE(at)
  if (magic !== MAGIC && magic !== MAGIC_OF_FORMAT_1) return undefined
  const length = bytes.readUInt32LE(at + 8)
  if (length < RECORD_HEADER_BYTES || length > LARGEST_RECORD_BYTES) return undefined
  return { length, offset: bytes.readDoubleLE(at + 12) }
}

/** Reads the record at `at`. The payload is a view of the bytes given; device and channel are texts of `known`, if it is given. */
export function readRecord(bytes: Buffer, at: number, known?: KnownTexts): RecordAt {
  if (at + RECORD_HEADER_BYTES > bytes.length) return { state: 'short', needs: RECORD_HEADER_BYTES }
  const header = peekRecord(bytes, at)
  if (!header) return DAMAGED
  const end = at + header.length
  const deviceEnd = at + RECORD_HEADER_BYTES + (bytes[at + 28] ?? 0)
  const channelEnd = deviceEnd + (bytes[at + 29] ?? 0)
  if (channelEnd > end) return DAMAGED
  if (end > bytes.length) return { state: 'short', needs: header.length }
  const current = bytes.readUInt32LE(at) === MAGIC
  const sum = current ? crc32c(bytes, at + 8, end) : crc32(bytes.subarray(at + 8, end))
  if (sum !== bytes.readUInt32LE(at + 4) || !Number.isSafeInteger(header.offset)) return DAMAGED
  const frame: JournalledFrame = {
    offset: header.offset,
    receivedAt: bytes.readDoubleLE(at + 20),
    device: known ? known.at(bytes, at + RECORD_HEADER_BYTES, deviceEnd) : bytes.toString('latin1', at + RECORD_HEADER_BYTES, deviceEnd),
    channel: known ? known.at(bytes, deviceEnd, channelEnd) : bytes.toString('latin1', deviceEnd, channelEnd),
    payload: bytes.subarray(channelEnd, end),
  }
  if (!current) return { state: 'whole', frame, next: end }
  return { state: 'whole', frame, next: end, groupFirst: header.offset - bytes.readUInt16LE(at + 30) }
}

/** Whether bytes that end too early can be the beginning of a record whose frame may stand there. */
export function mayBegin(bytes: Buffer, at: number, fits: (offset: JournalOffset) => boolean): boolean {
  if (at + RECORD_HEADER_BYTES > bytes.length) return true
  const header = peekRecord(bytes, at)
  return header !== undefined && fits(header.offset)
}

/**
 * Where the next record begins at or after `from` whose frame may stand there, or -1. Used after damage only. With `more` bytes to come, a beginning that is cut
 * off by the end of the bytes counts too: the caller reads on from there.
 */
export function findRecord(bytes: Buffer, from: number, more: boolean, fits: (offset: JournalOffset, at: number) => boolean): number {
  for (let at = bytes.indexOf(MAGIC_BEGINNING, from); at >= 0; at = bytes.indexOf(MAGIC_BEGINNING, at + 1)) {
    const record = readRecord(bytes, at)
    if (record.state === 'whole' && fits(record.frame.offset, at)) return at
    if (more && record.state === 'short' && mayBegin(bytes, at, offset => fits(offset, at))) return at
  }
  return -1
}
