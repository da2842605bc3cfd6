import { mkdir, unlink } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { GatewayError } from '../model/errors.ts'
import type { EpochMs, JournalledFrame, JournalOffset } from '../model/frame.ts'
import type { Log } from '../model/log.ts'
import type { Group } from './group.ts'
import { listSegments } from './list-segments.ts'
import { ReachedFile } from './reached-file.ts'
import { recover } from './recover.ts'
import type { Repairs } from './repairs.ts'
import type { Segment } from './segment.ts'
import { SegmentReader } from './segment-reader.ts'
import { SegmentWriter, syncFolder } from './segment-writer.ts'

/** Settings of the files. */
export interface SegmentFilesOptions {
  readonly folder: string
  readonly segmentBytes: number
  readonly keepBytes: number
  /** Frames older than this are let go; they stay while they are within `keepBytes` as well. Absent: whatever their age. */
  readonly keepForMs?: number
  readonly repairs: Repairs
  readonly now: () => EpochMs
  readonly log: Log
}

/** How far the journal has come is noted so often. */
const REACHED_EVERY_MS = 5_000
/** A segment is closed after this part of `keepForMs`, so that a quiet gateway's frames go in time too. */
const SEGMENTS_IN_KEPT_TIME = 7

/** The journal's files: one is written, all are read, old ones go when they are released. */
export class SegmentFiles {
  readonly #options: SegmentFilesOptions
  readonly #reader: SegmentReader
  readonly #reached: ReachedFile
  #segments: Segment[] = []
  #bytes = 0
  #writer: SegmentWriter | undefined
  #releasing: Promise<void> | undefined
  #releaseAgain = false
  #released: JournalOffset = 0
  #next: JournalOffset = 0
  #notedAt: EpochMs = 0

  constructor(options: SegmentFilesOptions) {
    this.#options = options
    this.#reader = new SegmentReader(options.repairs)
    this.#reached = new ReachedFile(options.folder)
  }

  get start(): JournalOffset {
    return this.#segments[0]?.first ?? 0
  }

  /** Of all segments; kept as a sum because it is asked for with every frame. */
  get bytes(): number {
    return this.#bytes
  }

  get count(): number {
    return this.#segments.length
  }

  /** Finds the segments and repairs the last one; answers the offset the next frame gets. */
  async open(): Promise<JournalOffset> {
    const { folder, segmentBytes, repairs } = this.#options
    try {
      await makeFolder(folder)
      await repairs.open()
      const reached = await this.#reached.read()
      const listed = await listSegments(folder)
      this.#segments = listed.map(one => one.segment)
      const last = listed.at(-1)
      const found = last ? await recover(last, reached, repairs) : { next: reached, goesOn: false }
      this.#bytes = this.#segments.reduce((sum, segment) => sum + segment.bytes, 0)
      this.#next = found.next
      if (last && found.goesOn) this.#writer = await SegmentWriter.resume(last.segment, segmentBytes)
      else await this.#begin(found.next)
      return found.next
    } catch (error) {
      if (error instanceof GatewayError) throw error
      const reason = error instanceof Error ? error.message : String(error)
      throw new GatewayError(
        'DATA_FOLDER_UNUSABLE',
        `the journal's folder ${folder} cannot be used (${reason}): make it writable for this user, or choose another with --data`,
        { cause: error },
      )
    }
  }

