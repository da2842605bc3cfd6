import type { FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { GatewayError } from '../model/errors.ts'
import type { JournalledFrame, JournalOffset } from '../model/frame.ts'
import { KnownTexts } from './known-texts.ts'
import { OpenFiles } from './open-files.ts'
import { peekRecord, readRecord } from './record.ts'
import type { Repairs } from './repairs.ts'
import type { Segment } from './segment.ts'
import { readAt, type Step, walk } from './walk.ts'

/** Some 400 frames: they are checked in one go, and receipts wait for that. */
const READ_BYTES = 64 * 1024
const HINTS = 32

/** A place to read on from: the record at `position` should have this offset. */
interface Place {
  readonly offset: JournalOffset
  readonly position: number
}

/** What a reader wants of a segment. */
export interface Wanted {
  readonly from: JournalOffset
  /** No frame from here on. */
  readonly end: JournalOffset
  /** The first offset of the segment behind, if there is one: then this one should reach up to it. */
  readonly following: JournalOffset | undefined
}

/** Reads frames out of segments. Remembers where readers stopped, so that the next read of the same reader finds its place at once. */
export class SegmentReader {
  readonly #repairs: Repairs
  readonly #files = new OpenFiles()
  readonly #texts = new KnownTexts()
  readonly #hints = new Map<JournalOffset, Place & { readonly segment: Segment }>()

  constructor(repairs: Repairs) {
    this.#repairs = repairs
  }

  /** Whole frames from `from` on, up to 64 KiB of them; empty when the rest of the segment holds none before `end`. */
  async read(segment: Segment, wanted: Wanted): Promise<readonly JournalledFrame[]> {
    try {
      return await this.#files.use(segment, async file => {
        if (!segment.indexed) await this.#index(segment, file, wanted.following)
        return await this.#readFrom(segment, file, wanted)
      })
    } catch (error) {
      throw new GatewayError('JOURNAL_READ_FAILED', `the journal segment ${segment.path} cannot be read: check the disk`, { retryable: true, cause: error })
    }
  }

  /** Closes a segment's file before it is deleted. */
  forget(segment: Segment): Promise<void> {
    return this.#files.forget(segment)
  }

  async close(): Promise<void> {
    await this.#files.close()
    this.#hints.clear()
  }

  async #readFrom(segment: Segment, file: FileHandle, wanted: Wanted): Promise<readonly JournalledFrame[]> {
    const { from, end } = wanted
    const hint = this.#hints.get(from)
    let { offset: expected, position } = hint?.segment === segment ? hint : segment.placeBefore(from)
    const frames: JournalledFrame[] = []
    let length = READ_BYTES
    while (position < segment.bytes && frames.length === 0 && expected < end) {
      const bytes = await readAt(file, position, Math.min(length, segment.bytes - position))
      length = READ_BYTES
      let at = 0
      while (at < bytes.length && expected < end) {
        const header = peekRecord(bytes, at)
        if (header && header.offset === expected && expected < from && at + header.length <= bytes.length) {
          at += header.length
          expected++
          continue
        }
        const record = readRecord(bytes, at, this.#texts)
        if (record.state === 'whole' && record.frame.offset === expected) {
          frames.push(record.frame)
          at = record.next
          expected++
          continue
        }
        if (record.state === 'short' && header?.offset === expected && position + bytes.length < segment.bytes) {
          length = Math.max(READ_BYTES, record.needs)
          break
        }
        if (record.state === 'short' && header === undefined && at > 0 && position + bytes.length < segment.bytes) break
        if (frames.length > 0) break
        // A skipped record may be damaged itself, so the walk begins where a record is known to stand.
        return await this.#readPastDamage(segment, file, segment.placeBefore(Math.min(from, expected)), wanted)
      }
      position += at
    }
    if (frames.length === 0 && wanted.following !== undefined && expected < wanted.following) {
      return await this.#readPastDamage(segment, file, segment.placeBefore(expected), wanted)
    }
    this.#remember(segment, { offset: expected, position }, frames)
    return frames
  }

  /** Slow and rare: walks on behind damage to the next whole records, and takes note of it. */
  async #readPastDamage(segment: Segment, file: FileHandle, place: Place, wanted: Wanted): Promise<readonly JournalledFrame[]> {
    const { from, end, following } = wanted
    const span = { from: place.position, size: segment.bytes, first: place.offset, before: following ?? Number.POSITIVE_INFINITY }
    for await (const step of walk(file, span)) {
      this.#note(segment, step, following)
      const frames = step.records.map(record => record.frame).filter(frame => frame.offset >= from && frame.offset < end)
      if (frames.length === 0) continue
      if (frames.at(-1)?.offset === step.next - 1) this.#remember(segment, { offset: step.next, position: step.position }, frames)
      return frames
    }
    return []
  }

  async #index(segment: Segment, file: FileHandle, following: JournalOffset | undefined): Promise<void> {
    const span = { from: segment.begin, size: segment.bytes, first: segment.first, before: following ?? Number.POSITIVE_INFINITY }
    for await (const step of walk(file, span)) {
      this.#note(segment, step, following)
      for (const { frame, position } of step.records) segment.mark(frame.offset, position)
    }
    segment.indexed = true
  }

  #note(segment: Segment, step: Step, following: JournalOffset | undefined): void {
    const file = basename(segment.path)
    for (const hole of step.holes)
      this.#repairs.add({ kind: 'damaged', action: 'passed over', file, position: hole.position, bytes: hole.bytes, from: hole.from, to: hole.to })
    if (!step.tail || following === undefined || step.next >= following) return
    const { position, bytes } = step.tail
    this.#repairs.add({ kind: bytes > 0 ? 'damaged' : 'missing', action: 'passed over', file, position, bytes, from: step.next, to: following })
  }

  #remember(segment: Segment, place: Place, frames: readonly JournalledFrame[]): void {
    if (frames.length === 0) return
    this.#hints.delete(place.offset)
    this.#hints.set(place.offset, { ...place, segment })
    const oldest = this.#hints.keys().next().value
    if (this.#hints.size > HINTS && oldest !== undefined) this.#hints.delete(oldest)
  }
}
