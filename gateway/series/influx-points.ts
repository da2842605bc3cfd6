import type { FieldValue } from '../model/reading.ts'
import type { SeriesRow } from '../model/series.ts'
import type { CheckedQuery } from './checked-query.ts'
import { flagsList } from './flags-text.ts'
import type { InfluxConnection } from './influx-connection.ts'
import { POLICY } from './influx-database.ts'
import { identifier, literal, select } from './influx-statements.ts'
import type { StoredField } from './stored-kind.ts'

/** Rows asked for at least once the first page did not do: a page may hold rows that have flags and none of the asked fields. */
const PAGE_ROWS = 5_000

/** The points as stored. A point without any of the asked fields is left out. */
export async function readPoints(connection: InfluxConnection, database: string, query: CheckedQuery): Promise<readonly SeriesRow[]> {
  const columns = [...query.fields.map(field => field.name), 'flags'].map(identifier).join()
  const rows: SeriesRow[] = []
  let page = query.limit
  let offset = 0
  for (;;) {
    let received = 0
    const q = `SELECT ${columns} FROM ${source(query)} WHERE ${within(query)} ORDER BY time ${query.newestFirst ? 'DESC' : 'ASC'} LIMIT ${page} OFFSET ${offset}`
    for await (const { values } of select(connection, { db: database, q })) {
      received++
      const row: SeriesRow = { at: Number(values[0]), values: valuesOf(query.fields, values), ...flagsList(values[query.fields.length + 1]) }
      if (Object.keys(row.values).length > 0) rows.push(row)
      if (rows.length >= query.limit) return rows
    }
    if (received < page) return rows
    offset += page
    page = Math.max(query.limit, PAGE_ROWS)
  }
}

/** The measurement of a kind in the gateway's own retention policy. */
export function source(query: Pick<CheckedQuery, 'kind'>): string {
  return `${identifier(POLICY)}.${identifier(query.kind.id)}`
}

/** The condition on device and time. */
export function within(query: CheckedQuery): string {
  return `"device" = ${literal(query.device)} AND ${timeWithin(query)}`
}

/** The condition on time alone. */
export function timeWithin(query: Pick<CheckedQuery, 'from' | 'to'>): string {
  return `time >= ${query.from}ms AND time < ${query.to}ms`
}

/** The values of a row whose columns follow its time. */
export function valuesOf(fields: readonly StoredField[], columns: readonly unknown[]): Record<string, FieldValue> {
  const values: Record<string, FieldValue> = {}
  fields.forEach((field, index) => {
    const value = columns[index + 1]
    if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') values[field.name] = value
  })
  return values
}
