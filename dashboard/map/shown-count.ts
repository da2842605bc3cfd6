import type { Counts } from '../live/counts.ts'
import type { MarkState } from '../live/mark.ts'
import type { MapFilter } from './url-state.ts'

const STATES: readonly MarkState[] = ['fresh', 'flagged', 'stale']

/** How many of the marks in view the filter by kind and state lets through. The filter by text is not counted: the map works it out by itself. */
export function shownCount(counts: Counts, filter: MapFilter): number {
  let shown = 0
  for (const [kind, states] of counts.byKind) {
    if (filter.kinds.length > 0 && !filter.kinds.includes(kind)) continue
    for (const state of STATES) if (filter.states.length === 0 || filter.states.includes(state)) shown += states[state]
  }
  return shown
}
