import { type FileHandle, mkdir, open, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { GatewayError } from '../model/errors.ts'
import type { JournalledFrame, JournalOffset } from '../model/frame.ts'
import type { Log } from '../model/log.ts'
import type { Group } from './group.ts'
import { type Damage, scan } from './scan.ts'
import { Segment, segmentFirst, segmentName } from './segment.ts'
import { SegmentReader } from './segment-reader.ts'

/** Settings of the files. */
export interface SegmentFilesOptions {
  readonly folder: string
  readonly segmentBytes: number
  readonly keepBytes: number
  readonly log: Log
}

/** The journal's files: one is written, all are read, old ones go when they are released. */
export class SegmentFiles {
  readonly #options: SegmentFilesOptions
  readonly #reader: SegmentReader
  #segments: Segment[] = []
  #bytes = 0
  #file: FileHandle | undefined
  #releasing: Promise<void> | undefined

  constructor(options: SegmentFilesOptions) {
    this.#options = options
    this.#reader = new SegmentReader(options.log)
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
    const { folder } = this.#options
    try {
      await mkdir(folder, { recursive: true })
      const names = (await readdir(folder)).filter(name => segmentFirst(name) !== undefined).sort()
      this.#segments = []
      this.#bytes = 0
      for (const name of names) {
        const segment = new Segment(join(folder, name), segmentFirst(name) ?? 0)
        segment.bytes = (await stat(segment.path)).size
        this.#bytes += segment.bytes
        this.#segments.push(segment)
      }
      const last = this.#segments.at(-1)
      if (!last) {
        await this.#begin(0)
        return 0
      }
      this.#file = await open(last.path, 'r+')
      return await this.#repair(last, this.#file)
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
    let segment = this.#segments.at(-1)
    if (!segment || segment.bytes >= this.#options.segmentBytes) segment = await this.#begin(group.first)
    const file = this.#file
    if (!file) throw new GatewayError('JOURNAL_CLOSED', 'the journal is closed')
    const records = group.records
    let written = 0
    while (written < records.length) {
      const { bytesWritten } = await file.write(records, written, records.length - written, segment.bytes + written)
      written += bytesWritten
    }
    await file.datasync()
    segment.mark(group.first, segment.bytes)
    segment.bytes += records.length
    this.#bytes += records.length
  }

  /** Frames from an offset on, before `end`. */
  async read(from: JournalOffset, end: JournalOffset): Promise<readonly JournalledFrame[]> {
    let wanted = Math.max(from, this.start)
    while (wanted < end) {
      const index = this.#segments.findLastIndex(segment => segment.first <= wanted)
      const segment = this.#segments[index]
      if (!segment) return []
      const frames = await this.#reader.read(segment, wanted, end)
      if (frames.length > 0) return frames
      // The rest of this segment is damaged: go on with the next one.
      const following = this.#segments[index + 1]
      if (!following) return []
      wanted = following.first
    }
    return []
  }

  /** Deletes segments that lie wholly before an offset, oldest first, but keeps the last `keepBytes`. */
  release(before: JournalOffset): void {
    this.#releasing ??= this.#delete(before).finally(() => {
      this.#releasing = undefined
    })
  }

  async close(): Promise<void> {
    await this.#releasing
    await this.#reader.close()
    await this.#file?.close()
    this.#file = undefined
  }

  async #delete(before: JournalOffset): Promise<void> {
    for (;;) {
      const [oldest, following] = this.#segments
      if (!oldest || !following || following.first > before) return
      if (this.#bytes - oldest.bytes < this.#options.keepBytes) return
      this.#segments.shift()
      this.#bytes -= oldest.bytes
      await this.#reader.forget(oldest)
      await unlink(oldest.path).catch(error => this.#options.log.warn({ err: error }, `an old journal segment could not be deleted: ${oldest.path}`))
    }
  }

  /** Closes the segment that was written and begins the next. The folder is synced, so that the file itself survives a power cut. */
  async #begin(first: JournalOffset): Promise<Segment> {
    const segment = new Segment(join(this.#options.folder, segmentName(first)), first)
    segment.indexed = true
    const file = await open(segment.path, 'w+')
    const folder = await open(this.#options.folder, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
    await this.#file?.close()
    this.#file = file
    this.#segments.push(segment)
    return segment
  }

  /** Cuts off what was being written when the last run ended, and reports it. Nothing that was acknowledged is in a torn tail: its sync never returned. */
  async #repair(segment: Segment, file: FileHandle): Promise<JournalOffset> {
    let next = segment.first
    const found = await scan(file, 0, segment.bytes, (frame, position) => {
      segment.mark(frame.offset, position)
      next = frame.offset + 1
    })
    segment.indexed = true
    for (const damage of found.damages) this.#report(segment, damage)
    if (found.end < segment.bytes) {
      this.#options.log.warn(
        { segment: segment.path, bytes: segment.bytes - found.end, nextOffset: next },
        'the journal ended in a torn record, which was never acknowledged: cut off',
      )
      await file.truncate(found.end)
      await file.sync()
      this.#bytes -= segment.bytes - found.end
      segment.bytes = found.end
    }
    return next
  }

  #report(segment: Segment, damage: Damage): void {
    this.#options.log.error(
      { segment: segment.path, position: damage.position, bytes: damage.bytes },
      'the journal is damaged here: frames in this stretch are lost; check the disk',
    )
  }
}
