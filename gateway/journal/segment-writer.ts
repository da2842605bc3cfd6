import { constants } from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { EpochMs, JournalOffset } from '../model/frame.ts'
import { Segment, segmentName } from './segment.ts'
import { FORMAT, SEGMENT_HEADER_BYTES, writeSegmentHeader } from './segment-header.ts'

/**
 * Linux writes and syncs in one system call when a file is opened with O_DSYNC: each write is "as though followed by a call to fdatasync(2)" (open(2)). One
 * trip to a thread less. Elsewhere `fdatasync`, which on macOS also empties the disk's own cache (libuv: F_FULLFSYNC).
 */
const SYNCED_WRITES = process.platform === 'linux' ? constants.O_DSYNC : 0

/**
 * Zeros written ahead with a group, so that the groups after it land in blocks that exist and are initialised: their sync need not change the file's
 * size or extents, which on a journalling file system is a commit of its own (15 kB groups on ext4: p50 0.35 ms without, 0.21 with).
 */
const AHEAD = Buffer.alloc(512 * 1024)
/** A larger group gains nothing: its own bytes cost more than the commit. */
const LARGEST_GROUP_WITH_ZEROS = 64 * 1024

/** The segment that is being written. */
export class SegmentWriter {
  readonly segment: Segment
  readonly #file: FileHandle
  readonly #segmentBytes: number
  /** Up to here the file's blocks exist. */
  #allocated: number

  private constructor(segment: Segment, file: FileHandle, segmentBytes: number, allocated: number) {
    this.segment = segment
    this.#file = file
    this.#segmentBytes = segmentBytes
    this.#allocated = allocated
  }

  /** Makes a segment. The folder is synced, so that the file itself survives a power cut. On an error nothing is left of it. */
  static async create(folder: string, first: JournalOffset, segmentBytes: number, createdAt: EpochMs): Promise<SegmentWriter> {
    const path = join(folder, segmentName(first))
    const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC | SYNCED_WRITES, 0o640)
    try {
      await writeWhole(file, writeSegmentHeader(first, createdAt), 0)
      await syncFolder(folder)
    } catch (error) {
      await file.close().catch(() => undefined)
      await unlink(path).catch(() => undefined)
      throw error
    }
    const segment = new Segment({ path, first, format: FORMAT, begin: SEGMENT_HEADER_BYTES, createdAt, bytes: SEGMENT_HEADER_BYTES })
    segment.indexed = true
    return new SegmentWriter(segment, file, segmentBytes, SEGMENT_HEADER_BYTES)
  }

  /** Goes on with a segment whose records end at `segment.bytes`; behind them stand zeros at most. */
  static async resume(segment: Segment, segmentBytes: number): Promise<SegmentWriter> {
    const file = await open(segment.path, constants.O_RDWR | SYNCED_WRITES)
    try {
      return new SegmentWriter(segment, file, segmentBytes, (await file.stat()).size)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** Whether so many bytes more still belong in this segment. */
  hasRoomFor(bytes: number): boolean {
    return this.segment.bytes === this.segment.begin || this.segment.bytes + bytes <= this.#segmentBytes
  }

  /** Writes records and syncs them. On an error nothing counts as written: the same records may be handed in again, and are written as a whole again. */
  async append(records: Buffer, first: JournalOffset): Promise<void> {
    const { segment } = this
    const end = segment.bytes + records.length
    const ahead = end > this.#allocated && records.length <= LARGEST_GROUP_WITH_ZEROS ? Math.min(AHEAD.length, this.#segmentBytes - end) : 0
    // Without room for the zeros there may still be room for the records.
    if (ahead <= 0 || !(await this.#appendWithZeros(records, ahead))) await writeWhole(this.#file, records, segment.bytes)
    this.#allocated = Math.max(this.#allocated, end)
    segment.mark(first, segment.bytes)
    segment.bytes = end
  }

  /** Closes the file; nothing is left behind its last record. */
  async close(): Promise<void> {
    try {
      if (this.#allocated > this.segment.bytes) await this.#file.truncate(this.segment.bytes)
    } finally {
      await this.#file.close()
    }
  }

  async #appendWithZeros(records: Buffer, ahead: number): Promise<boolean> {
    try {
      const { bytesWritten } = await this.#file.writev([records, AHEAD.subarray(0, ahead)], this.segment.bytes)
      if (bytesWritten < records.length) return false
      if (!SYNCED_WRITES) await this.#file.datasync()
      this.#allocated = this.segment.bytes + bytesWritten
      return true
    } catch {
      return false
    }
  }
}

async function writeWhole(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written)
    written += bytesWritten
  }
  if (!SYNCED_WRITES) await file.datasync()
}

/** Makes the making and removing of files in a folder survive a power cut (fsync(2): an fsync of the file itself does not do that). */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
