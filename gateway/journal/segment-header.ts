import type { EpochMs, JournalOffset } from '../model/frame.ts'
import { crc32c } from './crc32c.ts'

/**
 * The beginning of a segment, little-endian. The first 12 bytes stay as they are in every format to come:
 *
 *     0  u32  magic
 *     4  u16  format
 *     6  u16  length of this header
 *     8  u32  CRC-32C of the header without these four bytes
 *    12  u32  0
 *    16  f64  offset of the first frame
 *    24  f64  created, epoch ms
 *
 * Format 1 had no header: its segments begin with a record.
 */
export interface SegmentHeader {
  readonly format: number
  readonly first: JournalOffset
  readonly createdAt: EpochMs
}

/** The format this program writes. */
export const FORMAT = 2
export const SEGMENT_HEADER_BYTES = 32
/** More than any header of a format to come: what is read to find out. */
export const HEADER_PROBE_BYTES = 256

const MAGIC = 0x534a4743 // "CGJS"
const RECORD_MAGIC_OF_FORMAT_1 = 0x524a4743 // "CGJR"
const FIXED_BYTES = 12

/** A header as it is written. */
export function writeSegmentHeader(first: JournalOffset, createdAt: EpochMs): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES)
  bytes.writeUInt32LE(MAGIC, 0)
  bytes.writeUInt16LE(FORMAT, 4)
  bytes.writeUInt16LE(SEGMENT_HEADER_BYTES, 6)
  bytes.writeDoubleLE(first, 16)
  bytes.writeDoubleLE(createdAt, 24)
  bytes.writeUInt32LE(checksum(bytes), 8)
  return bytes
}

/** What the beginning of a file says it is. `unknown`: a sound header of a format that this program does not read. */
export type FileBeginning =
  | { readonly kind: 'header'; readonly header: SegmentHeader }
  | { readonly kind: 'format 1' }
  | { readonly kind: 'unknown'; readonly format: number }
  | { readonly kind: 'empty' }
  | { readonly kind: 'damaged' }

/** Reads the beginning of a segment: some bytes of it, all if the file is shorter. */
export function readSegmentHeader(bytes: Buffer): FileBeginning {
  if (bytes.every(byte => byte === 0)) return { kind: 'empty' }
  if (bytes.length >= 4 && bytes.readUInt32LE(0) === RECORD_MAGIC_OF_FORMAT_1) return { kind: 'format 1' }
  if (bytes.length < FIXED_BYTES || bytes.readUInt32LE(0) !== MAGIC) return { kind: 'damaged' }
  const format = bytes.readUInt16LE(4)
  const length = bytes.readUInt16LE(6)
  if (length < FIXED_BYTES || length > bytes.length || checksum(bytes.subarray(0, length)) !== bytes.readUInt32LE(8)) return { kind: 'damaged' }
  if (format !== FORMAT || length !== SEGMENT_HEADER_BYTES) return { kind: 'unknown', format }
  return { kind: 'header', header: { format, first: bytes.readDoubleLE(16), createdAt: bytes.readDoubleLE(24) } }
}

function checksum(header: Buffer): number {
  return crc32c(Buffer.concat([header.subarray(0, 8), header.subarray(12)]))
}
