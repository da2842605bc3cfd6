import type { DatabaseSync } from 'node:sqlite'
import type { DeviceId } from '../model/ids.ts'
import type { SurveyFunction, SurveyRow } from '../model/series.ts'
import type { CheckedSurvey } from './checked-survey.ts'
import { slices } from './sqlite-slices.ts'
import { columnOf, tableOf } from './sqlite-tables.ts'

interface OpenBucket {
  readonly at: number
  count: number
  sum: number
  readonly first: number
  last: number
  min: number
  max: number
}

/** Device by device along the key, all functions in one pass over its values; between slices the event loop turns. */
export async function surveySqlite(
  db: DatabaseSync,
  survey: CheckedSurvey,
  numberOf: (device: DeviceId) => number | undefined,
): Promise<ReadonlyMap<DeviceId, readonly SurveyRow[]>> {
  const table = tableOf(survey.kind)
  const column = columnOf(survey.field)
  const select = db.prepare(`SELECT at, ${column} FROM ${table} WHERE device = ? AND at >= ? AND at < ? AND ${column} IS NOT NULL ORDER BY at, sub`)
  select.setReturnArrays(true)
  const found = new Map<DeviceId, readonly SurveyRow[]>()
  for (const device of survey.devices) {
    const number = numberOf(device)
    if (number === undefined) continue
    const buckets: OpenBucket[] = []
    for await (const slice of slices(db, table, number, survey, false)) {
      for (const row of select.all(number, slice.from, slice.to)) {
        // With setReturnArrays a row is an array, which the types of node:sqlite do not say.
        if (Array.isArray(row)) take(survey, buckets, Number(row[0]), row[1])
      }
    }
    if (buckets.length > 0)
      found.set(
        device,
        buckets.map(bucket => finished(bucket, survey.functions)),
      )
  }
  return found
}

function take({ bucket, from, outside }: CheckedSurvey, buckets: OpenBucket[], at: number, value: unknown): void {
  if (typeof value !== 'number' || (outside && value >= outside[0] && value <= outside[1])) return
  const start = bucket ? at - ((((at - bucket.offsetMs) % bucket.everyMs) + bucket.everyMs) % bucket.everyMs) : from
  const open = buckets.at(-1)
  if (open?.at !== start) {
    buckets.push({ at: start, count: 1, sum: value, first: value, last: value, min: value, max: value })
    return
  }
  open.count += 1
  open.sum += value
  open.last = value
  if (value < open.min) open.min = value
  if (value > open.max) open.max = value
}

function finished(bucket: OpenBucket, functions: readonly SurveyFunction[]): SurveyRow {
  const row: { at: number } & { [F in SurveyFunction]?: number } = { at: bucket.at }
  for (const fn of functions) row[fn] = fn === 'mean' ? bucket.sum / bucket.count : bucket[fn]
  return row
}
