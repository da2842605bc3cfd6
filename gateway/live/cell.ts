import type { DeviceId } from '../model/ids.ts'
import { type CellBounds, cellBounds } from './geohash.ts'
import { type Mark, markMessage, onlyMoved } from './mark.ts'
import { fitsMove, movesMessage, type NumberedMark } from './moves.ts'
import { Numbers } from './numbers.ts'
import type { MarkMessage, TileMessage } from './tile-codec.ts'

/** Marks in one frame: about 80 kB when all are told in full. */
const MARKS_PER_FRAME = 2_000

/** A device in the cell. */
interface Member {
  mark: Mark
  readonly number: number
  /** Subscribers do not know its number, or not how it is beside its place: it is told in full. */
  whole: boolean
}

/** One geohash cell of one organisation: who is in it, and what its subscribers have not been told yet. */
export class Cell {
  readonly topic: string
  readonly levels: readonly string[]
  readonly #bounds: CellBounds
  readonly #members = new Map<DeviceId, Member>()
  readonly #numbers = new Numbers()
  /** Device → revision of what changed about it here. */
  readonly #pending = new Map<DeviceId, number>()
  /** Of the frame sent last. */
  #revision = 0

  constructor(topic: string, geohash: string) {
    this.topic = topic
    this.levels = topic.split('/')
    this.#bounds = cellBounds(geohash)
  }

  /** Nothing in it and nothing to tell. */
  get idle(): boolean {
    return this.#members.size === 0 && this.#pending.size === 0
  }

  get hasNews(): boolean {
    return this.#pending.size > 0
  }

  put(mark: Mark): void {
    const member = this.#members.get(mark.device)
    if (member === undefined) this.#members.set(mark.device, { mark, number: this.#numbers.take(), whole: true })
    else {
      member.whole ||= !onlyMoved(member.mark, mark)
      member.mark = mark
    }
    this.#pending.set(mark.device, mark.revision)
  }

  /** Takes a device out; `revision` is that of the change that did it. Its number may go to the next who comes, even in the same round: that one is told in full, and so is whose it is now. */
  remove(device: DeviceId, revision: number): void {
    const member = this.#members.get(device)
    if (member === undefined) return
    this.#members.delete(device)
    this.#numbers.giveBack(member.number)
    this.#pending.set(device, revision)
  }

  /**
   * Nobody listens: what was to be told is not told, and the next subscriber is greeted with a snapshot, numbers and all. Counts as a frame, so that whoever held the last one sees a gap.
   */
  dropNews(): void {
    if (this.#pending.size === 0) return
    for (const device of this.#pending.keys()) {
      const member = this.#members.get(device)
      if (member) member.whole = false
    }
    this.#pending.clear()
    this.#revision += 1
  }

  /** The changes since the last call, oldest first, as frames that name one another as predecessors. */
  takeChanges(sentAt: number): TileMessage[] {
    const news = Array.from(this.#pending).sort((a, b) => a[1] - b[1])
    this.#pending.clear()
    return inFrames(news).map(part => {
      const previousRevision = this.#revision
      // One more than the last at least: several devices may have been removed by one revision, and no two frames of a topic may look alike.
      this.#revision = Math.max(part.at(-1)?.[1] ?? 0, previousRevision + 1)
      return { sentAtMs: sentAt, revision: this.#revision, previousRevision, ...this.#tell(part, sentAt) }
    })
  }

  /** All that is in the cell and that the reader may see. What is pending is in it and will be told once more, which harms nothing. */
  snapshot(sentAt: number, permits: (mark: Mark) => boolean): TileMessage[] {
    const members = Array.from(this.#members.values()).filter(({ mark }) => permits(mark))
    const revision = this.#revision
    return inFrames(members).map((part, index, parts) => ({
      sentAtMs: sentAt,
      revision,
      previousRevision: 0,
      marks: part.map(({ mark, number }) => markMessage(mark, sentAt, number)),
      snapshotPart: index + 1,
      snapshotParts: parts.length,
    }))
  }

  #tell(part: readonly (readonly [DeviceId, number])[], sentAt: number): Pick<TileMessage, 'marks' | 'moves'> {
    const marks: MarkMessage[] = []
    const moved: NumberedMark[] = []
    for (const [device] of part) {
      const member = this.#members.get(device)
      if (member === undefined) marks.push({ device, gone: true })
      else if (member.whole || !fitsMove(member.mark, sentAt)) {
        member.whole = false
        marks.push(markMessage(member.mark, sentAt, member.number))
      } else moved.push(member)
    }
    return { marks, ...(moved.length > 0 && { moves: movesMessage(moved, this.#bounds, sentAt) }) }
  }
}

function inFrames<T>(items: readonly T[]): T[][] {
  const frames: T[][] = []
  for (let start = 0; start < items.length; start += MARKS_PER_FRAME) frames.push(items.slice(start, start + MARKS_PER_FRAME))
  return frames
}
