import uPlot from 'uplot'
import type { Field } from '../api/types.ts'
import type { Format } from '../format/format.ts'
import { type KindColour, type Scheme, tokens } from '../theme/tokens.ts'
import type { ChartMode } from './chart-data.ts'

/** What a plot needs beside its data. */
export interface PlotLook {
  readonly width: number
  readonly height: number
  readonly mode: ChartMode
  readonly field: Field
  readonly colour: KindColour
  readonly scheme: Scheme
  readonly format: Pick<Format, 'hourMinute' | 'day' | 'measured'>
  readonly timeZone: string
  /** Seconds since the epoch: the whole period is shown, also where nothing was measured. */
  readonly range: () => readonly [number, number]
  /** The column under the pointer. */
  readonly onPoint: (index: number | undefined) => void
}

/** uPlot's options for one chart of the panel. Series: time, middle, high, low; the band lies between the last two. */
export function plotOptions(look: PlotLook): uPlot.Options {
  const { scheme, mode } = look
  const stroke = tokens.kind[scheme][look.colour]
  const { text, grid } = tokens.plot[scheme]
  const font = '11px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
  const axis = { stroke: text, font, grid: { stroke: grid, width: 1 }, ticks: { show: false } }
  return {
    width: look.width,
    height: look.height,
    legend: { show: false },
    padding: [8, 6, 0, 0],
    tzDate: seconds => uPlot.tzDate(new Date(seconds * 1_000), look.timeZone),
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7, fill: stroke } },
    scales: { x: { time: true, range: () => [...look.range()] }, y: { range: yRange(mode) } },
    axes: [
      { ...axis, size: 26, space: 56, values: (_, splits) => timeLabels(splits, look.format) },
      { ...axis, size: 50, space: 28, values: (_, splits) => splits.map(value => (value === null ? '' : look.format.measured(value))) },
    ],
    series: [
      {},
      { stroke, width: mode === 'dots' ? 0 : 1.6, ...pathsOf(mode, stroke) },
      { stroke: 'transparent', width: 0, points: { show: false } },
      { stroke: 'transparent', width: 0, points: { show: false } },
    ],
    bands: mode === 'band' ? [{ series: [2, 3], fill: withAlpha(stroke, 0.18) }] : [],
    hooks: { setCursor: [plot => look.onPoint(plot.cursor.idx ?? undefined)] },
  }
}

function pathsOf(mode: ChartMode, stroke: string): Partial<uPlot.Series> {
  const bars = uPlot.paths.bars?.({ size: [0.75, 40], align: 1 })
  const steps = uPlot.paths.stepped?.({ align: 1 })
  if (mode === 'increase' && bars) return { paths: bars, fill: withAlpha(stroke, 0.55), width: 0, points: { show: false } }
  if (mode === 'steps' && steps) return { paths: steps, fill: withAlpha(stroke, 0.15), points: { show: false } }
  if (mode === 'dots') return { points: { show: true, size: 4, fill: stroke } }
  return {}
}

/** A chart of increases or of on and off starts at zero; a flat line gets some room about it. */
function yRange(mode: ChartMode): uPlot.Scale.Range {
  return (_, low, high) => {
    if (mode === 'steps') return [0, 1.05]
    const bottom = mode === 'increase' ? 0 : (low ?? 0)
    const top = high ?? 1
    const room = top === bottom ? Math.abs(top) * 0.05 || 1 : (top - bottom) * 0.08
    return [mode === 'increase' ? 0 : bottom - room, top + room]
  }
}

/** Hours and minutes; where a day begins, its date. */
function timeLabels(splits: readonly number[], format: PlotLook['format']): string[] {
  const step = (splits[1] ?? 0) - (splits[0] ?? 0)
  return splits.map(seconds => {
    const ms = seconds * 1_000
    const clock = format.hourMinute(ms)
    return step >= 86_400 || clock === '00:00' ? format.day(ms) : clock
  })
}

function withAlpha(hex: string, alpha: number): string {
  return `${hex}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`
}
