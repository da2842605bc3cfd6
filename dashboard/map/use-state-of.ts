import { useMemo } from 'react'
import type { Kind } from '../api/types.ts'
import type { Mark, MarkState } from '../live/mark.ts'
import { stateOf } from '../live/marks.ts'
import { useServices } from '../services.tsx'

/** A kind this page does not know is stale after five minutes. */
const USUAL_STALE_AFTER_SECONDS = 300

/** Tells the state of a mark now, by the gateway's clock. */
export function useStateOf(kinds: readonly Kind[]): (mark: Mark) => MarkState {
  const { clock } = useServices()
  return useMemo(() => {
    const staleAfter = new Map(kinds.map(kind => [kind.id, kind.staleAfterSeconds]))
    return mark => stateOf(mark, staleAfter.get(mark.kind) ?? USUAL_STALE_AFTER_SECONDS, clock.now())
  }, [kinds, clock])
}
