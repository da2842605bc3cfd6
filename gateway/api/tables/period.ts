import { z } from 'zod'
import { type BucketRun, bucketRuns, bucketStarts } from '../buckets.ts'
import { timeText } from '../device-json.ts'
import { LocalDays } from '../local-days.ts'
import { momentParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { TimeSchema } from '../schemas.ts'
import { type Moment, resolveMoment } from '../time.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** The longest period for each length of bucket, in milliseconds. */
const LONGEST = { hour: 8 * DAY_MS, day: 93 * DAY_MS, month: 740 * DAY_MS } as const
type Every = keyof typeof LONGEST

/** Over which time a table is. */
export const periodParameters = {
  from: momentParameter('Included. A week ago unless given.', '-7d'),
  to: momentParameter('Excluded. Now unless given.', 'now'),
}

export const everyParameter = z
  .enum(['hour', 'day', 'month'], 'is hour, day or month')
  .default('day')
  .meta({ description: 'Amounts by the hour (up to 8 days), by the day (up to 93 days) or by the month (up to two years), as the city’s calendar has them.' })

/** A stretch of time. `ended`: late readings apart, nothing will change any more. */
export interface Period {
  readonly from: number
  readonly to: number
  readonly ended: boolean
}

/** The period, in an answer. */
export const periodShape = { from: TimeSchema, to: TimeSchema }

/** The same of one. */
export function periodJson({ from, to }: Period): { readonly from: string; readonly to: string } {
  return { from: timeText(from), to: timeText(to) }
}

/** Reads the period, to whole minutes: who asks again within one gets the same table. What lies ahead is cut off. Throws `QUERY_INVALID`. */
export function periodOf(query: { readonly from: Moment; readonly to: Moment }, now: number, every: Every = 'day'): Period {
  const from = Math.floor(resolveMoment(query.from, now) / MINUTE_MS) * MINUTE_MS
  const to = Math.min(Math.floor(resolveMoment(query.to, now) / MINUTE_MS), Math.floor(now / MINUTE_MS)) * MINUTE_MS
  const problem =
    from >= to
      ? 'must be earlier than “to”, and than now'
      : to - from > LONGEST[every]
        ? `is too long ago: by the ${every} a table holds ${LONGEST[every] / DAY_MS} days`
        : undefined
  if (problem !== undefined)
    throw new Problem(400, 'QUERY_INVALID', 'The period can not be used; see errors.', { errors: [{ field: 'from', in: 'query', problem }] })
  return { from, to, ended: to < now - HOUR_MS }
}

/** For how long a table may be told again. */
export function keepFor({ ended }: Period): number {
  return ended ? 10 * MINUTE_MS : MINUTE_MS
}

/** How a table's columns of time lie: what the store is asked for, and which column each of its buckets belongs to. */
export interface Grid {
  readonly runs: readonly BucketRun[]
  /** Starts of the columns. */
  readonly columns: readonly number[]
  /** The column a bucket belongs to. */
  columnOf(at: number): number
}

/** By the hour or day the store’s buckets are the columns; months are made of days. */
export function gridOf({ from, to }: Period, every: Every, timeZone: string): Grid {
  const runs = bucketRuns({ from, to, everyMs: every === 'hour' ? HOUR_MS : DAY_MS, timeZone })
  const starts = runs.flatMap(run => [...bucketStarts(run)])
  if (every !== 'month') return { runs, columns: starts, columnOf: at => at }
  const month = monthsIn(timeZone)
  const firsts = new Map<string, number>()
  for (const start of starts) if (!firsts.has(month(start))) firsts.set(month(start), start)
  return { runs, columns: [...firsts.values()], columnOf: at => firsts.get(month(at)) ?? at }
}

function monthsIn(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit' })
  return at => format.format(at)
}

/** The nights of a period, the newest first: from two to four by the city’s clocks. */
export function nightsOf({ from, to }: Period, timeZone: string, most: number): readonly { readonly from: number; readonly to: number }[] {
  const days = new LocalDays(timeZone)
  const nights: { from: number; to: number }[] = []
  for (let day = days.dayOf(to); nights.length < most && day >= days.dayOf(from); day--) {
    const midnight = days.startOf(day)
    const night = { from: midnight + 2 * HOUR_MS, to: midnight + 4 * HOUR_MS }
    if (night.from >= from && night.to <= to) nights.push(night)
  }
  return nights
}
