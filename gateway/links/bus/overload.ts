import type { Log } from '../../model/log.ts'

/** Above this a line has no time left for what slipped. */
const FULL = 0.95
const SAY_AGAIN_MS = 600_000

/** Says, but not every minute, when a line is asked for more than it can carry. */
export class Overload {
  readonly #url: string
  readonly #log: Log
  #missed = 0
  #saidAt = Number.NEGATIVE_INFINITY

  constructor(url: string, log: Log) {
    this.#url = url
    this.#log = log
  }

  /** `missed`: reads left out since the line was started. */
  look(utilisation: number, missed: number): void {
    const lately = missed - this.#missed
    this.#missed = missed
    if (utilisation < FULL || lately <= 0 || performance.now() - this.#saidAt < SAY_AGAIN_MS) return
    this.#saidAt = performance.now()
    const percent = Math.round(utilisation * 100)
    this.#log.warn(
      { line: this.#url, utilisation, missed: lately },
      `the line is asked for more than it can carry: busy ${percent} % of the last minute, ${lately} reads left out. Give its devices longer periods, or spread them over more lines; citygate modbus plan reckons it`,
    )
  }
}
