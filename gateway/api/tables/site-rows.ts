import type { DeviceId, KindId } from '../../model/ids.ts'
import type { SeriesStore, SurveyRow } from '../../model/series.ts'
import { inTurns } from '../turns.ts'
import type { Grid, Period } from './period.ts'
import type { Progress } from './survey-desk.ts'
import { surveyDevices } from './survey-devices.ts'

const HOUR_MS = 3_600_000
const CURVE_HOURS = 24
/** Worked out in one go: a few milliseconds. */
const DEVICES_A_TURN = 100
/** How long an exceedance lasts is told in steps of ten minutes. */
const STEP_MINUTES = 10

/** How one field of a device was over a period. */
export interface SiteFigures {
  readonly mean: number | undefined
  readonly lowest: number | undefined
  readonly peak: number | undefined
  /** Readings beyond the limits. */
  readonly count: number
  readonly minutes: number
  /** The value furthest beyond, and the start of the ten minutes it lies in. */
  readonly worst: { readonly value: number; readonly at: number } | undefined
  /** Means of the last 24 hours of the period. */
  readonly curve: readonly (number | undefined)[]
}

/** What is asked of the devices. */
export interface SiteQuestion {
  readonly kind: KindId
  readonly field: string
  /** Both are still within. */
  readonly limits: readonly [number, number]
  readonly devices: readonly DeviceId[]
  readonly period: Period
  readonly grid: Grid
}

/** Starts of the hours of a curve. */
export function curveStarts({ to }: Pick<Period, 'to'>): readonly number[] {
  return Array.from({ length: CURVE_HOURS }, (_, index) => to - (CURVE_HOURS - index) * HOUR_MS)
}

/** Asks the store how a field of all devices was: its course, its extremes, and what lay beyond the limits. */
export async function siteFigures(
  series: SeriesStore,
  question: SiteQuestion,
  progress: Progress,
  signal: AbortSignal,
): Promise<ReadonlyMap<DeviceId, SiteFigures>> {
  const { kind, field, limits, devices, period, grid } = question
  progress.of = 3
  const asked = { kind, field, devices }
  const all = await surveyDevices(series, { ...asked, functions: ['count', 'mean', 'min', 'max'], runs: grid.runs }, signal, progress)
  const stretch = { from: period.from, to: period.to, everyMs: STEP_MINUTES * 60_000, originMs: 0 }
  const beyond = await surveyDevices(series, { ...asked, functions: ['count', 'min', 'max'], outside: limits, runs: [stretch] }, signal, progress)
  const starts = curveStarts(period)
  const lastDay = { from: starts[0] ?? period.from, to: period.to, everyMs: HOUR_MS, originMs: period.to % HOUR_MS }
  const course = await surveyDevices(series, { ...asked, functions: ['mean'], runs: [lastDay] }, signal, progress)
  const found = new Map<DeviceId, SiteFigures>()
  for await (const device of inTurns(devices, DEVICES_A_TURN)) {
    const means = new Map(course.get(device)?.map(row => [row.at, row.mean]))
    found.set(device, { ...summary(all.get(device) ?? []), ...exceedances(beyond.get(device) ?? [], limits), curve: starts.map(start => means.get(start)) })
  }
  return found
}

function summary(rows: readonly SurveyRow[]): Pick<SiteFigures, 'mean' | 'lowest' | 'peak'> {
  let count = 0
  let sum = 0
  let lowest = Number.POSITIVE_INFINITY
  let peak = Number.NEGATIVE_INFINITY
  for (const row of rows) {
    count += row.count ?? 0
    sum += (row.mean ?? 0) * (row.count ?? 0)
    lowest = Math.min(lowest, row.min ?? lowest)
    peak = Math.max(peak, row.max ?? peak)
  }
  return count === 0 ? { mean: undefined, lowest: undefined, peak: undefined } : { mean: sum / count, lowest, peak }
}

function exceedances(rows: readonly SurveyRow[], [low, high]: readonly [number, number]): Pick<SiteFigures, 'count' | 'minutes' | 'worst'> {
  let count = 0
  let worst: SiteFigures['worst']
  let furthest = 0
  for (const { at, count: readings = 0, min = low, max = high } of rows) {
    count += readings
    for (const value of [min, max]) {
      const beyond = Math.max(low - value, value - high)
      if (beyond <= furthest) continue
      furthest = beyond
      worst = { value, at }
    }
  }
  return { count, minutes: rows.length * STEP_MINUTES, worst }
}
