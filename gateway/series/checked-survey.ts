import { type DeviceId, isId, type KindId } from '../model/ids.ts'
import type { SurveyFunction, SurveyQuery } from '../model/series.ts'
import { checkQuery, invalid } from './checked-query.ts'
import type { StoredField, StoredKind } from './stored-kind.ts'

/** Most devices of one survey. */
const MOST_DEVICES = 500
const FUNCTIONS: ReadonlySet<string> = new Set<SurveyFunction>(['count', 'first', 'last', 'min', 'max', 'mean'])

/** A survey whose every part is known to make sense: safe to write into SQL and InfluxQL. */
export interface CheckedSurvey {
  readonly kind: StoredKind
  readonly devices: readonly DeviceId[]
  readonly from: number
  readonly to: number
  readonly field: StoredField
  readonly functions: readonly SurveyFunction[]
  readonly bucket: { readonly everyMs: number; readonly offsetMs: number } | undefined
  readonly outside: readonly [number, number] | undefined
}

/** Checks a survey against the kinds. Throws `QUERY_INVALID` that says what is wrong and what would be right. */
export function checkSurvey(query: SurveyQuery, kinds: ReadonlyMap<KindId, StoredKind>): CheckedSurvey {
  const { kind, from, to, fields, buckets } = checkQuery(
    {
      device: '',
      kind: query.kind,
      from: query.from,
      to: query.to,
      fields: [query.field],
      limit: 1,
      ...(query.bucket && { bucket: { ...query.bucket, fn: 'count' } }),
    },
    kinds,
  )
  const [field] = fields
  if (field === undefined || field.type === 'string' || field.type === 'boolean') throw invalid(`${query.field} is no number: only numbers can be surveyed`)
  const devices = [...new Set(query.devices)]
  if (devices.length > MOST_DEVICES || !devices.every(isId)) throw invalid(`a survey is of at most ${MOST_DEVICES} devices, named by id`)
  const functions = [...new Set(query.functions)]
  if (functions.length === 0 || !functions.every(fn => FUNCTIONS.has(fn)))
    throw invalid(`functions of a survey are ${[...FUNCTIONS].join(', ')}; name one at least`)
  if (query.outside && !query.outside.every(Number.isFinite)) throw invalid('limits of a survey are numbers')
  return { kind, devices, from, to, field, functions, bucket: buckets && { everyMs: buckets.everyMs, offsetMs: buckets.offsetMs }, outside: query.outside }
}
