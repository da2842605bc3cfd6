import { useEffect, useState } from 'react'
import type { Player } from './player.ts'

/** The moment a player shows, looked at so often: texts need not change with every frame. */
export function useMoment(player: Player, everyMs: number): number {
  const [at, setAt] = useState(player.at)
  useEffect(() => {
    const look = () => setAt(player.at)
    look()
    const timer = setInterval(look, everyMs)
    const unheard = player.onChange(look)
    return () => {
      clearInterval(timer)
      unheard()
    }
  }, [player, everyMs])
  return at
}

/** Whether it plays, and how fast. */
export function usePlaying(player: Player): { readonly playing: boolean; readonly rate: number } {
  const [state, setState] = useState({ playing: player.playing, rate: player.rate })
  useEffect(() => {
    const look = () =>
      setState(before => (before.playing === player.playing && before.rate === player.rate ? before : { playing: player.playing, rate: player.rate }))
    look()
    return player.onChange(look)
  }, [player])
  return state
}
