import { useEffect, useEffectEvent } from 'react'

interface Keys {
  readonly onToggle: () => void
  readonly onStep: (steps: number) => void
}

/** Steps of ten seconds in a minute. */
const MINUTE = 6

/** Space plays and pauses, the arrows step; not where a field, a button or the map has its own use for them. */
export function useReplayKeys(keys: Keys): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const target = event.target instanceof Element ? event.target : document.body
    const slider = target.matches('.cg-replay-slider')
    if (!slider && target.matches('input, textarea, select, button, a, canvas, [role="option"]')) return
    if (event.key === ' ') keys.onToggle()
    else if (event.key === 'ArrowLeft') keys.onStep(event.shiftKey ? -MINUTE : -1)
    else if (event.key === 'ArrowRight') keys.onStep(event.shiftKey ? MINUTE : 1)
    else return
    event.preventDefault()
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event)
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [])
}
