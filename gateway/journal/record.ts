import { crc32 } from 'node:zlib'
import type { JournalledFrame } from '../model/frame.ts'

/**
 * One frame on disk, little-endian:
 *
 *     0  u32  magic, so that reading can find its feet again after damage
 *     4  u32  CRC-32 of all that follows
 *     8  u32  length of the whole record
 *    12  f64  offset
 *    20  f64  received at, epoch ms
 *    28  u8   length of the device id   29  u8  length of the channel   30  u16  0
 *    32       device, channel (ASCII), payload
 */
const MAGIC = 0x524a4743 // "CGJR"
export const RECORD_HEADER_BYTES = 32
/** Longer than any record that is ever written: a larger length is damage. */
export const LARGEST_RECORD_BYTES = 64 * 1024 * 1024

/** The size a frame takes on disk. */
export function recordBytes(frame: { readonly device: string; readonly channel: string; readonly payload: Uint8Array }): number {
  return RECORD_HEADER_BYTES + frame.device.length + frame.channel.length + frame.payload.length
}

/** Writes a record at `at` and answers where the next one begins. The buffer must have room; device and channel are ids, hence ASCII. */
export function writeRecord(into: Buffer, at: number, frame: JournalledFrame): number {
  const end = at + recordBytes(frame)
  into.writeUInt32LE(MAGIC, at)
  into.writeUInt32LE(end - at, at + 8)
  into.writeDoubleLE(frame.offset, at + 12)
  into.writeDoubleLE(frame.receivedAt, at + 20)
  into[at + 28] = frame.device.length
  into[at + 29] = frame.channel.length
  into[at + 30] = 0
  into[at + 31] = 0
  const channelAt = at + RECORD_HEADER_BYTES + into.write(frame.device, at + RECORD_HEADER_BYTES, 'latin1')
  const payloadAt = channelAt + into.write(frame.channel, channelAt, 'latin1')
  into.set(frame.payload, payloadAt)
  into.writeUInt32LE(crc32(into.subarray(at + 8, end)), at + 4)
  return end
}

/** What stands at a place: a whole record, a beginning that needs more bytes, or something that is no record. */
export type RecordAt =
  | { readonly state: 'whole'; readonly frame: JournalledFrame; readonly next: number }
  | { readonly state: 'short'; readonly needs: number }
  | { readonly state: 'damaged' }

/** The length the header at `at` claims, or undefined when no header stands there. Cheap: no checksum. */
export function peekRecord(bytes: Buffer, at: number): { readonly length: number; readonly offset: number } | undefined {
  if (at + RECORD_HEADER_BYTES > bytes.length || bytes.readUInt32LE(at) !== MAGIC) return undefined
  const length = bytes.readUInt32LE(at + 8)
  if (length < RECORD_HEADER_BYTES || length > LARGEST_RECORD_BYTES) return undefined
  return { length, offset: bytes.readDoubleLE(at + 12) }
}

/** Reads the record at `at`. The payload is a view of the bytes given. */
export function readRecord(bytes: Buffer, at: number): RecordAt {
  if (at + RECORD_HEADER_BYTES > bytes.length) return { state: 'short', needs: RECORD_HEADER_BYTES }
  const header = peekRecord(bytes, at)
  if (!header) return { state: 'damaged' }
  const end = at + header.length
  const deviceEnd = at + RECORD_HEADER_BYTES + (bytes[at + 28] ?? 0)
  const channelEnd = deviceEnd + (bytes[at + 29] ?? 0)
  if (channelEnd > end) return { state: 'damaged' }
  if (end > bytes.length) return { state: 'short', needs: header.length }
  if (crc32(bytes.subarray(at + 8, end)) !== bytes.readUInt32LE(at + 4)) return { state: 'damaged' }
  const frame: JournalledFrame = {
    offset: header.offset,
    receivedAt: bytes.readDoubleLE(at + 20),
    device: bytes.toString('latin1', at + RECORD_HEADER_BYTES, deviceEnd),
    channel: bytes.toString('latin1', deviceEnd, channelEnd),
    payload: bytes.subarray(channelEnd, end),
  }
  return { state: 'whole', frame, next: end }
}

/**
 * Where the next record begins at or after `from`, or -1. Used after damage only. With `more` bytes to come, a beginning that is cut off by the end of the
 * bytes counts too: the caller reads on from there.
 */
export function findRecord(bytes: Buffer, from: number, more: boolean): number {
  const magic = Buffer.alloc(4)
  magic.writeUInt32LE(MAGIC)
  for (let at = bytes.indexOf(magic, from); at >= 0; at = bytes.indexOf(magic, at + 1)) {
    const { state } = readRecord(bytes, at)
    if (state === 'whole' || (more && state === 'short')) return at
  }
  return -1
}
