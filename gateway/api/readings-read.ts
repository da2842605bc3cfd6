import type { FieldValue } from '../model/reading.ts'
import type { AggregateFunction, SeriesQuery, SeriesRow, SeriesStore } from '../model/series.ts'
import type { BucketRun } from './buckets.ts'
import type { Column } from './readings-fields.ts'

/** The most points of a single millisecond that are looked at. */
const MOST_TOGETHER = 10_000

/** Rows, and where to go on when there are more: as the new `from` (oldest first) or the new `to` (newest first). */
export interface Page {
  readonly rows: readonly SeriesRow[]
  readonly goOnAt: number | undefined
}

type RawQuery = Omit<SeriesQuery, 'bucket'>

/**
 * The points as stored. Two points may share a millisecond, so a page never ends within one: going on from a time then neither loses nor doubles
 * any. Where a single millisecond holds more than `limit`, it is answered whole.
 */
export async function readPoints(series: SeriesStore, query: RawQuery): Promise<Page> {
  const { limit, newestFirst } = query
  const rows = await series.read({ ...query, limit: limit + 1 })
  const next = rows[limit]
  if (next === undefined) return { rows, goOnAt: undefined }
  const whole = rows.slice(0, limit).filter(row => row.at !== next.at)
  if (whole.length > 0) return { rows: whole, goOnAt: newestFirst ? next.at + 1 : next.at }
  const together = await series.read({ ...query, from: next.at, to: next.at + 1, limit: MOST_TOGETHER })
  const goOnAt = newestFirst ? next.at : next.at + 1
  return { rows: together, goOnAt: goOnAt < query.to && goOnAt > query.from ? goOnAt : undefined }
}

/** One row a bucket, one column a function of a field. The runs of buckets are read one after the other until the page is full. */
export async function readBuckets(series: SeriesStore, query: RawQuery, runs: readonly BucketRun[], columns: readonly Column[]): Promise<Page> {
  const { limit, newestFirst } = query
  const rows: SeriesRow[] = []
  for (const run of newestFirst ? runs.toReversed() : runs) {
    const wanted = limit + 1 - rows.length
    if (wanted <= 0) break
    const merged = await readRun(series, { ...query, limit: wanted }, run, columns)
    rows.push(...merged.sort((a, b) => (newestFirst ? b.at - a.at : a.at - b.at)).slice(0, wanted))
  }
  const next = rows[limit]
  if (next === undefined) return { rows, goOnAt: undefined }
  const last = rows[limit - 1]
  // Newest first, `to` is the start of the last bucket shown; oldest first, `from` that of the first one left.
  return { rows: rows.slice(0, limit), goOnAt: newestFirst ? (last?.at ?? next.at) : next.at }
}

async function readRun(series: SeriesStore, query: RawQuery, run: BucketRun, columns: readonly Column[]): Promise<SeriesRow[]> {
  const byStart = new Map<number, Record<string, FieldValue>>()
  const byFn = [...Map.groupBy(columns, column => column.fn)]
  // Side by side: a store that takes its time for each answers a chart's mean, minimum and maximum in that of one.
  const found = await Promise.all(
    byFn.map(async ([fn, ofFn]) => {
      const fields = ofFn.map(column => column.field)
      return { ofFn, rows: fn === undefined ? [] : await series.read({ ...query, from: run.from, to: run.to, fields, bucket: bucketOf(run, fn) }) }
    }),
  )
  for (const { ofFn, rows } of found) {
    for (const row of rows) {
      const values = byStart.get(row.at) ?? {}
      for (const { name, field } of ofFn) {
        const value = row.values[field]
        if (value !== undefined) values[name] = value
      }
      byStart.set(row.at, values)
    }
  }
  return [...byStart].map(([at, values]) => ({ at, values }))
}

function bucketOf(run: BucketRun, fn: AggregateFunction): NonNullable<SeriesQuery['bucket']> {
  return { everyMs: run.everyMs, originMs: run.originMs, fn }
}

/** The same page, ended sooner where it would hold more than so many bytes. As before, it does not end within a millisecond, and holds something. */
export function cutToBytes(page: Page, most: number, query: Pick<RawQuery, 'newestFirst'>, bucketed: boolean): Page {
  let bytes = 0
  let whole = 0
  for (const [index, row] of page.rows.entries()) {
    if (index > 0 && page.rows[index - 1]?.at !== row.at) {
      if (bytes > most) break
      whole = index
    }
    bytes += bytesOf(row)
  }
  if (bytes <= most) return page
  // All that fits ends where the last whole millisecond before did; what does not fit even alone is answered alone.
  const end = whole > 0 ? whole : page.rows.findIndex(row => row.at !== page.rows[0]?.at)
  const next = page.rows[end]
  if (end <= 0 || next === undefined) return page
  const last = page.rows[end - 1]
  const goOnAt = query.newestFirst ? (bucketed ? (last?.at ?? next.at) : next.at + 1) : next.at
  return { rows: page.rows.slice(0, end), goOnAt }
}

/** About what a row takes as JSON. */
function bytesOf({ values, flags }: SeriesRow): number {
  let bytes = 48
  for (const [name, value] of Object.entries(values)) bytes += name.length + 4 + (typeof value === 'string' ? value.length + 2 : 12)
  for (const flag of flags ?? []) bytes += flag.length + 3
  return bytes
}
