import type { Mark, MarkState } from '../live/mark.ts'

/** What the map shows of what is there. An empty list, and what is left out, mean: all. */
export interface MapFilter {
  readonly kinds: readonly string[]
  readonly states: readonly MarkState[]
  readonly org?: string
  /** Route or group. */
  readonly route?: string
  /** Id of a district (GB/T 2260) the device is in. */
  readonly district?: string
  /** Part of a name, an id, a route or a group. */
  readonly text: string
}

export const NO_FILTER: MapFilter = { kinds: [], states: [], text: '' }

/** A filter made ready to be asked of ten thousand marks. */
export interface FilterTest {
  /** Lets it through by all but kind, state and district: what is counted by district. */
  readonly anywhere: (mark: Mark) => boolean
  /** Lets it through by all but kind and state: what the legend's rows count. */
  readonly passes: (mark: Mark) => boolean
  /** Lets it through. */
  readonly shows: (mark: Mark, state: MarkState) => boolean
}

/** `districtOf` is asked only where the filter names a district. */
export function filterTest(filter: MapFilter, districtOf: (mark: Mark) => string | undefined): FilterTest {
  const { org, route, district } = filter
  const kinds = new Set(filter.kinds)
  const states = new Set(filter.states)
  const text = filter.text.trim().toLowerCase()
  const anywhere = (mark: Mark) =>
    (org === undefined || mark.org === org) &&
    (route === undefined || mark.route === route) &&
    (text === '' || `${mark.device} ${mark.name ?? ''} ${mark.route ?? ''}`.toLowerCase().includes(text))
  const passes = (mark: Mark) => anywhere(mark) && (district === undefined || districtOf(mark) === district)
  return {
    anywhere,
    passes,
    shows: (mark, state) => (kinds.size === 0 || kinds.has(mark.kind)) && (states.size === 0 || states.has(state)) && passes(mark),
  }
}

/** Whether anything is left out. */
export function isFiltered({ kinds, states, org, route, district, text }: MapFilter): boolean {
  return kinds.length > 0 || states.length > 0 || org !== undefined || route !== undefined || district !== undefined || text.trim() !== ''
}

/** The filter with another organisation, route or district, or with all of them. */
export function withChoice(filter: MapFilter, key: 'org' | 'route' | 'district', value: string | undefined): MapFilter {
  const { [key]: _, ...rest } = filter
  return value ? { ...rest, [key]: value } : rest
}

/** Switches one entry of a filter's list on or off. */
export function toggled<T>(list: readonly T[], entry: T): readonly T[] {
  return list.includes(entry) ? list.filter(other => other !== entry) : [...list, entry]
}
