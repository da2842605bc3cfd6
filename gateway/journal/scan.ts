import type { FileHandle } from 'node:fs/promises'
import type { JournalledFrame } from '../model/frame.ts'
import { findRecord, readRecord } from './record.ts'

/** A stretch of a file that holds no whole record. */
export interface Damage {
  readonly position: number
  readonly bytes: number
}

/** What a walk over a segment found. */
export interface ScanResult {
  /** Where the last whole record ends: what follows is a torn tail. */
  readonly end: number
  /** Damage between whole records: frames that were kept and can no longer be read. */
  readonly damages: readonly Damage[]
}

const CHUNK_BYTES = 1024 * 1024

/**
 * Walks every whole record from a position on, over damage: a record that fails its checksum is skipped and reading goes on at the next whole one,
 * because what stands behind it may have been acknowledged.
 */
export async function scan(file: FileHandle, from: number, size: number, visit: (frame: JournalledFrame, position: number) => void): Promise<ScanResult> {
  const damages: Damage[] = []
  let position = from
  let end = from
  let damagedAt = -1
  let chunk = CHUNK_BYTES
  while (position < size) {
    const bytes = await readAt(file, position, Math.min(chunk, size - position))
    const atEnd = position + bytes.length >= size
    chunk = CHUNK_BYTES
    let at = 0
    while (at < bytes.length) {
      const record = readRecord(bytes, at)
      if (record.state === 'whole') {
        if (damagedAt >= 0) damages.push({ position: damagedAt, bytes: position + at - damagedAt })
        damagedAt = -1
        visit(record.frame, position + at)
        at = record.next
        end = position + at
        continue
      }
      if (record.state === 'short' && !atEnd) {
        chunk = Math.max(CHUNK_BYTES, record.needs)
        break
      }
      if (damagedAt < 0) damagedAt = position + at
      const next = findRecord(bytes, at + 1, !atEnd)
      // Three bytes of a magic number may stand at the end of what was read.
      at = next >= 0 ? next : atEnd ? bytes.length : Math.max(at + 1, bytes.length - 3)
      if (next < 0) break
    }
    if (bytes.length === 0) break
    position += at
  }
  return { end, damages }
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
