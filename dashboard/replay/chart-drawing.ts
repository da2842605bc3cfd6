import { type Scheme, tokens } from '../theme/tokens.ts'
import type { Happening } from './happenings.ts'
import { classColour, classOf, speedAt } from './speed-classes.ts'
import { numberAt, type Track } from './track.ts'

/** Height of the strip at the foot of the chart where stops and silences lie, and of the one at its head for events. CSS pixels. */
const FOOT = 6
const HEAD = 7
/** The chart reaches to this speed at least. km/h */
const LEAST_TOP = 30

/** Where a chart is drawn, and the period it spans. */
interface Area {
  readonly width: number
  readonly height: number
  readonly from: number
  readonly to: number
}

/** The speeds of a track, the highest in each pixel, in the colours of its line; stops, silences and events at the edges. */
export function drawPast(context: CanvasRenderingContext2D, area: Area, track: Track, happenings: readonly Happening[], scheme: Scheme): void {
  const { width, height } = area
  const x = (at: number) => ((at - area.from) / (area.to - area.from)) * width
  const columns = highest(track, Math.ceil(width), at => Math.floor(x(at)))
  const top = Math.max(LEAST_TOP, ...columns)
  const room = height - FOOT - HEAD
  columns.forEach((speed, column) => {
    if (speed < 0) return
    const tall = Math.max(1, (speed / top) * room)
    context.fillStyle = classColour(classOf(speed), scheme)
    context.fillRect(column, height - FOOT - tall, 1, tall)
  })
  for (const { type, from, to = from } of happenings) {
    const left = x(from)
    if (type === 'event') {
      context.fillStyle = tokens.alert[scheme]
      context.fill(new Path2D(`M${left} 0l3.5 3.5-3.5 3.5-3.5-3.5z`))
      continue
    }
    context.fillStyle = type === 'stop' ? tokens.kind[scheme].violet : tokens.map[scheme].stale
    const tall = type === 'stop' ? FOOT - 1 : 2
    context.fillRect(left, height - tall, Math.max(1, x(to) - left), tall)
  }
}

/** How much was heard of all, over time. */
export function drawActivity(context: CanvasRenderingContext2D, { width, height }: Area, activity: Uint32Array, scheme: Scheme): void {
  const most = activity.reduce((a, b) => Math.max(a, b), 1)
  context.fillStyle = tokens.map[scheme].line
  activity.forEach((count, index) => {
    const left = (index / activity.length) * width
    const tall = (count / most) * (height - HEAD)
    context.fillRect(left, height - tall, Math.max(1, width / activity.length), tall)
  })
}

/** The highest speed in each column from its fixes; a column without a fix has that of the fix before it, and −1 where none is known. */
function highest(track: Track, count: number, columnOf: (at: number) => number): number[] {
  const columns = Array.from({ length: count }, () => -1)
  for (let index = 0; index < track.size; index++) {
    const speed = speedAt(track, index)
    const first = columnOf(numberAt(track.at, index))
    const joined = index + 1 < track.size && track.breaks[index + 1] === 0
    const last = joined ? columnOf(numberAt(track.at, index + 1)) : first
    for (let column = Math.max(0, first); column <= Math.min(last, count - 1); column++) columns[column] = Math.max(columns[column] ?? -1, speed)
  }
  return columns
}
