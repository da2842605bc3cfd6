import { MARK_STATES } from '../live/mark.ts'
import type { MapFilter } from './filter.ts'

/** Where the map looks. WGS-84 degrees. */
export interface MapView {
  readonly lat: number
  readonly lon: number
  readonly zoom: number
}

/** Reads the filter from the address; what cannot be read is left out. */
export function filterFrom(parameters: URLSearchParams): MapFilter {
  const states = listFrom(parameters.get('states'))
  const org = parameters.get('org')
  const route = parameters.get('route')
  const district = parameters.get('district')
  return {
    kinds: listFrom(parameters.get('kinds')),
    states: MARK_STATES.filter(state => states.includes(state)),
    ...(org && { org }),
    ...(route && { route }),
    ...(district && { district }),
    text: parameters.get('q') ?? '',
  }
}

/** The address with this filter in it. */
export function withFilter(parameters: URLSearchParams, filter: MapFilter): URLSearchParams {
  const next = new URLSearchParams(parameters)
  put(next, 'kinds', filter.kinds.join(','))
  put(next, 'states', filter.states.join(','))
  put(next, 'org', filter.org ?? '')
  put(next, 'route', filter.route ?? '')
  put(next, 'district', filter.district ?? '')
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

/** What an address switches on: following the device, the wall display, the districts' figures. */
export type MapSwitch = 'follow' | 'wall' | 'districts'

/** Whether the address switches something on: `follow=1`. */
export function switchFrom(parameters: URLSearchParams, name: MapSwitch): boolean {
  return parameters.get(name) === '1'
}

/** The address with something switched on or off. */
export function withSwitch(parameters: URLSearchParams, name: MapSwitch, on: boolean): URLSearchParams {
  const next = new URLSearchParams(parameters)
  put(next, name, on ? '1' : '')
  return next
}

/** The query of an address, its commas left readable. */
export function queryText(parameters: URLSearchParams): string {
  const text = parameters.toString().replaceAll('%2C', ',')
  return text ? `?${text}` : ''
}

function listFrom(text: string | null): readonly string[] {
  return (text ?? '').split(',').filter(part => part !== '')
}

function put(parameters: URLSearchParams, name: string, value: string): void {
  if (value === '') parameters.delete(name)
  else parameters.set(name, value)
}
