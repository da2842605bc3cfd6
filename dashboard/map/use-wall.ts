import { useEffect, useEffectEvent, useState } from 'react'

/** After so long without a hand on it a wall display goes back to what it is there to show. */
export const WALL_IDLE_MS = 90_000
/** Controls and pointer are gone this long after the last movement. */
const QUIET_AFTER_MS = 4_000

interface Wall {
  readonly on: boolean
  readonly onLeave: () => void
  /** Nobody has touched it for a while. */
  readonly onIdle: () => void
}

/** A page as a wall display: all screen, kept awake, nothing but the page. Answers whether somebody is at it. Esc, or leaving the full screen, ends it. */
export function useWall({ on, onLeave, onIdle }: Wall): boolean {
  const [touched, setTouched] = useState(false)
  const leave = useEffectEvent(onLeave)
  const idle = useEffectEvent(onIdle)

  useEffect(() => {
    if (!on) return
    const root = document.documentElement
    root.dataset.wall = 'on'
    let quiet: ReturnType<typeof setTimeout> | undefined
    let back: ReturnType<typeof setTimeout> | undefined
    const touch = () => {
      setTouched(true)
      clearTimeout(quiet)
      clearTimeout(back)
      quiet = setTimeout(() => setTouched(false), QUIET_AFTER_MS)
      back = setTimeout(() => idle(), WALL_IDLE_MS)
    }
    const pressed = (event: KeyboardEvent) => {
      touch()
      if (event.key === 'Escape' && !event.defaultPrevented) leave()
    }
    let wasFull = document.fullscreenElement !== null
    const resized = () => {
      if (wasFull && document.fullscreenElement === null) leave()
      wasFull = document.fullscreenElement !== null
    }
    const touches = ['pointermove', 'pointerdown', 'wheel'] as const
    for (const name of touches) window.addEventListener(name, touch, { passive: true })
    window.addEventListener('keydown', pressed)
    document.addEventListener('fullscreenchange', resized)
    const lock = keepAwake()
    return () => {
      delete root.dataset.wall
      clearTimeout(quiet)
      clearTimeout(back)
      for (const name of touches) window.removeEventListener(name, touch)
      window.removeEventListener('keydown', pressed)
      document.removeEventListener('fullscreenchange', resized)
      void lock.then(sentinel => sentinel?.release())
    }
  }, [on])
  return on && touched
}

/** Fills the screen, where the browser lets the page: it does after a click, and not for a page that was opened by its address. */
export function fillScreen(): void {
  if (document.fullscreenEnabled) document.documentElement.requestFullscreen().catch(() => undefined)
}

export function leaveScreen(): void {
  if (document.fullscreenElement) document.exitFullscreen().catch(() => undefined)
}

/** Asks that the screen stays on. Over plain HTTP browsers have no such thing; the system's own settings do it there. */
async function keepAwake(): Promise<WakeLockSentinel | undefined> {
  try {
    return 'wakeLock' in navigator ? await navigator.wakeLock.request('screen') : undefined
  } catch {
    return undefined
  }
}
