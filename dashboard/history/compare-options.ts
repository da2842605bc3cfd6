import uPlot from 'uplot'
import type { Format } from '../format/format.ts'
import { type Scheme, tokens } from '../theme/tokens.ts'
import { type HistoryLine, hasBand, hasBars, scaleOf } from './history-line.ts'
import { strokeOf } from './line-looks.ts'

/** What the chart needs beside its columns. */
export interface CompareLook {
  readonly width: number
  readonly height: number
  readonly lines: readonly HistoryLine[]
  readonly scheme: Scheme
  readonly highContrast: boolean
  readonly format: Pick<Format, 'hourMinute' | 'time' | 'day' | 'measured'>
  readonly timeZone: string
  /** How on and off are called. */
  readonly words: { readonly yes: string; readonly no: string }
  /** Seconds since the epoch: the whole period is shown, also where nothing was measured. */
  readonly range: () => readonly [number, number]
  readonly onCursor: (seconds: number | undefined) => void
  readonly onBrush: (from: number, to: number) => void
  readonly onDrawn: (plot: uPlot) => void
}

/** Room for the labels of an axis, CSS pixels. */
const AXIS = 48
const FONT = '11px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'

/** uPlot's options: of each line its middle, and where it has a band its high and low; an axis a measure, left and right in turn. */
export function compareOptions(look: CompareLook): uPlot.Options {
  const { scheme, lines, format } = look
  const { text, grid } = (look.highContrast ? tokens.plotHigh : tokens.plot)[scheme]
  const axis = { stroke: text, font: FONT, grid: { stroke: grid, width: 1 }, ticks: { show: false } }
  const scales = [...new Set(lines.map(scaleOf))]
  const series: uPlot.Series[] = [{}]
  const bands: uPlot.Band[] = []
  for (const line of lines) {
    const stroke = strokeOf(line.look, scheme)
    const scale = scaleOf(line)
    series.push({ scale, stroke, width: look.highContrast ? 2.4 : 1.6, dash: [...line.look.dash], ...pathsOf(line, stroke) })
    if (!hasBand(line)) continue
    bands.push({ series: [series.length, series.length + 1], fill: withAlpha(stroke, 0.16) })
    for (let edge = 0; edge < 2; edge++) series.push({ scale, stroke: 'transparent', width: 0, points: { show: false } })
  }
  return {
    width: look.width,
    height: look.height,
    legend: { show: false },
    padding: [22, 10, 0, 0],
    tzDate: seconds => uPlot.tzDate(new Date(seconds * 1_000), look.timeZone),
    cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { size: 7 } },
    scales: {
      x: { time: true, range: () => [...look.range()] },
      ...Object.fromEntries(scales.map(scale => [scale, { range: yRange(scale) }])),
    },
    axes: [
      { ...axis, size: 28, space: 64, values: (_, splits) => timeLabels(splits, format) },
      ...scales.map(
        (scale, place): uPlot.Axis => ({
          ...axis,
          scale,
          side: isLeft(place) ? 3 : 1,
          size: AXIS,
          space: 30,
          grid: { show: place === 0, stroke: grid, width: 1 },
          values: (_, splits) => splits.map(value => (value === null ? '' : scale === 'onOff' ? onOff(value, look.words) : format.measured(value))),
        }),
      ),
    ],
    series,
    bands,
    hooks: {
      drawClear: [plot => drawRanges(plot, lines, scheme)],
      drawAxes: [plot => drawUnits(plot, scales, lines, text)],
      draw: [look.onDrawn],
      setCursor: [
        plot => {
          const { left } = plot.cursor
          look.onCursor(left === undefined || left < 0 ? undefined : plot.posToVal(left, 'x'))
        },
      ],
      setSelect: [
        plot => {
          const { left, width } = plot.select
          if (width < 4) return
          look.onBrush(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'))
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        },
      ],
    },
  }
}

/** The columns those options expect. */
export function alignedData(
  times: readonly number[],
  columns: readonly (readonly [readonly (number | null | undefined)[], readonly (number | null | undefined)[], readonly (number | null | undefined)[]])[],
  lines: readonly HistoryLine[],
): uPlot.AlignedData {
  const values = columns.flatMap((column, place) => {
    const line = lines[place]
    return line && hasBand(line) ? column.map(each => [...each]) : [[...column[0]]]
  })
  return [[...times], ...values]
}

function pathsOf(line: HistoryLine, stroke: string): Partial<uPlot.Series> {
  const stored = line.everySeconds === undefined
  // A stored reading of a counter tells what it grew by before; a bucket what it grew by within.
  const bars = uPlot.paths.bars?.({ size: [0.75, 40], align: stored ? -1 : 1 })
  const steps = uPlot.paths.stepped?.({ align: 1 })
  if (line.mode === 'increase' && bars && hasBars(line)) return { paths: bars, fill: withAlpha(stroke, 0.35), width: 1, dash: [], points: { show: false } }
  if (line.mode === 'increase' && steps) return { paths: steps, points: { show: false } }
  if (line.mode === 'steps' && steps) return { paths: steps, fill: withAlpha(stroke, 0.12), points: { show: false } }
  if (line.mode === 'dots') return { width: 0, dash: [], points: { show: true, size: 4, fill: stroke } }
  // A reading that stands alone between gaps is a dot: a line would not show it.
  return { points: { size: 4, fill: stroke, filter: alone } }
}

