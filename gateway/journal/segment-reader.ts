import { type FileHandle, open } from 'node:fs/promises'
import { GatewayError } from '../model/errors.ts'
import type { JournalledFrame, JournalOffset } from '../model/frame.ts'
import type { Log } from '../model/log.ts'
import { peekRecord, readRecord } from './record.ts'
import { readAt, scan } from './scan.ts'
import type { Segment } from './segment.ts'

const READ_BYTES = 256 * 1024
/** Files held open for readers that stand in different segments. */
const OPEN_FILES = 8
const HINTS = 32

/** Reads frames out of segments. Remembers where readers stopped, so that the next read of the same reader finds its place at once. */
export class SegmentReader {
  readonly #log: Log
  readonly #files = new Map<Segment, Promise<FileHandle>>()
  readonly #hints = new Map<JournalOffset, { readonly segment: Segment; readonly position: number }>()

  constructor(log: Log) {
    this.#log = log
  }

  /** Whole frames from `from` on, up to a quarter of a megabyte of them; empty when the rest of the segment holds none before `end`. */
  async read(segment: Segment, from: JournalOffset, end: JournalOffset): Promise<readonly JournalledFrame[]> {
    try {
      const file = await this.#open(segment)
      if (!segment.indexed) await this.#index(segment, file)
      return await this.#readFrom(segment, file, from, end)
    } catch (error) {
      throw new GatewayError('JOURNAL_READ_FAILED', `the journal segment ${segment.path} cannot be read: check the disk`, { retryable: true, cause: error })
    }
  }

  /** Closes a segment's file before it is deleted. */
  async forget(segment: Segment): Promise<void> {
    const file = this.#files.get(segment)
    this.#files.delete(segment)
    await (await file)?.close()
  }

  async close(): Promise<void> {
    for (const segment of this.#files.keys()) await this.forget(segment)
    this.#hints.clear()
  }

  async #readFrom(segment: Segment, file: FileHandle, from: JournalOffset, end: JournalOffset): Promise<readonly JournalledFrame[]> {
    const hint = this.#hints.get(from)
    let position = hint?.segment === segment ? hint.position : segment.positionBefore(from)
    const frames: JournalledFrame[] = []
    let length = READ_BYTES
    while (position < segment.bytes && frames.length === 0) {
      const bytes = await readAt(file, position, Math.min(length, segment.bytes - position))
      length = READ_BYTES
      let at = 0
      while (at < bytes.length) {
        const header = peekRecord(bytes, at)
        if (header && header.offset < from && at + header.length <= bytes.length) {
          at += header.length
          continue
        }
        const record = readRecord(bytes, at)
        if (record.state !== 'whole') {
          if (record.state === 'short' && position + bytes.length < segment.bytes) {
            length = Math.max(READ_BYTES, record.needs)
            break
          }
          if (frames.length > 0) break
          return await this.#readPastDamage(segment, file, position + at, from, end)
        }
        if (record.frame.offset >= end) {
          at = bytes.length
          break
        }
        frames.push(record.frame)
        at = record.next
      }
      position += at
    }
    this.#remember(frames, segment, position)
    return frames
  }

  /** Slow and rare: walks on behind damage to the next whole records. */
  async #readPastDamage(segment: Segment, file: FileHandle, position: number, from: JournalOffset, end: JournalOffset): Promise<readonly JournalledFrame[]> {
    const frames: JournalledFrame[] = []
    const { damages } = await scan(file, position, segment.bytes, frame => {
      if (frame.offset >= from && frame.offset < end) frames.push(frame)
    })
    this.#log.error({ segment: segment.path, from, damages: damages.length }, 'the journal is damaged here: the frames that can still be read are used')
    return frames
  }

  #remember(frames: readonly JournalledFrame[], segment: Segment, position: number): void {
    const last = frames.at(-1)
    if (!last) return
    this.#hints.set(last.offset + 1, { segment, position })
    const oldest = this.#hints.keys().next().value
    if (this.#hints.size > HINTS && oldest !== undefined) this.#hints.delete(oldest)
  }

  async #index(segment: Segment, file: FileHandle): Promise<void> {
    await scan(file, 0, segment.bytes, (frame, position) => segment.mark(frame.offset, position))
    segment.indexed = true
  }

  #open(segment: Segment): Promise<FileHandle> {
    const known = this.#files.get(segment)
    if (known) return known
    const file = open(segment.path, 'r')
    this.#files.set(segment, file)
    file.catch(() => this.#files.delete(segment))
    for (const other of this.#files.keys()) {
      if (this.#files.size <= OPEN_FILES) break
      if (other !== segment) void this.forget(other)
    }
    return file
  }
}
