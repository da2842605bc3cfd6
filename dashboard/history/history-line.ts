import type { ChartData, ChartMode } from '../chart/chart-data.ts'
import type { LineLook } from './line-looks.ts'
import type { SeriesName } from './series-name.ts'

const MOST_BARS = 150

/** One line of a chart, as it is drawn and told. */
export interface HistoryLine {
  readonly name: SeriesName
  /** In the page's language: `Bus 21 · Speed`, or `Speed` alone where all lines are of one device. */
  readonly label: string
  /** As people read it; empty for what has none. */
  readonly unit: string
  readonly mode: ChartMode
  readonly look: LineLook
  /** What is plausible. */
  readonly range: readonly [number, number] | undefined
  readonly data: ChartData
  /** Length of the store's buckets; undefined: points as stored. */
  readonly everySeconds: number | undefined
}

/** A line of the legend: drawn, or why it is not. */
export interface LegendLine {
  readonly name: SeriesName
  readonly label: string
  readonly look: LineLook
  readonly line: HistoryLine | undefined
  readonly error: unknown
  /** Readings or buckets it is drawn from. */
  readonly rows: number
}

/** Whether two are drawn and told alike. */
export function sameLine(a: HistoryLine, b: HistoryLine | undefined): boolean {
  return a.data === b?.data && a.label === b.label && a.unit === b.unit && a.look === b.look && a.everySeconds === b.everySeconds
}

/** Increases that are few enough to be told apart are bars; more of them a line in steps. */
export function hasBars({ mode, data }: Pick<HistoryLine, 'mode' | 'data'>): boolean {
  return mode === 'increase' && data.times.length <= MOST_BARS
}

/** Whether two differ in their data alone. */
export function sameShape(a: HistoryLine, b: HistoryLine | undefined): boolean {
  return (
    b !== undefined &&
    scaleOf(a) === scaleOf(b) &&
    a.look === b.look &&
    a.mode === b.mode &&
    hasBand(a) === hasBand(b) &&
    hasBars(a) === hasBars(b) &&
    a.unit === b.unit &&
    (a.everySeconds === undefined) === (b.everySeconds === undefined)
  )
}

/** Lines with the same measure share an axis. What has no unit shares it only with the same field. */
export function scaleOf({ mode, unit, name }: Pick<HistoryLine, 'mode' | 'unit' | 'name'>): string {
  if (mode === 'steps') return 'onOff'
  const measure = unit === '' ? `field ${name.field}` : unit
  return mode === 'increase' ? `increase ${measure}` : measure
}

/** Whether a line has a band about it: minimum to maximum of the store's buckets. */
export function hasBand({ mode, everySeconds }: Pick<HistoryLine, 'mode' | 'everySeconds'>): boolean {
  return mode === 'band' && everySeconds !== undefined
}
