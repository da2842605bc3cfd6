import type { RejectedFrame } from '../model/account.ts'
import type { JournalOffset } from '../model/frame.ts'
import type { DeviceId } from '../model/ids.ts'

/** Of one device, and in all, until the next flush; beyond, the oldest are counted only. As many of a device as are kept for it on disk, so that nothing is missed. */
const MOST_OF_DEVICE = 100
const MOST = 5_000

/** Rejected frames that are not on disk yet. */
export class RejectedLog {
  readonly #byDevice = new Map<DeviceId, RejectedFrame[]>()
  #size = 0

  add(frame: RejectedFrame): void {
    const frames = this.#byDevice.get(frame.device) ?? []
    this.#byDevice.set(frame.device, frames)
    frames.push(frame)
    this.#size++
    // Half at a time: moving the whole list for each frame of a noisy device would cost more than the frame.
    if (frames.length >= MOST_OF_DEVICE * 2) this.#size -= frames.splice(0, MOST_OF_DEVICE).length
    if (this.#size > MOST) this.#dropOldest()
  }

  /** Oldest first, no more of a device than are kept. */
  inOrder(): readonly RejectedFrame[] {
    return Array.from(this.#byDevice.values(), frames => frames.slice(-MOST_OF_DEVICE))
      .flat()
      .sort((a, b) => a.offset - b.offset)
  }

  newest(query: { readonly device?: DeviceId; readonly before: JournalOffset; readonly limit: number }): readonly RejectedFrame[] {
    const all = query.device === undefined ? [...this.#byDevice.values()].flat() : (this.#byDevice.get(query.device) ?? [])
    return all
      .filter(frame => frame.offset < query.before)
      .sort((a, b) => b.offset - a.offset)
      .slice(0, query.limit)
  }

  /** Frames before this offset are on disk. */
  forget(before: JournalOffset): void {
    const rest = this.inOrder().filter(frame => frame.offset >= before)
    this.#clear()
    for (const frame of rest) this.add(frame)
  }

  #clear(): void {
    this.#byDevice.clear()
    this.#size = 0
  }

  #dropOldest(): void {
    const kept = this.inOrder().slice(-MOST / 2)
    this.#clear()
    for (const frame of kept) this.add(frame)
  }
}
