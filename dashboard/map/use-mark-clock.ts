import { useMemo } from 'react'
import type { Kind } from '../api/types.ts'
import type { Mark, MarkState } from '../live/mark.ts'
import { stateOf, visibilityOf } from '../live/marks.ts'
import { useServices } from '../services.tsx'

/** A kind this page does not know is stale after five minutes. */
const USUAL_STALE_AFTER_SECONDS = 300

/** What time makes of marks, by the gateway's clock. */
export interface MarkClock {
  readonly stateOf: (mark: Mark) => MarkState
  /** 0 to 1. */
  readonly visibilityOf: (mark: Mark) => number
}

/** Tells how a mark is now. */
export function useMarkClock(kinds: readonly Kind[]): MarkClock {
  const { clock } = useServices()
  return useMemo(() => {
    const staleAfter = new Map(kinds.map(kind => [kind.id, kind.staleAfterSeconds]))
    const allowed = (mark: Mark): number => staleAfter.get(mark.kind) ?? USUAL_STALE_AFTER_SECONDS
    return {
      stateOf: mark => stateOf(mark, allowed(mark), clock.now()),
      visibilityOf: mark => visibilityOf(mark, allowed(mark), clock.now()),
    }
  }, [kinds, clock])
}
