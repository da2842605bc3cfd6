import type { Reading } from '../../gateway/model/reading.ts'
import type { AggregateFunction, SeriesRow } from '../../gateway/model/series.ts'

type Scalar = number | boolean | string

/** Buckets the slow and obvious way. `undefined` in the answer means: the angles cancel out, any answer is right. */
export function bucketOracle(
  readings: readonly Reading[],
  bucket: { readonly everyMs: number; readonly originMs: number; readonly fn: AggregateFunction },
  fields: readonly string[],
): readonly { readonly at: number; readonly values: Record<string, Scalar | undefined> }[] {
  const groups = new Map<number, Reading[]>()
  for (const reading of readings.toSorted((a, b) => a.at - b.at || a.sub - b.sub)) {
    const at = Math.floor((reading.at - bucket.originMs) / bucket.everyMs) * bucket.everyMs + bucket.originMs
    const members = groups.get(at)
    if (members) members.push(reading)
    else groups.set(at, [reading])
  }
  return [...groups]
    .map(([at, members]) => {
      const values: Record<string, Scalar | undefined> = {}
      for (const field of fields) {
        const present = members.map(member => member.values[field]).filter(value => value !== undefined)
        if (present.length === 0 || (typeof present[0] === 'string' && bucket.fn !== 'first' && bucket.fn !== 'last')) continue
        values[field] = one(present, bucket.fn, field === 'heading')
      }
      return { at, values }
    })
    .filter(row => Object.keys(row.values).length > 0)
    .sort((a, b) => a.at - b.at)
}

function one(present: readonly Scalar[], fn: AggregateFunction, circular: boolean): Scalar | undefined {
  const numbers = present.map(Number)
  const sum = numbers.reduce((a, b) => a + b, 0)
  switch (fn) {
    case 'first':
      return present[0]
    case 'last':
      return present.at(-1)
    case 'count':
      return present.length
    case 'sum':
      return sum
    case 'min':
      return Math.min(...numbers)
    case 'max':
      return Math.max(...numbers)
    case 'mean':
      return circular ? direction(numbers) : sum / present.length
  }
}

function direction(degrees: readonly number[]): number | undefined {
  const east = degrees.reduce((sum, angle) => sum + Math.sin((angle * Math.PI) / 180), 0) / degrees.length
  const north = degrees.reduce((sum, angle) => sum + Math.cos((angle * Math.PI) / 180), 0) / degrees.length
  return Math.hypot(east, north) < 1e-6 ? undefined : (((Math.atan2(east, north) * 180) / Math.PI) % 360) + 0
}

/** What differs between rows and the oracle's, in words; empty when nothing does. */
export function differences(rows: readonly SeriesRow[], wanted: ReturnType<typeof bucketOracle>): string[] {
  const found: string[] = []
  // A bucket whose only value cancels out may be there or not.
  const certain = wanted.filter(row => Object.values(row.values).some(value => value !== undefined))
  const got = new Map(rows.map(row => [row.at, row.values]))
  for (const row of rows) if (!wanted.some(({ at }) => at === row.at)) found.push(`${row.at}: not wanted`)
  for (const { at, values } of certain) {
    for (const [field, value] of Object.entries(values)) {
      const actual = got.get(at)?.[field]
      if (value !== undefined && !same(actual, value, field === 'heading')) found.push(`${at} ${field}: ${String(actual)} instead of ${String(value)}`)
    }
    for (const field of Object.keys(got.get(at) ?? {})) if (!(field in values)) found.push(`${at} ${field}: not wanted`)
  }
  return found
}

function same(actual: unknown, wanted: Scalar, circular: boolean): boolean {
  if (typeof wanted !== 'number' || typeof actual !== 'number') return actual === wanted
  const apart = Math.abs(actual - wanted)
  return Math.min(apart, circular ? Math.abs(360 - apart) : apart) <= 1e-6 * Math.max(1, Math.abs(wanted))
}
