/** What a line has done since it was started. */
export interface LineStats {
  readonly endpoint: string
  readonly connected: boolean
  readonly devices: number
  /** Devices whose last request went without an answer. */
  readonly silent: number
  readonly requests: number
  /** Answers with values. */
  readonly answers: number
  readonly exceptions: number
  readonly timeouts: number
  /** Answers nobody waited for: late, or with a wrong transaction, unit or function. */
  readonly strays: number
  /** Connections lost or not made. */
  readonly disconnects: number
  /** Reads left out because the line was too busy or the device was silent. */
  readonly missed: number
  /** Part of the time a request was in flight, 0 to 1, over the last minute. */
  readonly utilisation: number
  readonly unsynced: number
  /** Answers the journal did not take. */
  readonly notKept: number
  readonly paused: boolean
}

const WINDOW_MS = 60_000

/** Counts what a line does and how busy it is. */
export class LineMeter {
  requests = 0
  answers = 0
  exceptions = 0
  timeouts = 0
  strays = 0
  disconnects = 0
  #windowFrom: number
  #busyMs = 0
  #lastUtilisation: number | undefined

  constructor(now: number) {
    this.#windowFrom = now
  }

  busy(ms: number, now: number): void {
    this.#busyMs += ms
    if (now - this.#windowFrom < WINDOW_MS) return
    this.#lastUtilisation = this.#busyMs / (now - this.#windowFrom)
    this.#windowFrom = now
    this.#busyMs = 0
  }

  /** Of the last whole minute, or of the time so far in the first. */
  utilisation(now: number): number {
    const value = this.#lastUtilisation ?? this.#busyMs / Math.max(1, now - this.#windowFrom)
    return Math.min(1, Math.round(value * 1000) / 1000)
  }
}
