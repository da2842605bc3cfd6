import type { Stretch } from './minute-gaps.ts'
import type { CommandResult } from './open-commands.ts'
import type { StationRecord } from './station-record.ts'

/** How missing minute data are fetched. */
export interface FetchTimes {
  /** A gap is this old before it is asked for: many stations send what is missing by themselves. */
  readonly settleMs: number
  /** From one request to a station to the next. */
  readonly pauseMs: number
  /** Stations that are asked at one time. */
  readonly mostAtOnce: number
  /** Values a request asks for. */
  readonly mostValues: number
}

/** Asks stations again for the minute data that are missing, a little at a time. */
export class GapFetch {
  readonly #times: FetchTimes
  readonly #ask: (record: StationRecord, stretch: Stretch) => Promise<CommandResult>
  readonly #timers = new Map<StationRecord, NodeJS.Timeout>()
  #running = 0
  fetches = 0
  givenUp = 0

  constructor(times: FetchTimes, ask: (record: StationRecord, stretch: Stretch) => Promise<CommandResult>) {
    this.#times = times
    this.#ask = ask
  }

  /** Something of this station came: is anything missing before it? */
  consider(record: StationRecord): void {
    if (record.gaps.count === 0 || record.fetching || this.#timers.has(record)) return
    const wait = Math.max(this.#times.settleMs, record.fetchedAt + this.#times.pauseMs - performance.now())
    this.#timers.set(
      record,
      setTimeout(() => {
        this.#timers.delete(record)
        void this.#fetch(record)
      }, wait),
    )
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  async #fetch(record: StationRecord): Promise<void> {
    const stretch = record.gaps.next(this.#times.mostValues)
    // Who finds no place is considered again with its next minute.
    if (!stretch || !record.conversation || this.#running >= this.#times.mostAtOnce) return
    const before = record.gaps.givenUp
    record.fetching = true
    this.#running++
    this.fetches++
    const result = await this.#ask(record, stretch)
    this.#running--
    record.fetching = false
    record.fetchedAt = performance.now()
    if (result.ok || result.reason === 'NO_DATA') record.gaps.settled(stretch)
    else if (result.reason !== 'NOT_CONNECTED' && result.reason !== 'CUT_OFF' && result.reason !== 'BUSY') record.gaps.unanswered(stretch)
    this.givenUp += record.gaps.givenUp - before
    if (record.conversation) this.consider(record)
  }
}
