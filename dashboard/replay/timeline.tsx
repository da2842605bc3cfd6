import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useFormat } from '../format/format-provider.tsx'
import { drawActivity, drawPast } from './chart-drawing.ts'
import type { Happening } from './happenings.ts'
import type { Player } from './player.ts'
import { useReplayTexts } from './replay-texts.ts'
import type { Track } from './track.ts'
import { useMoment } from './use-moment.ts'

/** The slider takes hold of whole seconds; keys of the page move by ten. */
const SLIDER_STEP_MS = 1_000
const LOOK_MS = 100
const HEIGHT = 46

interface TimelineProps {
  readonly player: Player
  readonly shown: Track | undefined
  readonly happenings: readonly Happening[]
  readonly activity: Uint32Array
  readonly onSeek: (at: number) => void
}

/** The period from left to right: how fast the shown one was and what happened to it, or how much was heard of all; below it the slider of the moment. */
export function Timeline({ player, shown, happenings, activity, onSeek }: TimelineProps) {
  const texts = useReplayTexts()
  const format = useFormat()
  const scheme = useComputedColorScheme('light')
  const canvas = useRef<HTMLCanvasElement>(null)
  const [width, setWidth] = useState(0)
  const at = useMoment(player, LOOK_MS)
  const { from, to } = player

  useEffect(() => {
    const element = canvas.current
    if (!element) return
    const watch = new ResizeObserver(() => setWidth(element.clientWidth))
    watch.observe(element)
    return () => watch.disconnect()
  }, [])
  useEffect(() => {
    const context = sized(canvas.current, width)
    if (!context) return
    const area = { width, height: HEIGHT, from, to }
    if (shown) drawPast(context, area, shown, happenings, scheme)
    else drawActivity(context, area, activity, scheme)
  }, [width, from, to, shown, happenings, activity, scheme])

  const share = to > from ? (at - from) / (to - from) : 0
  return (
    <div className="cg-replay-timeline">
      <canvas
        ref={canvas}
        role="img"
        aria-label={shown ? texts.speedChart : texts.activityChart}
        onClick={event => {
          const box = event.currentTarget.getBoundingClientRect()
          onSeek(from + ((event.clientX - box.left) / box.width) * (to - from))
        }}
      />
      <div className="cg-replay-cursor" style={{ left: `${share * 100}%` }} />
      <input
        type="range"
        className="cg-replay-slider"
        aria-label={texts.timeline}
        aria-valuetext={format.dateTime(at)}
        title={texts.timelineHelp}
        min={from}
        max={to}
        step={SLIDER_STEP_MS}
        value={Math.round(at)}
        onChange={event => onSeek(Number(event.currentTarget.value))}
      />
      <div className="cg-replay-ends" aria-hidden="true">
        <span>{format.dateTime(from)}</span>
        <span>{format.dateTime(to)}</span>
      </div>
    </div>
  )
}

function sized(canvas: HTMLCanvasElement | null, width: number): CanvasRenderingContext2D | undefined {
  const context = canvas?.getContext('2d')
  if (!canvas || !context || width === 0) return undefined
  const ratio = window.devicePixelRatio || 1
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(HEIGHT * ratio)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, HEIGHT)
  return context
}
