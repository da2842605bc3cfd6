import type uPlot from 'uplot'
import { panned, type Stretch, zoomed } from './span.ts'

/** How long a wheel or a drag must rest before the chart asks for what is now in view. */
const REST_MS = 250
const WHEEL_STEP = 1.25

export interface GestureOptions {
  /** The stretch the chart shows now. */
  readonly shown: () => Stretch
  /** Shows another at once, with what was read already. */
  readonly onMove: (stretch: Stretch) => void
  /** The gesture has ended. */
  readonly onRest: (stretch: Stretch) => void
  /** Double click. */
  readonly onBack: () => void
  /** Whether the wheel belongs to the chart: else it scrolls the page. */
  readonly takesWheel: (event: WheelEvent) => boolean
}

/** Wheel zooms about the pointer, Shift with a drag or a sideways wheel moves through time, a double click goes back. Ends with the answered function. */
export function attachGestures(plot: uPlot, options: GestureOptions): () => void {
  const { over } = plot
  const ending = new AbortController()
  const { signal } = ending
  let rest: ReturnType<typeof setTimeout> | undefined
  const move = (stretch: Stretch) => {
    options.onMove(stretch)
    clearTimeout(rest)
    rest = setTimeout(() => options.onRest(options.shown()), REST_MS)
  }
  const share = (clientX: number) => {
    const { left, width } = over.getBoundingClientRect()
    return width === 0 ? 0 : (clientX - left) / width
  }

  over.addEventListener(
    'wheel',
    event => {
      if (!options.takesWheel(event)) return
      event.preventDefault()
      const stretch = options.shown()
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        move(panned(stretch, Math.sign(event.deltaX || event.deltaY) * 0.08))
        return
      }
      const around = stretch.from + (stretch.to - stretch.from) * share(event.clientX)
      move(zoomed(stretch, event.deltaY < 0 ? WHEEL_STEP : 1 / WHEEL_STEP, around))
    },
    { passive: false, signal },
  )
  over.addEventListener(
    'mousedown',
    event => {
      if (!event.shiftKey || event.button !== 0) return
      // The brush must not begin.
      event.stopImmediatePropagation()
      event.preventDefault()
      const from = options.shown()
      const start = share(event.clientX)
      const dragging = new AbortController()
      const both = AbortSignal.any([signal, dragging.signal])
      document.addEventListener('mousemove', moved => move(panned(from, start - share(moved.clientX))), { signal: both })
      document.addEventListener('mouseup', () => dragging.abort(), { signal: both })
    },
    { capture: true, signal },
  )
  over.addEventListener('dblclick', () => options.onBack(), { signal })
  return () => {
    clearTimeout(rest)
    ending.abort()
  }
}
