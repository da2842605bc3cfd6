import type { EpochMs, JournalOffset } from '../model/frame.ts'

/** One known place in a segment's file. */
interface Mark {
  readonly offset: JournalOffset
  readonly position: number
}

/** Bytes between two marks: what a reader has to walk at most before it finds its offset. */
const MARK_EVERY_BYTES = 64 * 1024

/** One file of the journal: records from `first` on, and a sparse index of where they stand. Holds no file handle. */
export class Segment {
  readonly path: string
  readonly first: JournalOffset
  readonly format: number
  /** Where its records begin. */
  readonly begin: number
  readonly createdAt: EpochMs
  /** Where its records end; readers go no further. Of an older segment whose end was not cut: its size, which may include space that was never used. */
  bytes: number
  /** Whether the index covers the whole file. A segment left by an earlier run is walked when it is first read. */
  indexed = false
  readonly #marks: Mark[] = []

  constructor(facts: { path: string; first: JournalOffset; format: number; begin: number; createdAt: EpochMs; bytes: number }) {
    this.path = facts.path
    this.first = facts.first
    this.format = facts.format
    this.begin = facts.begin
    this.createdAt = facts.createdAt
    this.bytes = facts.bytes
  }

  /** How many places are known. */
  get marks(): number {
    return this.#marks.length
  }

  /** Notes where a record stands; keeps it when the last mark is far enough away. Offsets come in order. */
  mark(offset: JournalOffset, position: number): void {
    const last = this.#marks.at(-1)
    if (!last || (position - last.position >= MARK_EVERY_BYTES && offset > last.offset)) this.#marks.push({ offset, position })
  }

  /** The nearest marked place at or before an offset; where the records begin when there is none. */
  placeBefore(offset: JournalOffset): Mark {
    let low = 0
    let high = this.#marks.length - 1
    let found: Mark = { offset: this.first, position: this.begin }
    while (low <= high) {
      const middle = (low + high) >> 1
      const mark = this.#marks[middle]
      if (mark && mark.offset <= offset) {
        found = mark
        low = middle + 1
      } else high = middle - 1
    }
    return found
  }
}

/** `0000000000001234.seg`: the offset of the first frame in it. */
export function segmentName(first: JournalOffset): string {
  return `${String(first).padStart(16, '0')}.seg`
}

/** The first offset a file name tells, or undefined when the file is no segment. */
export function segmentFirst(name: string): JournalOffset | undefined {
  return /^\d{16}\.seg$/.test(name) ? Number(name.slice(0, 16)) : undefined
}
