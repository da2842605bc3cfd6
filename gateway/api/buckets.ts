import { LocalDays } from './local-days.ts'

const DAY_MS = 86_400_000

/** A stretch of time within which buckets are equally long and stand in one row: what the series store can answer at once. */
export interface BucketRun {
  /** Included, excluded: milliseconds since 1970. */
  readonly from: number
  readonly to: number
  readonly everyMs: number
  readonly originMs: number
}

/**
 * Lays buckets over a stretch of time. They start at local midnights: an hour, a day or seven of them are those of the wall calendar. Where a zone
 * changes its clocks a day has 23 or 25 hours, so the stretch is cut into runs that each fit the store's equal buckets.
 *
 * Lengths above a day are whole days, counted from Monday 5 January 1970, so that `7d` are weeks as ISO 8601 has them; those below divide a day.
 */
export function bucketRuns(query: { readonly from: number; readonly to: number; readonly everyMs: number; readonly timeZone: string }): BucketRun[] {
  const { from, to, everyMs, timeZone } = query
  const days = new LocalDays(timeZone)
  const step = Math.max(1, Math.round(everyMs / DAY_MS))
  const runs: BucketRun[] = []
  let first = days.dayOf(from)
  first -= (((first - FIRST_MONDAY) % step) + step) % step
  for (let start = days.startOf(first); start < to; first += step) {
    const end = days.startOf(first + step)
    // A zone that crosses the date line leaves a day out (Pacific/Apia, 2011-12-30).
    if (end <= start) continue
    const length = everyMs < DAY_MS ? everyMs : end - start
    const last = runs.at(-1)
    const fits = last !== undefined && last.everyMs === length && (start - last.originMs) % length === 0
    const run = { from: Math.max(from, start), to: Math.min(to, end), everyMs: length, originMs: start }
    if (fits) runs[runs.length - 1] = { ...last, to: run.to }
    else runs.push(run)
    start = end
  }
  return runs
}

/** Starts of the buckets of a run, in the order of time; the first may lie before the run begins. */
export function* bucketStarts({ from, to, everyMs, originMs }: BucketRun): Generator<number> {
  for (let start = from - ((((from - originMs) % everyMs) + everyMs) % everyMs); start < to; start += everyMs) yield start
}

/** 1970-01-05 as a day's number. */
const FIRST_MONDAY = 4

/** What is wrong with a bucket length, as text; undefined when it can be used. */
export function bucketLengthProblem(everyMs: number): string | undefined {
  if (everyMs > DAY_MS && everyMs % DAY_MS !== 0) return 'is longer than a day and not in whole days: write 2d or 7d'
  if (everyMs < DAY_MS && DAY_MS % everyMs !== 0) return 'does not divide a day: 10s, 1m, 5m, 15m, 30m, 1h, 2h, 6h, 12h do'
  return undefined
}

/** The shortest usual bucket length of which not more than `most` fill the stretch, to propose. */
export function shortestBucket(stretchMs: number, most: number): string {
  const usual = { '1s': 1, '10s': 10, '1m': 60, '5m': 300, '15m': 900, '1h': 3600, '6h': 21_600, '1d': 86_400 }
  return Object.entries(usual).find(([, seconds]) => stretchMs / (seconds * 1000) + 1 <= most)?.[0] ?? '7d'
}
