import type { SurveyRow } from '../../model/series.ts'
import type { CounterBucket } from '../growth.ts'

/** What the store tells of a counter, as growth is worked out from it. It must have been asked for `first`, `last`, `min` and `max`. */
export function* counterBuckets(rows: readonly SurveyRow[]): Generator<CounterBucket> {
  for (const { at, first, last, min, max } of rows) {
    if (first !== undefined && last !== undefined && min !== undefined && max !== undefined) yield { at, first, last, min, max }
  }
}
