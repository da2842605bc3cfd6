import type { JournalledFrame, JournalOffset } from '../model/frame.ts'
import type { DeviceId } from '../model/ids.ts'
import type { Journal } from '../model/journal.ts'
import { Problem } from './problem.ts'

/** Frames looked at for one answer, of all devices. */
const MOST_LOOKED_AT = 100_000
/** The journal is read forward: so many frames at a time, from the newest on. */
const WINDOW = 4_096
/** Bytes kept of a frame. */
const KEPT_BYTES = 4_096
/** Searches at a time. They read from the disk that receipts wait for. */
const MOST_AT_A_TIME = 2

/** A frame that was found, and how long it really is. */
export interface FoundFrame extends JournalledFrame {
  readonly length: number
}

/** What a search found, newest first. */
export interface FoundFrames {
  readonly frames: readonly FoundFrame[]
  readonly searched: number
  /** Where the search goes on; undefined at the journal's beginning. */
  readonly next: JournalOffset | undefined
}

/** Finds a device's newest frames in the journal, which has no index by device: from its end backwards, and not for ever. */
export class FrameSearch {
  readonly #journal: Pick<Journal, 'read' | 'start' | 'end'>
  #underWay = 0

  constructor(journal: Pick<Journal, 'read' | 'start' | 'end'>) {
    this.#journal = journal
  }

  /** Throws `BUSY` (503) when others are searching. */
  async newest(device: DeviceId, before: JournalOffset | undefined, limit: number): Promise<FoundFrames> {
    if (this.#underWay >= MOST_AT_A_TIME)
      throw new Problem(503, 'BUSY', 'Others are searching the journal; try again in a moment.', { headers: { 'Retry-After': '1' } })
    this.#underWay++
    try {
      return await this.#search(device, Math.min(before ?? this.#journal.end, this.#journal.end), limit)
    } finally {
      this.#underWay--
    }
  }

  async #search(device: DeviceId, from: JournalOffset, limit: number): Promise<FoundFrames> {
    const found: FoundFrame[] = []
    let upper = from
    while (upper > this.#journal.start && found.length < limit && from - upper < MOST_LOOKED_AT) {
      const lower = Math.max(this.#journal.start, upper - WINDOW)
      found.push(...(await this.#window(device, lower, upper, limit + 1)).reverse())
      upper = lower
    }
    const searched = Math.max(0, from - upper)
    if (found.length > limit) return { frames: found.slice(0, limit), searched, next: found[limit - 1]?.offset }
    return { frames: found, searched, next: upper > this.#journal.start ? upper : undefined }
  }

  /** The last `most` frames of the device within two offsets, in their order. */
  async #window(device: DeviceId, lower: JournalOffset, upper: JournalOffset, most: number): Promise<FoundFrame[]> {
    const found: FoundFrame[] = []
    let at = lower
    while (at < upper) {
      const frames = await this.#journal.read(at)
      const last = frames.at(-1)
      if (last === undefined) break
      for (const frame of frames) {
        if (frame.offset >= upper || frame.device !== device) continue
        found.push(kept(frame))
        if (found.length > most) found.shift()
      }
      at = last.offset + 1
    }
    return found
  }
}

/** A copy: the frame's payload is a view of a large read buffer, which would be held by it. */
function kept(frame: JournalledFrame): FoundFrame {
  return { ...frame, payload: new Uint8Array(frame.payload.subarray(0, KEPT_BYTES)), length: frame.payload.length }
}
