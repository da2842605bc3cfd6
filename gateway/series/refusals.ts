import type { Log } from '../model/log.ts'

const QUIET_MS = 60_000
const MOST_REASONS = 500

interface Tally {
  total: number
  unsaid: number
  saidAt: number
}

/** Counts what a store could not keep, by reason, and logs each reason once at first and then at most once a minute with its count. */
export class Refusals {
  readonly #log: Log
  readonly #now: () => number
  readonly #tallies = new Map<string, Tally>()

  constructor(options: { readonly log: Log; readonly now: () => number }) {
    this.#log = options.log
    this.#now = options.now
  }

  /** `example` is one of the refused, to find it by. */
  note(reason: string, count: number, example: object = {}): void {
    // A reason may name fields of a foreign database: the list of them stays bounded.
    const known = this.#tallies.size < MOST_REASONS || this.#tallies.has(reason) ? reason : 'other'
    let tally = this.#tallies.get(known)
    if (tally === undefined) {
      tally = { total: 0, unsaid: 0, saidAt: Number.NEGATIVE_INFINITY }
      this.#tallies.set(known, tally)
    }
    tally.total += count
    tally.unsaid += count
    if (this.#now() - tally.saidAt < QUIET_MS) return
    this.#log.warn({ ...example, reason: known, count: tally.unsaid, total: tally.total }, 'the series store left out what it cannot keep')
    tally.unsaid = 0
    tally.saidAt = this.#now()
  }
}
