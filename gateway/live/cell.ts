import type { DeviceId } from '../model/ids.ts'
import { type Mark, markMessage } from './mark.ts'
import type { MarkMessage, TileMessage } from './tile-codec.ts'

/** Marks in one frame: about 80 kB. */
const MARKS_PER_FRAME = 2_000

/** One geohash cell of one organisation: who is in it, and what its subscribers have not been told yet. */
export class Cell {
  readonly topic: string
  readonly levels: readonly string[]
  readonly #marks = new Map<DeviceId, Mark>()
  /** Device → revision of what changed about it here. */
  readonly #pending = new Map<DeviceId, number>()
  /** Of the frame sent last. */
  #revision = 0

  constructor(topic: string) {
    this.topic = topic
    this.levels = topic.split('/')
  }

  /** Nothing in it and nothing to tell. */
  get idle(): boolean {
    return this.#marks.size === 0 && this.#pending.size === 0
  }

  get hasNews(): boolean {
    return this.#pending.size > 0
  }

  put(mark: Mark): void {
    this.#marks.set(mark.device, mark)
    this.#pending.set(mark.device, mark.revision)
  }

  /** Takes a device out; `revision` is that of the change that did it. */
  remove(device: DeviceId, revision: number): void {
    if (this.#marks.delete(device)) this.#pending.set(device, revision)
  }

  /** Nobody listens: what was to be told is not told, and the next subscriber is greeted with a snapshot. Counts as a frame, so that whoever held the last one sees a gap. */
  dropNews(): void {
    if (this.#pending.size === 0) return
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
      const marks = part.map(([device]) => this.#message(device, sentAt))
      return { sentAtMs: sentAt, revision: this.#revision, previousRevision, marks }
    })
  }

  /** All that is in the cell and that the reader may see. What is pending is in it and will be told once more, which harms nothing. */
  snapshot(sentAt: number, permits: (mark: Mark) => boolean): TileMessage[] {
    const marks = Array.from(this.#marks.values()).filter(permits)
    const revision = this.#revision
    return inFrames(marks).map((part, index) => ({
      sentAtMs: sentAt,
      revision,
      previousRevision: 0,
      marks: part.map(mark => markMessage(mark, sentAt)),
      snapshotPart: index + 1,
    }))
  }

  #message(device: DeviceId, sentAt: number): MarkMessage {
    const mark = this.#marks.get(device)
    return mark ? markMessage(mark, sentAt) : { device, gone: true }
  }
}

function inFrames<T>(items: readonly T[]): T[][] {
  const frames: T[][] = []
  for (let start = 0; start < items.length; start += MARKS_PER_FRAME) frames.push(items.slice(start, start + MARKS_PER_FRAME))
  return frames
}
