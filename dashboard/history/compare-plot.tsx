import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useElementSize, useMergedRef } from '@mantine/hooks'
import { type KeyboardEvent, type RefObject, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import uPlot from 'uplot'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { useContrast } from '../theme/contrast.tsx'
import { keyAct } from './chart-keys.ts'
import { mergedColumns } from './columns.ts'
import { alignedData, type CompareLook, compareOptions } from './compare-options.ts'
import { attachGestures } from './gestures.ts'
import { type HistoryLine, sameShape } from './history-line.ts'
import type { Stretch } from './span.ts'

interface ComparePlotProps {
  readonly lines: readonly HistoryLine[]
  readonly stretch: Stretch
  /** What it is a chart of, and by which keys it is looked through. */
  readonly label: string
  readonly describedBy: string
  /** The moment that is pointed at, milliseconds; undefined: none. */
  readonly at: number | undefined
  /** Told in milliseconds where the pointer or the keys point; undefined where nowhere. */
  readonly onCursor: (at: number | undefined) => void
  readonly onStretch: (stretch: Stretch) => void
  readonly onBack: () => void
  /** The canvas, for who wants its picture. */
  readonly picture: RefObject<HTMLCanvasElement | undefined>
}

const HEIGHT = 340

/** Lines on one time axis. Made anew when their looks differ, only fed when their data does. */
export function ComparePlot({ lines, stretch, label, describedBy, at, onCursor, onStretch, onBack, picture }: ComparePlotProps) {
  const format = useFormat()
  const text = useText()
  const scheme = useComputedColorScheme('light')
  const { high } = useContrast()
  const { ref: measure, width } = useElementSize<HTMLDivElement>()
  const holder = useRef<HTMLDivElement>(null)
  const ref = useMergedRef(measure, holder)
  const plot = useRef<uPlot>(undefined)
  const shown = useRef(stretch)
  const data = useMemo(() => {
    const { times, columns } = mergedColumns(lines.map(line => line.data))
    return alignedData(times, columns, lines)
  }, [lines])
  const shape = useShape(lines)

  const point = useEffectEvent((seconds: number | undefined) => onCursor(seconds === undefined ? undefined : seconds * 1_000))
  const choose = useEffectEvent((next: Stretch) => onStretch(next))
  const back = useEffectEvent(() => onBack())
  const create = useEffectEvent((element: HTMLDivElement, looks: Pick<CompareLook, 'width' | 'lines' | 'scheme' | 'highContrast'>, formats: typeof format) => {
    const options = compareOptions({
      ...looks,
      height: HEIGHT,
      format: formats,
      timeZone: formats.timeZone,
      words: { yes: text.app.yes, no: text.app.no },
      range: () => [shown.current.from / 1_000, shown.current.to / 1_000],
      onCursor: point,
      onBrush: (from, to) => choose({ from: from * 1_000, to: to * 1_000 }),
      onDrawn: plot => {
        element.dataset.drawn = `${Math.round(shown.current.from)}-${Math.round(shown.current.to)}`
        element.dataset.columns = String(plot.data[0].length)
      },
    })
    shown.current = stretch
    const made = new uPlot(options, data, element)
    const detach = attachGestures(made, {
      shown: () => shown.current,
      onMove: next => {
        shown.current = next
        made.setScale('x', { min: next.from / 1_000, max: next.to / 1_000 })
      },
      onRest: next => choose(next),
      onBack: back,
      takesWheel: event => event.ctrlKey || element.contains(document.activeElement),
    })
    return { made, detach }
  })

  useEffect(() => {
    const element = holder.current
    if (!element || width === 0) return
    const { made, detach } = create(element, { width, lines: shape, scheme, highContrast: high }, format)
    plot.current = made
    picture.current = made.ctx.canvas
    return () => {
      plot.current = undefined
      picture.current = undefined
      detach()
      made.destroy()
    }
  }, [width, shape, scheme, high, format, picture])

  useEffect(() => {
    shown.current = stretch
    plot.current?.setData(data)
  }, [data, stretch])

  return (
    <div
      ref={ref}
      className="cg-compare-plot"
      // The keys move along the time axis: a slider over its moments. What the lines say there is told in the table below.
      role="slider"
      aria-label={label}
      aria-describedby={describedBy}
      aria-valuemin={stretch.from}
      aria-valuemax={stretch.to}
      aria-valuenow={at ?? stretch.to}
      aria-valuetext={at === undefined ? text.app.none : format.dateTime(at)}
      tabIndex={0}
      style={{ height: HEIGHT }}
      onKeyDown={onKey}
    />
  )

  function onKey(event: KeyboardEvent): void {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keyAct(event.key, event.shiftKey)
    if (!act) return
    event.preventDefault()
    if (act === 'back') onBack()
    else if (act === 'leave') plot.current?.setCursor({ left: -10, top: -10 })
    else if ('step' in act) step(act.step)
    else onStretch(act.look(shown.current))
  }

  /** Moves the cursor to the next column. */
  function step(by: number): void {
    const made = plot.current
    const times = made?.data[0]
    if (!made || !times || times.length === 0) return
    const first = made.valToIdx(shown.current.from / 1_000)
    const last = made.valToIdx(shown.current.to / 1_000)
    const at = made.cursor.idx ?? (by > 0 ? first : last)
    const next = Math.min(Math.max(Number.isFinite(by) ? at + by : by, first), last)
    const time = times[next]
    if (time !== undefined) made.setCursor({ left: made.valToPos(time, 'x'), top: made.over.clientHeight / 2 })
  }
}

/** The lines as they were when their shape last changed: new data of the same lines is only fed. */
function useShape(lines: readonly HistoryLine[]): readonly HistoryLine[] {
  const [shape, setShape] = useState(lines)
  const same = shape.length === lines.length && lines.every((line, place) => sameShape(line, shape[place]))
  if (!same) setShape(lines)
  return same ? shape : lines
}
