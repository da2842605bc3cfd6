import type { ClockFault } from '../model/clock.ts'
import type { EpochMs } from '../model/frame.ts'
import { LIVE_MS, rolloverOf } from './clock-rules.ts'

/** What the samples say. */
export interface ClockVerdict {
  readonly fault: ClockFault | 'right'
  readonly offsetMs: number
}

/** One sample in this time at most: what is sent in one go says one thing about the clock. */
const SPACING_MS = 5_000
/** Samples of one clock agree this closely; networks delay by less, nearly always. */
const AGREE_MS = 30_000
const MOST = 9
const ENOUGH = 3
/** A clock that is behind looks like a device that sends late, so more is asked for. */
const ENOUGH_BEHIND = 8
const LEAST_BEHIND_MS = 120_000
const MOST_BEHIND_MS = 3_600_000
/** Times are given in steps of an hour at most; a time that stays longer than this stands still. */
const STUCK_MS = 70 * 60_000

/**
 * The clock of one device, from the newest time in each of its frames against the time of receipt. History that is sent from a buffer does not count: its times
 * do not advance with ours, so its offsets do not agree with each other. The estimate is the median of the newest samples that agree.
 */
export class ClockSamples {
  #offsets: number[] = []
  #since: EpochMs
  #strangers: number[] = []
  #strangersSince: EpochMs = 0
  #lastReceivedAt: EpochMs
  #gapMs = 0
  #lastAt: EpochMs
  #sameSince: EpochMs
  #same = 0

  constructor(at: EpochMs, receivedAt: EpochMs) {
    this.#offsets.push(at - receivedAt)
    this.#since = receivedAt
    this.#lastReceivedAt = receivedAt
    this.#lastAt = at
    this.#sameSince = receivedAt
  }

  /** Takes the newest time of a frame; answers what the clock is like, if that can be said. `tooOldMs`: what is older can not be history that is kept. */
  add(at: EpochMs, receivedAt: EpochMs, tooOldMs: number): ClockVerdict | undefined {
    if (receivedAt - this.#lastReceivedAt < SPACING_MS) return undefined
    this.#gapMs = receivedAt - this.#lastReceivedAt
    this.#lastReceivedAt = receivedAt
    if (at === this.#lastAt) {
      this.#same++
      const stuck = this.#same >= ENOUGH_BEHIND && receivedAt - this.#sameSince >= STUCK_MS
      return stuck ? { fault: 'stuck', offsetMs: at - receivedAt } : undefined
    }
    this.#lastAt = at
    this.#same = 0
    this.#sameSince = receivedAt
    this.#sample(at - receivedAt, receivedAt)
    return this.#verdict(tooOldMs)
  }

  #sample(offset: number, receivedAt: EpochMs): void {
    if (agrees(offset, this.#offsets)) {
      this.#strangers = []
      this.#offsets.push(offset)
      if (this.#offsets.length > MOST) this.#offsets.shift()
      return
    }
    // The clock was set, or a frame came late: what agrees with itself wins.
    if (this.#strangers.length === 0 || !agrees(offset, this.#strangers)) {
      this.#strangers = []
      this.#strangersSince = receivedAt
    }
    this.#strangers.push(offset)
    if (this.#strangers.length < ENOUGH) return
    this.#offsets = this.#strangers
    this.#since = this.#strangersSince
    this.#strangers = []
  }

  #verdict(tooOldMs: number): ClockVerdict | undefined {
    if (this.#strangers.length > 0 || this.#offsets.length < ENOUGH) return undefined
    const offsetMs = Math.round(median(this.#offsets))
    if (Math.abs(offsetMs) <= LIVE_MS) return { fault: 'right', offsetMs }
    if (rolloverOf(offsetMs) !== 0) return { fault: 'rollover', offsetMs }
    if (offsetMs > 0) return { fault: 'ahead', offsetMs }
    return -offsetMs > tooOldMs || this.#isSurelyBehind(-offsetMs) ? { fault: 'behind', offsetMs } : undefined
  }

  /**
   * A device that sends in time, on a slow clock, and not one that sends late: it was heard of for long enough that a buffer would have emptied, and so often that it
   * could have sent sooner.
   */
  #isSurelyBehind(behindMs: number): boolean {
    const observedMs = this.#lastReceivedAt - this.#since
    const neededMs = Math.min(MOST_BEHIND_MS, Math.max(LEAST_BEHIND_MS, behindMs / 10))
    return this.#offsets.length >= ENOUGH_BEHIND && observedMs >= neededMs && this.#gapMs < behindMs / 2
  }
}

function agrees(offset: number, offsets: readonly number[]): boolean {
  return Math.abs(offset - median(offsets)) <= AGREE_MS
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2
}
