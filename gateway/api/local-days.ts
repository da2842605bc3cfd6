const DAY_MS = 86_400_000

/** A time zone's calendar: when its days start. The zone must exist. */
export class LocalDays {
  readonly #format: Intl.DateTimeFormat

  constructor(timeZone: string) {
    // The h23 cycle prints midnight as 00, never 24.
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    })
  }

  /** The number of the day, counted from 1970-01-01, which the clocks of the zone show at this moment. */
  dayOf(at: number): number {
    return Math.floor((at + this.#offsetAt(at)) / DAY_MS)
  }

  /** When that day starts: its first moment, which is not 00:00 where the clocks go forward at midnight. */
  startOf(day: number): number {
    const wallMidnight = day * DAY_MS
    // The offset at the moment itself is what counts; two steps settle it except when midnight is left out or comes twice.
    const guess = wallMidnight - this.#offsetAt(wallMidnight)
    const start = wallMidnight - this.#offsetAt(guess)
    if (start + this.#offsetAt(start) !== wallMidnight) return this.#firstMomentOf(day, Math.min(guess, start) - DAY_MS / 2)
    const earlier = wallMidnight - this.#offsetAt(start - DAY_MS / 4)
    return earlier < start && this.dayOf(earlier) === day ? earlier : start
  }

  /** For a midnight the clocks leave out: the moment they jump into the day, by halving the stretch it lies in. */
  #firstMomentOf(day: number, before: number): number {
    let low = before
    let high = before + DAY_MS + DAY_MS / 4
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (this.dayOf(middle) >= day) high = middle
      else low = middle
    }
    return high
  }

  /** What the zone's clocks show minus UTC, in milliseconds. */
  #offsetAt(at: number): number {
    const part: Record<string, string> = {}
    for (const { type, value } of this.#format.formatToParts(at)) part[type] = value
    const year = part.era === 'BC' ? 1 - Number(part.year) : Number(part.year)
    const wall = Date.UTC(2000, Number(part.month) - 1, Number(part.day), Number(part.hour), Number(part.minute), Number(part.second))
    const shown = new Date(wall).setUTCFullYear(year, Number(part.month) - 1, Number(part.day))
    return shown - Math.floor(at / 1000) * 1000
  }
}
