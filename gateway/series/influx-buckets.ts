import type { FieldValue } from '../model/reading.ts'
import type { SeriesRow } from '../model/series.ts'
import type { Buckets, CheckedQuery } from './checked-query.ts'
import type { InfluxConnection } from './influx-connection.ts'
import { source, timeWithin, valuesOf, within } from './influx-points.ts'
import { identifier, select } from './influx-statements.ts'
import { meanDirection } from './mean-direction.ts'
import type { StoredField } from './stored-kind.ts'

type BucketValues = Record<string, FieldValue>

/** One statement of a request and what its rows mean. */
interface Statement {
  readonly q: string
  /** Adds a row's values to those of its bucket. */
  take(columns: readonly unknown[], into: BucketValues): void
}

/** Buckets computed by InfluxDB: one request with a statement for plain fields, one for circular means, and one more for each boolean. */
export async function readBuckets(connection: InfluxConnection, database: string, query: CheckedQuery, buckets: Buckets): Promise<readonly SeriesRow[]> {
  const statements = statementsFor(query, buckets)
  const rows = new Map<number, BucketValues>()
  for await (const { statement, values: columns } of select(connection, { db: database, q: statements.map(({ q }) => q).join(';') })) {
    const at = Number(columns[0])
    const values = rows.get(at) ?? {}
    rows.set(at, values)
    statements[statement]?.take(columns, values)
  }
  return [...rows]
    .filter(([, values]) => Object.keys(values).length > 0)
    .map(([at, values]) => ({ at, values }))
    .sort((a, b) => (query.newestFirst ? b.at - a.at : a.at - b.at))
    .slice(0, query.limit)
}

function statementsFor(query: CheckedQuery, buckets: Buckets): readonly Statement[] {
  const { fn } = buckets
  const circular = fn === 'mean' ? query.fields.filter(field => field.circular && field.type !== 'boolean') : []
  // InfluxQL takes no mean or sum of booleans: they are counted instead.
  const counted = fn === 'first' || fn === 'last' || fn === 'count' ? [] : query.fields.filter(field => field.type === 'boolean')
  const plain = query.fields.filter(field => !circular.includes(field) && !counted.includes(field))
  return [
    ...(plain.length > 0 ? [plainStatement(query, buckets, plain)] : []),
    ...(circular.length > 0 ? [circularStatement(query, buckets, circular)] : []),
    ...counted.flatMap(field => booleanStatements(query, buckets, field)),
  ]
}

function plainStatement(query: CheckedQuery, buckets: Buckets, fields: readonly StoredField[]): Statement {
  const columns = fields.map((field, index) => `${buckets.fn}(${identifier(field.name)}) AS v${index}`).join()
  return {
    q: `SELECT ${columns} FROM ${source(query)} WHERE ${within(query)} ${grouping(query, buckets)}`,
    take: (row, into) => {
      Object.assign(into, valuesOf(fields, row))
    },
  }
}

/** Sines and cosines are in InfluxQL from 1.6.7 on. */
function circularStatement(query: CheckedQuery, buckets: Buckets, fields: readonly StoredField[]): Statement {
  const radians = (field: StoredField): string => `${identifier(field.name)} * ${Math.PI / 180}`
  const inner = fields.map((field, index) => `sin(${radians(field)}) AS s${index}, cos(${radians(field)}) AS c${index}`).join()
  const outer = fields.map((_, index) => `mean(s${index}), mean(c${index})`).join()
  return {
    q: `SELECT ${outer} FROM (SELECT ${inner} FROM ${source(query)} WHERE ${within(query)}) WHERE ${timeWithin(query)} ${grouping(query, buckets)}`,
    take: (row, into) => {
      fields.forEach((field, index) => {
        const [sine, cosine] = [row[1 + 2 * index], row[2 + 2 * index]]
        const direction = typeof sine === 'number' && typeof cosine === 'number' ? meanDirection(sine, cosine) : undefined
        if (direction !== undefined) into[field.name] = direction
      })
    },
  }
}

/** How many, and how many of them true: all that can be asked of booleans follows from the two. */
function booleanStatements(query: CheckedQuery, buckets: Buckets, field: StoredField): readonly Statement[] {
  const counts = new Map<unknown, number>()
  const column = identifier(field.name)
  const q = (condition: string): string => `SELECT count(${column}) FROM ${source(query)} WHERE ${within(query)}${condition} ${grouping(query, buckets)}`
  return [
    {
      q: q(''),
      take: (row, into) => {
        const count = Number(row[1])
        counts.set(row[0], count)
        into[field.name] = ofBooleans(buckets, 0, count)
      },
    },
    {
      q: q(` AND ${column} = true`),
      take: (row, into) => {
        // A bucket beyond the limit has no count here, and is cut off with the limit.
        const count = counts.get(row[0])
        if (count !== undefined) into[field.name] = ofBooleans(buckets, Number(row[1]), count)
      },
    },
  ]
}

function ofBooleans({ fn }: Buckets, trues: number, count: number): number {
  if (fn === 'sum') return trues
  if (fn === 'min') return trues === count ? 1 : 0
  if (fn === 'max') return trues > 0 ? 1 : 0
  return trues / count
}

function grouping(query: CheckedQuery, { everyMs, offsetMs }: Buckets): string {
  return `GROUP BY time(${everyMs}ms, ${offsetMs}ms) fill(none) ORDER BY time ${query.newestFirst ? 'DESC' : 'ASC'} LIMIT ${query.limit}`
}
