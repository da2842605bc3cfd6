import { GatewayError } from '../model/errors.ts'
import type { DeviceId, KindId } from '../model/ids.ts'
import type { AggregateFunction, SeriesQuery, VisitorsQuery } from '../model/series.ts'
import { EARLIEST_MS, LATEST_MS } from './kept-reading.ts'
import { LAT, LON, type StoredField, type StoredKind } from './stored-kind.ts'

/** Most rows one read may ask for. */
export const MOST_ROWS = 100_000

const FUNCTIONS: ReadonlySet<string> = new Set<AggregateFunction>(['mean', 'min', 'max', 'sum', 'first', 'last', 'count'])

/** Buckets of whole milliseconds. */
export interface Buckets {
  readonly everyMs: number
  /** 0 … everyMs − 1: buckets begin at this remainder. */
  readonly offsetMs: number
  readonly fn: AggregateFunction
}

/** A query whose every part is known to make sense: safe to write into SQL and InfluxQL. */
export interface CheckedQuery {
  readonly device: DeviceId
  readonly kind: StoredKind
  readonly from: number
  readonly to: number
  /** With buckets, only those their function can be taken of. */
  readonly fields: readonly StoredField[]
  readonly buckets?: Buckets
  readonly limit: number
  readonly newestFirst: boolean
}

/** Checks a query against the kinds. Throws `QUERY_INVALID` that says what is wrong and what would be right. */
export function checkQuery(query: SeriesQuery, kinds: ReadonlyMap<KindId, StoredKind>): CheckedQuery {
  const kind = knownKind(query.kind, kinds)
  const times = checkedTimes(query)
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > MOST_ROWS) throw invalid(`limit is a whole number from 1 to ${MOST_ROWS}`)
  const buckets = query.bucket && checkBuckets(query.bucket)
  const fields = fieldsOf(kind, query.fields)
  return {
    device: query.device,
    kind,
    ...times,
    fields: buckets ? fields.filter(field => field.type !== 'string' || buckets.fn === 'first' || buckets.fn === 'last') : fields,
    ...(buckets && { buckets }),
    limit: query.limit,
    newestFirst: query.newestFirst === true,
  }
}

/** A question for visitors whose every part is known to make sense. */
export interface CheckedVisitors extends Omit<VisitorsQuery, 'kind'> {
  readonly kind: StoredKind
}

/** Checks a question for visitors. Throws `QUERY_INVALID`. */
export function checkVisitors(query: VisitorsQuery, kinds: ReadonlyMap<KindId, StoredKind>): CheckedVisitors {
  const { box } = query
  if (![box.west, box.south, box.east, box.north].every(Number.isFinite)) throw invalid('the box is four numbers of degrees')
  return { ...query, kind: knownKind(query.kind, kinds), ...checkedTimes(query) }
}

function knownKind(id: KindId, kinds: ReadonlyMap<KindId, StoredKind>): StoredKind {
  const kind = kinds.get(id)
  if (kind === undefined) throw invalid(`unknown kind ${JSON.stringify(id)}; known: ${[...kinds.keys()].join(', ')}`)
  return kind
}

function checkedTimes({ from, to }: { readonly from: number; readonly to: number }): { readonly from: number; readonly to: number } {
  if (!Number.isFinite(from) || !Number.isFinite(to)) throw invalid('from and to are milliseconds since 1970')
  return { from: Math.max(Math.ceil(from), EARLIEST_MS), to: Math.min(Math.ceil(to), LATEST_MS + 1) }
}

function checkBuckets(bucket: NonNullable<SeriesQuery['bucket']>): Buckets {
  const { everyMs, originMs = 0, fn } = bucket
  if (!Number.isInteger(everyMs) || everyMs < 1 || everyMs > LATEST_MS) throw invalid('a bucket is a whole number of milliseconds, at least 1')
  if (!Number.isSafeInteger(originMs)) throw invalid('the origin of buckets is a whole number of milliseconds since 1970')
  if (!FUNCTIONS.has(fn)) throw invalid(`unknown function ${JSON.stringify(fn)}; known: ${[...FUNCTIONS].join(', ')}`)
  return { everyMs, offsetMs: ((originMs % everyMs) + everyMs) % everyMs, fn }
}

function fieldsOf(kind: StoredKind, names: readonly string[] | undefined): readonly StoredField[] {
  if (names === undefined) return [...kind.fields.values(), ...(kind.moves ? [LAT, LON] : [])]
  if (names.length === 0) throw invalid('name at least one field, or leave fields out for all of them')
  const known = new Map([...kind.fields, [LAT.name, LAT], [LON.name, LON]])
  return [...new Set(names)].map(name => {
    const field = known.get(name)
    if (field === undefined) throw invalid(`${kind.id} has no field ${JSON.stringify(name)}; it has ${[...known.keys()].join(', ')}`)
    return field
  })
}

/** An error for a query that makes no sense; the message says what would. */
export function invalid(message: string): GatewayError {
  return new GatewayError('QUERY_INVALID', message)
}
