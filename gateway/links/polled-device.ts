import type { PollBlock } from '../../devices/protocols/modbus/plan.ts'
import type { DeviceId, ModelId } from '../model/ids.ts'
import { BackOff } from './back-off.ts'
import { PollSchedule } from './poll-schedule.ts'

/** What a line needs to know of a device to poll it. */
export interface PollTarget {
  readonly device: DeviceId
  readonly model: ModelId
  readonly unit: number
  readonly blocks: readonly PollBlock[]
}

/** How long a unit that does not answer is left alone. */
export interface BreakerSettings {
  readonly firstBackOffMs: number
  readonly longestBackOffMs: number
}

/**
 * A device on a line: when it is due, and its breaker. One request without an answer opens the breaker; when its time is over a single request probes the unit,
 * and only an answer closes it. So a dead unit costs its line one time-out per back-off, and a unit that comes back is always found.
 */
export class PolledDevice {
  readonly target: PollTarget
  readonly #schedule: PollSchedule
  readonly #backOff: BackOff
  #blockedUntil = Number.NEGATIVE_INFINITY

  constructor(target: PollTarget, settings: BreakerSettings, now: number) {
    this.target = target
    this.#schedule = new PollSchedule(target.device, target.blocks, now)
    this.#backOff = new BackOff(settings.firstBackOffMs, settings.longestBackOffMs)
  }

  /** Whether its last request went without an answer. */
  get silent(): boolean {
    return this.#backOff.failures > 0
  }

  get missed(): number {
    return this.#schedule.missed
  }

  /** From when on it may be asked for its next block. */
  get readyAt(): number {
    return Math.max(this.#schedule.due, this.#blockedUntil)
  }

  take(now: number): PollBlock | undefined {
    return this.#schedule.take(now)
  }

  /** Answers whether it was silent before. */
  answered(): boolean {
    const wasSilent = this.silent
    this.#backOff.succeeded()
    return wasSilent
  }

  /** Answers how long it is left alone now. */
  stayedSilent(now: number, spread: number): number {
    const waitMs = this.#backOff.failed(spread)
    this.#blockedUntil = now + waitMs
    return waitMs
  }
}
