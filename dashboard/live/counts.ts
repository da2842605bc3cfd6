import { type Bounds, inside } from './geohash.ts'
import type { Mark, MarkState } from './mark.ts'

/** Marks by state. */
export type StateCounts = Readonly<Record<MarkState, number>>

/** Marks in view, by kind and state. */
export interface Counts {
  readonly byKind: ReadonlyMap<string, StateCounts>
  readonly total: number
  readonly anySimulated: boolean
}

export const NO_COUNTS: Counts = { byKind: new Map(), total: 0, anySimulated: false }

/** Counts the marks whose newest fix lies in view. */
export function countMarks(marks: Iterable<Mark>, view: Bounds, stateOf: (mark: Mark) => MarkState): Counts {
  const byKind = new Map<string, { fresh: number; flagged: number; stale: number }>()
  let total = 0
  let anySimulated = false
  for (const mark of marks) {
    if (!inside(view, mark.lat, mark.lon)) continue
    let kind = byKind.get(mark.kind)
    if (!kind) {
      kind = { fresh: 0, flagged: 0, stale: 0 }
      byKind.set(mark.kind, kind)
    }
    kind[stateOf(mark)] += 1
    total += 1
    if (mark.simulated) anySimulated = true
  }
  return { byKind, total, anySimulated }
}

/** The same numbers: no reason to draw the legend again. */
export function sameCounts(a: Counts, b: Counts): boolean {
  if (a.total !== b.total || a.anySimulated !== b.anySimulated || a.byKind.size !== b.byKind.size) return false
  for (const [kind, counts] of a.byKind) {
    const other = b.byKind.get(kind)
    if (!other || other.fresh !== counts.fresh || other.flagged !== counts.flagged || other.stale !== counts.stale) return false
  }
  return true
}
