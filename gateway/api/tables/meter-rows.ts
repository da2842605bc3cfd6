import type { DeviceId } from '../../model/ids.ts'
import type { Kind } from '../../model/kind.ts'
import type { SeriesStore, SurveyRow } from '../../model/series.ts'
import { bucketStarts } from '../buckets.ts'
import { growthOf } from '../growth.ts'
import { inTurns } from '../turns.ts'
import { counterBuckets } from './counter-buckets.ts'
import type { Grid, Period } from './period.ts'
import type { Progress } from './survey-desk.ts'
import { surveyDevices } from './survey-devices.ts'

const DAY_MS = 86_400_000
/** Worked out in one go: a few milliseconds. */
const DEVICES_A_TURN = 100

/** What a meter used over a period. */
export interface MeterFigures {
  /** By column, undefined where it was not read. */
  readonly amounts: readonly (number | undefined)[]
  /** Undefined: not read at all. */
  readonly total: number | undefined
  readonly highest: number | undefined
  readonly night: number | undefined
  /** Reads due and received. */
  readonly due: number
  readonly received: number
  readonly resets: number
  readonly rollovers: number
  readonly jumps: number
}

/** What is asked of the meters. */
export interface MeterQuestion {
  readonly kind: Kind
  readonly counter: string
  /** How fast it counts; undefined where the kind does not measure it. */
  readonly rate: string | undefined
  readonly devices: readonly DeviceId[]
  readonly period: Period
  readonly grid: Grid
  readonly nights: readonly { readonly from: number; readonly to: number }[]
  /** When each was first heard of, if that is known: nothing is due before. */
  readonly firstAt: (device: DeviceId) => number | undefined
}

/** Asks the store for counters and night flow of all meters, and works out what they used. */
export async function meterFigures(
  series: Pick<SeriesStore, 'survey'>,
  question: MeterQuestion,
  progress: Progress,
  signal: AbortSignal,
): Promise<ReadonlyMap<DeviceId, MeterFigures>> {
  const { kind, counter, rate, devices, grid, nights, period } = question
  const nightly = rate === undefined ? [] : nights
  progress.of = 2 + nightly.length
  // The last reading before the period: what grew until the first one in it belongs to it.
  const before = await surveyDevices(
    series,
    { kind: kind.id, field: counter, functions: ['last'], devices, runs: [{ from: period.from - DAY_MS, to: period.from }] },
    signal,
    progress,
  )
  const read = await surveyDevices(
    series,
    { kind: kind.id, field: counter, functions: ['count', 'first', 'last', 'min', 'max'], devices, runs: grid.runs },
    signal,
    progress,
  )
  const flows = new Map<DeviceId, number[]>()
  for (const night of nightly) {
    const lowest = await surveyDevices(series, { kind: kind.id, field: rate ?? '', functions: ['min'], devices, runs: [night] }, signal, progress)
    for (const [device, [row]] of lowest) {
      if (row?.min === undefined) continue
      flows.set(device, [...(flows.get(device) ?? []), row.min])
    }
  }
  const found = new Map<DeviceId, MeterFigures>()
  for await (const device of inTurns(devices, DEVICES_A_TURN))
    found.set(device, figuresOf(question, device, read.get(device) ?? [], before.get(device)?.[0]?.last, flows.get(device)))
  return found
}

function figuresOf(
  question: MeterQuestion,
  device: DeviceId,
  rows: readonly SurveyRow[],
  before: number | undefined,
  nights: readonly number[] | undefined,
): MeterFigures {
  const { grid, kind, period } = question
  const growth = growthOf(counterBuckets(rows), before)
  const byColumn = new Map<number, number>()
  for (const [at, amount] of growth.amounts) byColumn.set(grid.columnOf(at), (byColumn.get(grid.columnOf(at)) ?? 0) + amount)
  const amounts = grid.columns.map(column => byColumn.get(column))
  const known = amounts.filter(amount => amount !== undefined)
  return {
    amounts,
    total: rows.length === 0 ? undefined : growth.total,
    highest: known.length === 0 ? undefined : Math.max(...known),
    night: nights && median(nights),
    ...readsOf(kind, period, grid, rows, question.firstAt(device)),
    resets: growth.resets,
    rollovers: growth.rollovers,
    jumps: growth.jumps,
  }
}

/** A read is due as often as the kind must be heard of. What is read more often within one hour or day counts no more than was due in it. */
function readsOf(
  kind: Kind,
  { from, to }: Period,
  grid: Grid,
  rows: readonly SurveyRow[],
  firstAt: number | undefined,
): { readonly due: number; readonly received: number } {
  const everyMs = kind.staleAfterSeconds * 1000
  const counts = new Map(rows.map(row => [row.at, row.count ?? 0]))
  const known = knownFrom(grid, rows, firstAt)
  let passed = 0
  let due = 0
  let received = 0
  for (const run of grid.runs) {
    for (const start of bucketStarts(run)) {
      passed += Math.max(0, Math.min(start + run.everyMs, to) - Math.max(start, from, known))
      const owed = Math.floor(passed / everyMs) - due
      due += owed
      // Where less than one is due in a bucket, it may come in any of those it is due in.
      received += Math.min(counts.get(start) ?? 0, everyMs > run.everyMs ? 1 : owed)
    }
  }
  return { due, received: Math.min(received, due) }
}

/**
 * From when on reads are due: when the meter was first heard of, also in the middle of a day. Readings of buckets that ended before are of a gateway that did not keep
 * hours yet, or uploaded from before the meter was here: then their first bucket counts whole. Nothing is known of either: the whole period.
 */
function knownFrom(grid: Grid, rows: readonly SurveyRow[], firstAt: number | undefined): number {
  const oldest = rows.find(row => (row.count ?? 0) > 0)
  if (oldest === undefined || firstAt === undefined) return firstAt ?? Number.NEGATIVE_INFINITY
  const everyMs = grid.runs.find(run => oldest.at < run.to)?.everyMs ?? 0
  return firstAt < oldest.at + everyMs ? firstAt : oldest.at
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle]
  if (upper === undefined) return undefined
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
