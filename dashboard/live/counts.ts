import { type Bounds, inside } from './geohash.ts'
import { MARK_STATES, type Mark, type MarkState } from './mark.ts'

/** Marks by state. */
export type StateCounts = Readonly<Record<MarkState, number>>

/** Marks in view. */
export interface Counts {
  /** Those that the filter lets through by all but kind and state. */
  readonly byKind: ReadonlyMap<string, StateCounts>
  /** All of `byKind`. */
  readonly total: number
  /** Those that the whole filter lets through: what is drawn. */
  readonly shown: number
  /** All there are, whatever the filter. */
  readonly present: number
  readonly anySimulated: boolean
  /** Of all in view, by organisation and by route or group: what can be chosen. */
  readonly orgs: ReadonlyMap<string, number>
  readonly routes: ReadonlyMap<string, number>
  /** By district, where districts are counted: those the filter lets through by all but kind, state and district. */
  readonly byDistrict: ReadonlyMap<string, StateCounts>
}

export const NO_COUNTS: Counts = {
  byKind: new Map(),
  total: 0,
  shown: 0,
  present: 0,
  anySimulated: false,
  orgs: new Map(),
  routes: new Map(),
  byDistrict: new Map(),
}

/** How marks are counted. */
export interface Counting {
  readonly view: Bounds
  readonly stateOf: (mark: Mark) => MarkState
  readonly anywhere: (mark: Mark) => boolean
  readonly passes: (mark: Mark) => boolean
  readonly shows: (mark: Mark, state: MarkState) => boolean
  /** Absent: districts are not counted. */
  readonly districtOf?: ((mark: Mark) => string | undefined) | undefined
}

/** Counts the marks whose newest fix lies in view. */
export function countMarks(marks: Iterable<Mark>, { view, stateOf, anywhere, passes, shows, districtOf }: Counting): Counts {
  const byKind = new Map<string, Record<MarkState, number>>()
  const orgs = new Map<string, number>()
  const routes = new Map<string, number>()
  const byDistrict = new Map<string, Record<MarkState, number>>()
  let total = 0
  let shown = 0
  let present = 0
  let anySimulated = false
  for (const mark of marks) {
    if (!inside(view, mark.lat, mark.lon)) continue
    present += 1
    if (mark.simulated) anySimulated = true
    orgs.set(mark.org, (orgs.get(mark.org) ?? 0) + 1)
    if (mark.route !== undefined) routes.set(mark.route, (routes.get(mark.route) ?? 0) + 1)
    if (!anywhere(mark)) continue
    const state = stateOf(mark)
    const district = districtOf?.(mark)
    if (district !== undefined) countIn(byDistrict, district, state)
    if (!passes(mark)) continue
    countIn(byKind, mark.kind, state)
    total += 1
    if (shows(mark, state)) shown += 1
  }
  return { byKind, total, shown, present, anySimulated, orgs, routes, byDistrict }
}

function countIn(counts: Map<string, Record<MarkState, number>>, key: string, state: MarkState): void {
  let states = counts.get(key)
  if (!states) {
    states = noStates()
    counts.set(key, states)
  }
  states[state] += 1
}

/** Nothing in any state. */
export function noStates(): Record<MarkState, number> {
  return { fresh: 0, flagged: 0, stale: 0, offline: 0 }
}

/** All of them together. */
export function sumOf(states: StateCounts): number {
  return MARK_STATES.reduce((sum, state) => sum + states[state], 0)
}

/** The same numbers: no reason to draw the legend again. */
export function sameCounts(a: Counts, b: Counts): boolean {
  if (a.total !== b.total || a.shown !== b.shown || a.present !== b.present || a.anySimulated !== b.anySimulated) return false
  return sameNumbers(a.orgs, b.orgs) && sameNumbers(a.routes, b.routes) && sameStates(a.byKind, b.byKind) && sameStates(a.byDistrict, b.byDistrict)
}

function sameStates(a: ReadonlyMap<string, StateCounts>, b: ReadonlyMap<string, StateCounts>): boolean {
  if (a.size !== b.size) return false
  for (const [key, counts] of a) {
    const other = b.get(key)
    if (!other || MARK_STATES.some(state => other[state] !== counts[state])) return false
  }
  return true
}

function sameNumbers(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  if (a.size !== b.size) return false
  for (const [key, count] of a) if (b.get(key) !== count) return false
  return true
}
