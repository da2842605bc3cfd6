import type { MarkState } from '../live/mark.ts'

/** What the map shows of what is there. An empty list means: all. */
export interface MapFilter {
  readonly kinds: readonly string[]
  readonly states: readonly MarkState[]
  /** Part of a name or id. */
  readonly text: string
}

/** Where the map looks. */
export interface MapView {
  readonly lat: number
  readonly lon: number
  readonly zoom: number
}

const STATES: readonly MarkState[] = ['fresh', 'flagged', 'stale']

/** Reads the filter from the address; what cannot be read is left out. */
export function filterFrom(parameters: URLSearchParams): MapFilter {
  const states = listFrom(parameters.get('states'))
  return {
    kinds: listFrom(parameters.get('kinds')),
    states: STATES.filter(state => states.includes(state)),
    text: parameters.get('q') ?? '',
  }
}

/** The address with this filter in it. */
export function withFilter(parameters: URLSearchParams, filter: MapFilter): URLSearchParams {
  const next = new URLSearchParams(parameters)
  put(next, 'kinds', filter.kinds.join(','))
  put(next, 'states', filter.states.join(','))
  put(next, 'q', filter.text)
  return next
}

/** Reads `at=31.2304,121.4737,10.5`: latitude, longitude, zoom. */
export function viewFrom(parameters: URLSearchParams): MapView | undefined {
  const parts = (parameters.get('at') ?? '').split(',').map(part => (part.trim() === '' ? Number.NaN : Number(part)))
  const [lat, lon, zoom] = parts
  if (parts.length !== 3 || lat === undefined || lon === undefined || zoom === undefined) return undefined
  const sane = Math.abs(lat) <= 85 && Math.abs(lon) <= 180 && zoom >= 0 && zoom <= 24
  return sane ? { lat, lon, zoom } : undefined
}

/** The address with this view in it. */
export function withView(parameters: URLSearchParams, view: MapView): URLSearchParams {
  const next = new URLSearchParams(parameters)
  next.set('at', `${view.lat.toFixed(5)},${view.lon.toFixed(5)},${view.zoom.toFixed(2)}`)
  return next
}

/** The query of an address, its commas left readable. */
export function queryText(parameters: URLSearchParams): string {
  const text = parameters.toString().replaceAll('%2C', ',')
  return text ? `?${text}` : ''
}

/** Switches one entry of a filter's list on or off. */
export function toggled<T>(list: readonly T[], entry: T): readonly T[] {
  return list.includes(entry) ? list.filter(other => other !== entry) : [...list, entry]
}

function listFrom(text: string | null): readonly string[] {
  return (text ?? '').split(',').filter(part => part !== '')
}

function put(parameters: URLSearchParams, name: string, value: string): void {
  if (value === '') parameters.delete(name)
  else parameters.set(name, value)
}
