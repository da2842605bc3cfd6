import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { FieldValue } from '../model/reading.ts'
import type { SeriesRow } from '../model/series.ts'
import type { Buckets, CheckedQuery } from './checked-query.ts'
import { type FieldAggregate, fieldAggregate } from './sqlite-aggregates.ts'
import { type Slice, slices } from './sqlite-slices.ts'
import { tableOf } from './sqlite-tables.ts'

interface OpenBucket {
  readonly at: number
  readonly parts: unknown[]
}

/** Buckets computed in SQL, slice by slice; a bucket that a slice cuts is joined again. */
export async function readBuckets(db: DatabaseSync, query: CheckedQuery, buckets: Buckets, device: number): Promise<readonly SeriesRow[]> {
  const table = tableOf(query.kind)
  const aggregates = query.fields.map(field => fieldAggregate(field, buckets.fn, edgeOf(table, buckets)))
  const parts = aggregates.flatMap(aggregate => aggregate.parts)
  const select = db.prepare(selectOf(table, buckets, parts, query.newestFirst))
  select.setReturnArrays(true)
  const rows: SeriesRow[] = []
  let open: OpenBucket | undefined
  const close = (): void => {
    const row = open && finished(open, aggregates)
    if (row) rows.push(row)
  }
  for await (const slice of slices(db, table, device, query, query.newestFirst)) {
    for (const bucket of bucketsOf(select, device, slice)) {
      if (open?.at === bucket.at) {
        const known: OpenBucket = open
        parts.forEach((part, index) => {
          const [earlier, later] = query.newestFirst ? [bucket.parts[index], known.parts[index]] : [known.parts[index], bucket.parts[index]]
          known.parts[index] = part.join(earlier, later)
        })
      } else {
        close()
        open = bucket
      }
      if (rows.length >= query.limit) return rows
    }
  }
  close()
  return rows
}

function selectOf(table: string, { everyMs, offsetMs, fn }: Buckets, parts: readonly { readonly sql: string }[], newestFirst: boolean): string {
  // The remainder of a negative number is negative in SQLite: it is lifted, so that buckets before the origin begin where they should.
  const start = `at - (((at - ${offsetMs}) % ${everyMs}) + ${everyMs}) % ${everyMs}`
  const order = `ORDER BY bucket ${newestFirst ? 'DESC' : 'ASC'}`
  const columns = ['bucket', ...parts.map(part => part.sql)].join()
  const rows = `FROM ${table} WHERE device = $device AND at >= $from AND at < $to`
  // First and last look up one row by key for each bucket, which is cheaper than a pass over all rows.
  return fn === 'first' || fn === 'last'
    ? `SELECT ${columns} FROM (SELECT DISTINCT ${start} AS bucket ${rows}) ${order}`
    : `SELECT ${columns} FROM (SELECT ${start} AS bucket, * ${rows}) GROUP BY bucket ${order}`
}

function edgeOf(table: string, { everyMs }: Buckets): (column: string, fn: 'first' | 'last') => string {
  return (column, fn) => {
    const order = fn === 'first' ? 'ASC' : 'DESC'
    return `(SELECT ${column} FROM ${table} WHERE device = $device AND at >= max(bucket, $from) AND at < min(bucket + ${everyMs}, $to)
      AND ${column} IS NOT NULL ORDER BY at ${order}, sub ${order} LIMIT 1)`
  }
}

function* bucketsOf(select: StatementSync, device: number, slice: Slice): Generator<OpenBucket> {
  for (const row of select.all({ device, from: slice.from, to: slice.to })) {
    // With setReturnArrays a row is an array, which the types of node:sqlite do not say.
    if (Array.isArray(row)) yield { at: Number(row[0]), parts: row.slice(1) }
  }
}

function finished(bucket: OpenBucket, aggregates: readonly FieldAggregate[]): SeriesRow | undefined {
  const values: Record<string, FieldValue> = {}
  let index = 0
  for (const aggregate of aggregates) {
    const value = aggregate.finish(bucket.parts.slice(index, index + aggregate.parts.length))
    index += aggregate.parts.length
    if (value !== undefined) values[aggregate.field.name] = value
  }
  return Object.keys(values).length > 0 ? { at: bucket.at, values } : undefined
}
