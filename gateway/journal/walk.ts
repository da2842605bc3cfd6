import type { FileHandle } from 'node:fs/promises'
import type { JournalOffset } from '../model/frame.ts'
import { findRecord, mayBegin, type RecordAt, readRecord, SMALLEST_RECORD_BYTES, type WholeRecord } from './record.ts'

/** A whole record and where it stands. */
export interface PlacedRecord extends WholeRecord {
  readonly position: number
}

/** A stretch of a file that holds no whole record. */
export interface Hole {
  readonly position: number
  readonly bytes: number
  /** The frames that stood there, or should have: from this offset … */
  readonly from: JournalOffset
  /** … to before this one. Equal: none is missing. */
  readonly to: JournalOffset
  /** The first frame of the group that was synced with the record behind the hole, where known: frames of the hole before it had been synced. */
  readonly groupFirst?: JournalOffset
}

/** What stands behind the last whole record of a file. */
export interface Tail {
  readonly position: number
  /** Up to the last byte that is not zero: space that was made ahead of need holds zeros. */
  readonly bytes: number
}

/** A part of a walk. */
export interface Step {
  readonly records: readonly PlacedRecord[]
  readonly holes: readonly Hole[]
  /** Where another walk can take this one up, with `next` as its first. */
  readonly position: number
  /** The offset that is expected next. */
  readonly next: JournalOffset
  /** In the last step alone. */
  readonly tail?: Tail
}

/** Which part of a file is walked. */
export interface Span {
  readonly from: number
  /** Up to here: what is synced, or the size of the file. */
  readonly size: number
  /** The offset that the first record should have. */
  readonly first: JournalOffset
  /** No record of this file has this offset or a later one. */
  readonly before: JournalOffset
}

const CHUNK_BYTES = 256 * 1024

/**
 * Walks the whole records of a file, over damage: what stands behind it may have been acknowledged. After damage a record counts only if its offset fits: not before
 * the one expected, and no further than as many records as the damaged bytes can have held. So bytes that a device sent and that look like a record stay what they are.
 */
export async function* walk(file: FileHandle, span: Span): AsyncGenerator<Step, void, void> {
  const { size, before } = span
  let position = span.from
  let next = span.first
  let damagedAt = -1
  let chunk = CHUNK_BYTES
  const fits = (offset: JournalOffset, at: number): boolean => {
    const missing = damagedAt < 0 ? 0 : Math.floor((at - damagedAt) / SMALLEST_RECORD_BYTES)
    return offset >= next && offset <= next + missing && offset < before
  }
  while (position < size) {
    const asked = Math.min(chunk, size - position)
    const bytes = await readAt(file, position, asked)
    const last = position + bytes.length >= size || bytes.length < asked
    chunk = CHUNK_BYTES
    const records: PlacedRecord[] = []
    const holes: Hole[] = []
    let at = 0
    while (at < bytes.length) {
      const record = readRecord(bytes, at)
      if (record.state === 'whole' && fits(record.frame.offset, position + at)) {
        if (damagedAt >= 0) holes.push(holeBefore(record, damagedAt, position + at, next))
        damagedAt = -1
        records.push({ ...record, position: position + at })
        next = record.frame.offset + 1
        at = record.next
        continue
      }
      if (record.state === 'short' && !last && mayBegin(bytes, at, place => fits(place, position + at))) {
        chunk = Math.max(CHUNK_BYTES, record.needs)
        break
      }
      if (damagedAt < 0) damagedAt = position + at
      at = behindDamage(bytes, at, last, record, (offset, place) => fits(offset, position + place))
    }
    position += at
    if (last) {
      const tail = await tailFrom(file, damagedAt < 0 ? position : damagedAt, size)
      yield { records, holes, position: tail.position, next, tail }
      return
    }
    yield { records, holes, position: damagedAt < 0 ? position : damagedAt, next }
  }
  yield { records: [], holes: [], position, next, tail: { position, bytes: 0 } }
}

/** Bytes of a magic number that may stand at the end of what was read. */
const TAIL_OF_MAGIC = 2

/** Where to read on. First where the damaged record says that it ends: so nothing inside it is taken for a record while its length is sound. */
function behindDamage(bytes: Buffer, at: number, last: boolean, damaged: RecordAt, fits: (offset: JournalOffset, at: number) => boolean): number {
  if (damaged.state === 'damaged' && at + SMALLEST_RECORD_BYTES <= bytes.length) {
    const end = at + bytes.readUInt32LE(at + 8)
    const record = end < bytes.length ? readRecord(bytes, end) : undefined
    if (record?.state === 'whole' && fits(record.frame.offset, end)) return end
  }
  const found = findRecord(bytes, at + 1, !last, fits)
  if (found >= 0) return found
  return last ? bytes.length : Math.max(at + 1, bytes.length - TAIL_OF_MAGIC)
}

function holeBefore(record: WholeRecord, from: number, to: number, next: JournalOffset): Hole {
  const { groupFirst } = record
  return { position: from, bytes: to - from, from: next, to: record.frame.offset, ...(groupFirst !== undefined && { groupFirst }) }
}

/** How much of the rest of a file is not zero. */
async function tailFrom(file: FileHandle, position: number, size: number): Promise<Tail> {
  let end = position
  for (let at = position; at < size; ) {
    const bytes = await readAt(file, at, Math.min(CHUNK_BYTES, size - at))
    if (bytes.length === 0) break
    const lastWritten = bytes.findLastIndex(byte => byte !== 0)
    if (lastWritten >= 0) end = at + lastWritten + 1
    at += bytes.length
  }
  return { position, bytes: end - position }
}

/** Reads exactly what is there: fewer bytes only at the end of the file. */
export async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  let got = 0
  while (got < length) {
    const { bytesRead } = await file.read(bytes, got, length - got, position + got)
    if (bytesRead === 0) break
    got += bytesRead
  }
  return bytes.subarray(0, got)
}
