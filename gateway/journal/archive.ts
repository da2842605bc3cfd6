import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { GatewayError } from '../model/errors.ts'
import type { EpochMs, JournalledFrame, JournalOffset } from '../model/frame.ts'
import { listSegments } from './list-segments.ts'
import type { Repair } from './repairs.ts'
import type { Segment } from './segment.ts'
import { type Hole, type Step, walk } from './walk.ts'

/** A segment as it lies on disk. */
export interface ArchivedSegment {
  readonly file: string
  readonly format: number
  readonly first: JournalOffset
  readonly createdAt: EpochMs
  readonly bytes: number
}

/** What a look into the files found wrong. */
export type Finding = Omit<Repair, 'action'>

/** A part of a segment that was read. */
export interface Part {
  readonly segment: ArchivedSegment
  readonly frames: readonly JournalledFrame[]
  readonly findings: readonly Finding[]
  /** Bytes of the segment that were read. */
  readonly read: number
  /** The offset that is expected next. */
  readonly next: JournalOffset
  /** In the last part of a segment alone. */
  readonly ends: boolean
}

/** Which segments are read. Times are no help: a clock that was set leaves frames and segments out of order. */
export interface Stretch {
  /** Only the segments from the one that holds this offset on. */
  readonly from?: JournalOffset
  /** Goes on where this part of an earlier look ended. */
  readonly after?: Part
}

/**
 * The journal's files, only read: by commands, while a gateway may be writing them. What stands behind the last whole record of the last segment is no damage but a group
 * that is being written (or, without a gateway, one that never was finished, and that the next start cuts off).
 */
export class JournalArchive {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Oldest first. Throws `DATA_FOLDER_UNUSABLE` when there is no journal, or one of a format to come. */
  async segments(): Promise<readonly ArchivedSegment[]> {
    return (await this.#list()).map(archived)
  }

  /** Walks segments, checksum by checksum. Those that are let go meanwhile are left out. */
  async *parts(stretch: Stretch = {}): AsyncGenerator<Part, void, void> {
    const all = await this.#list()
    for (const [index, segment] of all.entries()) {
      const following = all[index + 1]
      if (following && stretch.from !== undefined && following.first <= stretch.from) continue
      const file = await open(segment.path, 'r').catch(error => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      })
      if (!file) continue
      try {
        yield* this.#walked(segment, file, following?.first, stretch.after)
      } finally {
        await file.close()
      }
    }
  }

  async *#walked(segment: Segment, file: FileHandle, following: JournalOffset | undefined, after: Part | undefined): AsyncGenerator<Part, void, void> {
    const shown = archived(segment)
    let place = after?.segment.first === segment.first ? { from: after.read, first: after.next } : { from: segment.begin, first: segment.first }
    let confirmed: Hole | undefined
    again: for (;;) {
      const size = (await file.stat()).size
      for await (const step of walk(file, { ...place, size, before: following ?? Number.POSITIVE_INFINITY })) {
        const doubtful = following === undefined ? step.holes.find(hole => !sameHole(hole, confirmed)) : undefined
        if (doubtful) {
          // The segment is being written: what was empty when it was read may hold records now. A hole that is there twice is one.
          const { position, from } = doubtful
          const records = step.records.filter(record => record.position < position)
          yield partOf(shown, { records, holes: step.holes.filter(hole => hole.position < position), position, next: from })
          confirmed = doubtful
          place = { from: doubtful.position, first: doubtful.from }
          continue again
        }
        yield partOf(shown, step, following)
      }
      return
    }
  }

  async #list(): Promise<readonly Segment[]> {
    try {
      return (await listSegments(this.#folder)).map(one => one.segment)
    } catch (error) {
      if (error instanceof GatewayError) throw error
      const reason = error instanceof Error ? error.message : String(error)
      throw new GatewayError(
        'DATA_FOLDER_UNUSABLE',
        `there is no journal to be read in ${this.#folder} (${reason}): name the gateway's data folder with --data`,
        { cause: error },
      )
    }
  }
}

function archived({ path, format, first, createdAt, bytes }: Segment): ArchivedSegment {
  return { file: basename(path), format, first, createdAt, bytes }
}

function sameHole(one: Hole, other: Hole | undefined): boolean {
  return one.position === other?.position && one.from === other.from
}

function partOf(segment: ArchivedSegment, step: Step, following?: JournalOffset): Part {
  const { file } = segment
  const findings: Finding[] = step.holes.map(({ position, bytes, from, to }) => ({ kind: 'damaged', file, position, bytes, from, to }))
  if (step.tail) {
    const { position, bytes } = step.tail
    if (following === undefined && bytes > 0) findings.push({ kind: 'torn', file, position, bytes, from: step.next, to: step.next })
    if (following !== undefined && step.next < following)
      findings.push({ kind: bytes > 0 ? 'damaged' : 'missing', file, position, bytes, from: step.next, to: following })
  }
  return { segment, frames: step.records.map(record => record.frame), findings, read: step.position, next: step.next, ends: step.tail !== undefined }
}
