import { Slips } from './slips.ts'

/** Counts what a line does and how busy it is. */
export class LineMeter {
  requests = 0
  answers = 0
  exceptions = 0
  timeouts = 0
  strays = 0
  disconnects = 0
  readonly slips = new Slips()
  #windowFrom: number
  #busyMs = 0
  #lastUtilisation: number | undefined

  constructor(now: number) {
    this.#windowFrom = now
  }

  /** Answers the part of the time the line was busy when a minute is over. */
  busy(ms: number, now: number): number | undefined {
    this.#busyMs += ms
    const length = now - this.#windowFrom
    if (length < WINDOW_MS) return undefined
    this.#lastUtilisation = this.#busyMs / length
    this.#windowFrom = now
    this.#busyMs = 0
    return this.#lastUtilisation
  }

  /** Of the last whole minute, or of the time so far in the first. */
  utilisation(now: number): number {
    const value = this.#lastUtilisation ?? this.#busyMs / Math.max(1, now - this.#windowFrom)
    return Math.min(1, Math.round(value * 1000) / 1000)
  }
}

const WINDOW_MS = 60_000
