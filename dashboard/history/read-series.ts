import type { Readings } from '../api/types.ts'
import { type ChartMode, functionsOf } from '../chart/chart-data.ts'
import { readingBefore } from '../chart/reading-before.ts'
import { bucketSeconds, MOST_POINTS, pointsAtOnce, sparse } from './bucket-choice.ts'
import type { SeriesName } from './series-name.ts'
import type { Stretch } from './span.ts'

/** How the API is asked for readings of a device. */
export type AskReadings = (device: string, query: Readonly<Record<string, string | number>>) => Promise<Readings>

/** What one line is drawn from. */
export interface SeriesAnswer {
  readonly stretch: Stretch
  /** Length of the store's buckets; undefined: the points as stored. */
  readonly everySeconds: number | undefined
  readonly rows: Readings['rows']
  /** The newest value before the stretch; of counters alone, for their first increase. */
  readonly before: number | undefined
}

/** Reads one line: as stored where that is not too much, else in buckets about as wide as a pixel, which the store computes. */
export async function readSeries(name: SeriesName, mode: ChartMode, stretch: Stretch, widthPixels: number, ask: AskReadings): Promise<SeriesAnswer> {
  const { device, field } = name
  const bounds = { from: new Date(stretch.from).toISOString(), to: new Date(stretch.to).toISOString(), fields: field }
  const everySeconds = bucketSeconds(stretch.to - stretch.from, widthPixels)
  const points = () => ask(device, { ...bounds, limit: MOST_POINTS })
  const buckets = () => ask(device, { ...bounds, every: durationText(everySeconds), fn: functionsOf(mode) })
  const before = mode === 'increase' ? readingBefore(field, stretch.from, query => ask(device, query)) : undefined

  if (pointsAtOnce(stretch.to - stretch.from)) {
    const [stored, earlier] = await Promise.all([points(), before])
    if (!stored.truncated) return { stretch, everySeconds: undefined, rows: stored.rows, before: earlier }
    return { stretch, everySeconds, rows: (await buckets()).rows, before: earlier }
  }
  const [found, earlier] = await Promise.all([buckets(), before])
  if (found.rows.length > 0 && sparse(found.rows.length, stretch.to - stretch.from, everySeconds)) {
    const stored = await points()
    if (!stored.truncated) return { stretch, everySeconds: undefined, rows: stored.rows, before: earlier }
  }
  return { stretch, everySeconds, rows: found.rows, before: earlier }
}

/** As the API takes it. */
function durationText(seconds: number): string {
  return seconds % 86_400 === 0 ? `${seconds / 86_400}d` : `${seconds}s`
}