  /** Appends a group to the last segment and syncs it. On an error nothing counts as written: the same group may be handed in again. */
  async write(group: Group): Promise<void> {
    const now = this.#options.now()
    let writer = this.#writer
    if (!writer?.hasRoomFor(group.bytes) || this.#isOld(writer.segment, now)) writer = await this.#begin(group.first)
    await writer.append(group.records, group.first)
    this.#bytes += group.bytes
    this.#next = group.next
    if (now - this.#notedAt >= REACHED_EVERY_MS) {
      this.#notedAt = now
      // What the group before reached: its receipts are out, or nearly so.
      void this.#reached.keep(group.first)
    }
  }

  /** Frames from an offset on, before `end`. */
  async read(from: JournalOffset, end: JournalOffset): Promise<readonly JournalledFrame[]> {
    let wanted = Math.max(from, this.start)
    while (wanted < end) {
      const index = this.#segments.findLastIndex(segment => segment.first <= wanted)
      const segment = this.#segments[index]
      if (!segment) return []
      const following = this.#segments[index + 1]
      try {
        const frames = await this.#reader.read(segment, { from: wanted, end, following: following?.first })
        if (frames.length > 0) return frames
      } catch (error) {
        // It was released while it was about to be read: what is kept begins further on.
        if (this.#segments.includes(segment)) throw error
      }
      // The rest of this segment holds nothing: go on with the next one.
      if (!following) return []
      wanted = Math.max(following.first, this.start)
    }
    return []
  }

  /** Deletes segments that lie wholly before an offset, oldest first, but keeps the history that is to be kept. `roomAbove`: with more bytes than this, history gives way. */
  release(before: JournalOffset, roomAbove: number): void {
    this.#released = Math.max(this.#released, before)
    if (this.#releasing) {
      this.#releaseAgain = true
      return
    }
    this.#releasing = this.#delete(roomAbove).finally(() => {
      this.#releasing = undefined
      if (!this.#releaseAgain) return
      this.#releaseAgain = false
      this.release(this.#released, roomAbove)
    })
  }

  /** Closes the files. Notes how far the journal has come. */
  async close(): Promise<void> {
    await this.#releasing
    await this.#reader.close()
    const writer = this.#writer
    this.#writer = undefined
    await writer?.close()
    await this.#reached.idle()
    if (writer) await this.#reached.keep(this.#next)
    await this.#options.repairs.close()
  }

  async #delete(roomAbove: number): Promise<void> {
    let deleted = 0
    for (;;) {
      const [oldest, following] = this.#segments
      if (!oldest || !following || following.first > this.#released || !this.#mayGo(oldest, following, roomAbove)) break
      this.#segments.shift()
      this.#bytes -= oldest.bytes
      await this.#reader.forget(oldest)
      await unlink(oldest.path).catch(error => this.#options.log.warn({ err: error }, `an old journal segment could not be deleted: ${oldest.path}`))
      deleted++
    }
    if (deleted > 0) await syncFolder(this.#options.folder).catch(error => this.#options.log.warn({ err: error }, 'the journal folder could not be synced'))
  }

  /** Kept is what is within both limits, while there is room for new frames. All frames of a segment came before the one behind it was begun. */
  #mayGo(oldest: Segment, following: Segment, roomAbove: number): boolean {
    const { keepBytes, keepForMs, now } = this.#options
    if (this.#bytes > roomAbove || this.#bytes - oldest.bytes >= keepBytes) return true
    return keepForMs !== undefined && following.createdAt < now() - keepForMs
  }

  #isOld(segment: Segment, now: EpochMs): boolean {
    const { keepForMs } = this.#options
    return keepForMs !== undefined && segment.bytes > segment.begin && now - segment.createdAt > keepForMs / SEGMENTS_IN_KEPT_TIME
  }

  /** Begins the next segment and closes the one that was written. */
  async #begin(first: JournalOffset): Promise<SegmentWriter> {
    const { folder, segmentBytes, now, log } = this.#options
    const writer = await SegmentWriter.create(folder, first, segmentBytes, now())
    const before = this.#writer
    this.#writer = writer
    // An empty one of the same name has been replaced.
    const replaced = this.#segments.at(-1)?.first === first ? this.#segments.pop() : undefined
    this.#bytes += writer.segment.bytes - (replaced?.bytes ?? 0)
    this.#segments.push(writer.segment)
    if (before) await before.close().catch(error => log.warn({ err: error }, `${basename(before.segment.path)} could not be closed in order`))
    return writer
  }
}

/** Makes the folder, and syncs what it was made in: otherwise a power cut could take it away with all it holds. */
async function makeFolder(folder: string): Promise<void> {
  if ((await mkdir(folder, { recursive: true })) !== undefined) await syncFolder(dirname(folder))
}
