import type { BusAddress, BusPoll, BusSpeech } from '../../../devices/protocols/bus-speech.ts'
import type { Channel, DeviceId, ModelId } from '../../model/ids.ts'
import { BackOff } from '../back-off.ts'
import { PollSchedule } from './poll-schedule.ts'

/** What a line needs to know of a device to ask it. */
export interface BusTarget {
  readonly device: DeviceId
  readonly model: ModelId
  readonly address: BusAddress
  readonly speech: BusSpeech
  /** Where its frames stand in the journal. */
  readonly channel: Channel
  readonly polls: readonly BusPoll[]
  readonly pauseMs: number
  /** How long its answer may take; undefined: as usual on its line. */
  readonly timeoutMs: number | undefined
}

/** How long a device that does not answer is left alone. */
export interface BreakerSettings {
  readonly firstBackOffMs: number
  readonly longestBackOffMs: number
}

/**
 * A device on a line: when it is due, and its breaker. One request without an answer opens the breaker; when its time is over a single request probes the device,
 * and only an answer closes it. A read that stays without an answer while others of the device are answered is left out longer and longer by itself: one block that a device does not
 * have costs it no other.
 */
export class BusUnit {
  readonly target: BusTarget
  readonly #settings: BreakerSettings
  readonly #schedule: PollSchedule
  readonly #backOff: BackOff
  readonly #unansweredPolls = new Map<BusPoll, BackOff>()
  #blockedUntil = Number.NEGATIVE_INFINITY
  #asked: BusPoll | undefined
  #proven = false

  constructor(target: BusTarget, settings: BreakerSettings, now: number) {
    this.target = target
    this.#settings = settings
    this.#schedule = new PollSchedule(target.device, target.polls, now)
    this.#backOff = new BackOff(settings.firstBackOffMs, settings.longestBackOffMs)
  }

  /** Requests in a row that went without an answer. */
  get failures(): number {
    return this.#backOff.failures
  }

  get silent(): boolean {
    return this.failures > 0
  }

  /** Whether it ever answered. */
  get proven(): boolean {
    return this.#proven
  }

  get missed(): number {
    return this.#schedule.missed
  }

  /** From when on it may be asked for what is due next. */
  get readyAt(): number {
    return Math.max(this.#schedule.due, this.#blockedUntil)
  }

  /**
   * What to ask now. After the first time-out the same again: should the late answer come only now, it is at least the answer to this very question. The next time something else may be asked, so
   * that a read which is never answered does not hide those that would be.
   */
  take(now: number): BusPoll | undefined {
    this.#asked = this.#schedule.take(now, this.failures === 1 ? this.#asked : undefined)
    return this.#asked
  }

  /** Answers whether it was silent before. `settleMs`: what it is left alone for after a silence, so that an answer still under way comes while others are asked. */
  answered(now: number, settleMs: number): boolean {
    const wasSilent = this.silent
    this.#proven = true
    this.#backOff.succeeded()
    if (this.#asked) this.#unansweredPolls.delete(this.#asked)
    if (wasSilent) this.#blockedUntil = now + settleMs
    return wasSilent
  }

  /** Answers how long it is left alone now. */
  stayedSilent(now: number, spread: number): number {
    // Only the first of a silence: what follows says something about the device and nothing about the read.
    const first = this.silent ? undefined : this.#asked
    const isKnown = first && this.#unanswered(first, now, spread)
    const waitMs = this.#backOff.failed(spread)
    if (first && isKnown) this.#schedule.again(first, now + waitMs)
    this.#blockedUntil = now + waitMs
    return waitMs
  }

  /** Answers whether the device is known to answer this read, or nothing is known against it. */
  #unanswered(poll: BusPoll, now: number, spread: number): boolean {
    const backOff = this.#unansweredPolls.get(poll) ?? new BackOff(this.#settings.firstBackOffMs, this.#settings.longestBackOffMs)
    this.#unansweredPolls.set(poll, backOff)
    const waitMs = backOff.failed(spread)
    if (backOff.failures > 1) this.#schedule.postpone(poll, now + waitMs)
    return backOff.failures === 1
  }
}