/** Left and right in turn, from the plot outwards. */
function isLeft(place: number): boolean {
  return place % 2 === 0
}

function onOff(value: number, words: CompareLook['words']): string {
  return value === 0 ? words.no : value === 1 ? words.yes : ''
}

/** The unit of each axis stands above its numbers. */
function drawUnits({ ctx, bbox }: uPlot, scales: readonly string[], lines: readonly HistoryLine[], colour: string): void {
  const ratio = devicePixelRatio
  ctx.save()
  ctx.font = FONT.replace('11px', `${11 * ratio}px`)
  ctx.fillStyle = colour
  ctx.textBaseline = 'bottom'
  for (const [place, scale] of scales.entries()) {
    const out = (Math.floor(place / 2) * AXIS + 5) * ratio
    ctx.textAlign = isLeft(place) ? 'right' : 'left'
    const unit = lines.find(line => scaleOf(line) === scale)?.unit ?? ''
    ctx.fillText(unit, isLeft(place) ? bbox.left - out : bbox.left + bbox.width + out, bbox.top - 6 * ratio)
  }
  ctx.restore()
}

/** Points shown as dots: all where there is room, else those without neighbours. */
const alone: uPlot.Series.Points.Filter = (plot, index, show) => {
  const values = plot.data[index] ?? []
  const at: number[] = []
  for (let place = 0; place < values.length; place++) {
    if (values[place] === null || values[place] === undefined) continue
    if (show || (isEmpty(values, place, -1) && isEmpty(values, place, 1))) at.push(place)
  }
  return at
}

function isEmpty(values: ArrayLike<number | null | undefined>, place: number, step: number): boolean {
  let next = place + step
  while (next >= 0 && next < values.length && values[next] === undefined) next += step
  return values[next] === null || values[next] === undefined
}

/** Increases, and on and off, start at zero; a flat line gets some room about it. */
function yRange(scale: string): uPlot.Scale.Range {
  return (_, low, high) => {
    if (scale === 'onOff') return [0, 1.05]
    const zero = scale.startsWith('increase ')
    const bottom = zero ? 0 : (low ?? 0)
    const top = high ?? bottom + 1
    const room = top === bottom ? Math.abs(top) * 0.05 || 1 : (top - bottom) * 0.08
    return [zero ? 0 : bottom - room, top + room]
  }
}

/** The ends of the plausible range, behind everything else, as far as they are in view. What lies outside is shaded where there is one axis; of several axes each line has its ends in its own colour. */
function drawRanges(plot: uPlot, lines: readonly HistoryLine[], scheme: Scheme): void {
  const { ctx, bbox } = plot
  const seen = new Set<string>()
  const alone = new Set(lines.map(scaleOf)).size === 1
  ctx.save()
  for (const line of lines) {
    // A direction has no outside, and what a counter grew by no range.
    if (!line.range || line.mode !== 'band') continue
    const scale = scaleOf(line)
    const [low, high] = line.range
    const key = `${scale} ${low} ${high}`
    const { min, max } = plot.scales[scale] ?? {}
    if (seen.has(key) || typeof min !== 'number' || typeof max !== 'number') continue
    seen.add(key)
    ctx.fillStyle = withAlpha(tokens.alert[scheme], 0.07)
    ctx.strokeStyle = withAlpha(alone ? tokens.alert[scheme] : strokeOf(line.look, scheme), 0.7)
    ctx.lineWidth = devicePixelRatio
    ctx.setLineDash([3 * devicePixelRatio, 4 * devicePixelRatio])
    if (high < max) edge(plot.valToPos(Math.max(high, min), scale, true), bbox.top)
    if (low > min) edge(plot.valToPos(Math.min(low, max), scale, true), bbox.top + bbox.height)
  }
  ctx.restore()

  function edge(at: number, end: number): void {
    if (alone) ctx.fillRect(bbox.left, Math.min(at, end), bbox.width, Math.abs(end - at))
    ctx.beginPath()
    ctx.moveTo(bbox.left, at)
    ctx.lineTo(bbox.left + bbox.width, at)
    ctx.stroke()
  }
}

/** Hours and minutes, with seconds where they differ; where a day begins, its date. */
function timeLabels(splits: readonly number[], format: CompareLook['format']): string[] {
  const step = (splits[1] ?? 0) - (splits[0] ?? 0)
  return splits.map(seconds => {
    const ms = seconds * 1_000
    const clock = format.hourMinute(ms)
    if (step >= 86_400 || (clock === '00:00' && seconds % 60 === 0)) return format.day(ms)
    return step < 60 ? format.time(ms) : clock
  })
}

function withAlpha(hex: string, alpha: number): string {
  return `${hex}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`
}
