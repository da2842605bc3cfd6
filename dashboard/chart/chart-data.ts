import type { Field, Readings } from '../api/types.ts'

/** What is drawn of a field: a mean within its minimum and maximum; the increase of a counter; the course of a direction, whose mean has no minimum; or on and off. */
export type ChartMode = 'band' | 'increase' | 'dots' | 'steps'

/** Aligned columns as uPlot takes them: seconds since the epoch, then values; null is a gap. */
export interface ChartData {
  readonly times: readonly number[]
  readonly middle: readonly (number | null)[]
  readonly low: readonly (number | null)[]
  readonly high: readonly (number | null)[]
  readonly empty: boolean
  /** A counter with a single reading: what it grew by is not known yet. */
  readonly single: boolean
  /** Values so large that no axis could hold them; they are not drawn. */
  readonly absurd: number
}

/** What the rows are. */
export interface RowsAre {
  /** Points as stored: their values bear the field's own name. */
  readonly stored?: boolean
  /** The newest value of a counter before the first row. */
  readonly before?: number | undefined
}

/** How a field is drawn; undefined when it cannot be: a text has no height. */
export function modeOf(field: Field): ChartMode | undefined {
  if (field.type === 'string') return undefined
  if (field.type === 'boolean') return 'steps'
  if (field.counter) return 'increase'
  return field.circular ? 'dots' : 'band'
}

/** Functions to ask the API for. */
export function functionsOf(mode: ChartMode): string {
  if (mode === 'band') return 'mean,min,max'
  return mode === 'increase' ? 'last' : 'mean'
}

/** A hole longer than this many usual distances between buckets is a gap. A meter that reports every quarter of an hour has no gaps in a chart by minutes. */
const GAP = 2.5

/** Beyond this no axis has sensible labels, and sums overflow. */
const MOST_DRAWN = 1e30

/** Makes columns of rows: missing buckets become gaps, a counter's readings their differences. */
export function chartData(rows: Readings['rows'], field: string, mode: ChartMode, are: RowsAre = {}): ChartData {
  const points = mode === 'increase' ? increases(rows, field, are.before) : rows.map(row => pointOf(row, field, are.stored ? 'dots' : mode))
  const present = points.filter(point => point.middle !== null)
  const longest = GAP * usualDistance(present.map(point => point.time))
  const times: number[] = []
  const middle: (number | null)[] = []
  const low: (number | null)[] = []
  const high: (number | null)[] = []
  for (const [index, point] of present.entries()) {
    const before = present[index - 1]
    if (before && point.time - before.time > longest) {
      // One empty column breaks the line.
      times.push((before.time + point.time) / 2)
      middle.push(null)
      low.push(null)
      high.push(null)
    }
    times.push(point.time)
    middle.push(point.middle)
    low.push(point.low)
    high.push(point.high)
  }
  const single = mode === 'increase' && present.length === 0 && rows.some(row => numeric(row.values[field]) !== null)
  return { times, middle, low, high, empty: present.length === 0, single, absurd: absurdIn(rows) }
}

interface ChartPoint {
  readonly time: number
  readonly middle: number | null
  readonly low: number | null
  readonly high: number | null
}

function pointOf(row: Readings['rows'][number], field: string, mode: ChartMode): ChartPoint {
  const value = (name: string) => numeric(row.values[name])
  const time = Date.parse(row.at) / 1_000
  if (mode !== 'band') return { time, middle: value(field), low: null, high: null }
  return { time, middle: value(`${field}.mean`), low: value(`${field}.min`), high: value(`${field}.max`) }
}

/** What a counter grew by from bucket to bucket. Where it fell it was reset or replaced: that step is not known. */
function increases(rows: Readings['rows'], field: string, earlier: number | undefined): readonly ChartPoint[] {
  const points: ChartPoint[] = []
  let before: number | null = numeric(earlier)
  for (const row of rows) {
    const value = numeric(row.values[field])
    if (value === null) continue
    const grown = before === null || value < before ? null : value - before
    points.push({ time: Date.parse(row.at) / 1_000, middle: grown, low: null, high: null })
    before = value
  }
  return points
}

function numeric(value: unknown): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' && Math.abs(value) <= MOST_DRAWN ? value : null
}

function absurdIn(rows: Readings['rows']): number {
  return rows.filter(({ values }) => Object.values(values).some(value => typeof value === 'number' && Math.abs(value) > MOST_DRAWN)).length
}

/** The median distance between neighbours: outages do not stretch it. */
function usualDistance(times: readonly number[]): number {
  const distances = times.slice(1).map((time, index) => time - (times[index] ?? time))
  distances.sort((a, b) => a - b)
  return distances[Math.floor(distances.length / 2)] ?? Number.POSITIVE_INFINITY
}
