import type { Bounds } from '../live/geohash.ts'

/** How many times faster than life the past may be played. */
export const RATES = [1, 2, 5, 10, 30, 60, 100] as const
export type Rate = (typeof RATES)[number]

/** Which tracks the page shows, as its address says it. */
export interface Choice {
  /** Empty: those found in the area. */
  readonly devices: readonly string[]
  readonly area: Bounds | undefined
  readonly kinds: readonly string[]
  /** Milliseconds since 1970. */
  readonly from: number
  readonly to: number
}

/** What the address says of the moment and how it is shown. */
export interface Moment {
  /** Undefined: the beginning. */
  readonly at: number | undefined
  readonly rate: Rate
  /** The device whose line is drawn. */
  readonly shown: string | undefined
  /** A stop is no shorter, in minutes. */
  readonly stopMinutes: number
}

const USUAL_RATE: Rate = 30
export const STOP_MINUTES = [1, 2, 3, 5, 10, 15, 30, 60] as const
const USUAL_STOP = 3

/** The choice of an address; undefined while it makes none that can be asked for. */
export function choiceFrom(parameters: URLSearchParams): Choice | undefined {
  const from = time(parameters.get('from'))
  const to = time(parameters.get('to'))
  const devices = list(parameters.get('devices'))
  const area = areaFrom(parameters.get('area'))
  if (from === undefined || to === undefined || from >= to || (devices.length === 0 && area === undefined)) return undefined
  return { devices, area: devices.length === 0 ? area : undefined, kinds: list(parameters.get('kinds')), from, to }
}

/** A link from a device says the last hour, as it does not know what time it is: the address of that hour by a clock; undefined for any other address. */
export function withLastHour(parameters: URLSearchParams, now: number): URLSearchParams | undefined {
  if (parameters.get('last') !== '1h') return undefined
  const next = new URLSearchParams(parameters)
  const to = Math.floor(now / 1000) * 1000
  next.delete('last')
  next.set('from', timeText(to - 3_600_000))
  next.set('to', timeText(to))
  return next
}

/** The address of a choice. Where the map looks stays; the moment does not, it belongs to what was chosen before. */
export function withChoice(parameters: URLSearchParams, choice: Choice): URLSearchParams {
  const next = new URLSearchParams(parameters)
  for (const name of ['moment', 'show', 'last']) next.delete(name)
  put(next, 'devices', choice.devices.join(','))
  put(next, 'area', choice.area && choice.devices.length === 0 ? areaText(choice.area) : '')
  put(next, 'kinds', choice.kinds.join(','))
  next.set('from', timeText(choice.from))
  next.set('to', timeText(choice.to))
  return next
}

export function momentFrom(parameters: URLSearchParams): Moment {
  const rate = RATES.find(known => String(known) === parameters.get('speed'))
  const stop = STOP_MINUTES.find(known => String(known) === parameters.get('stops'))
  return { at: time(parameters.get('moment')), rate: rate ?? USUAL_RATE, shown: parameters.get('show') ?? undefined, stopMinutes: stop ?? USUAL_STOP }
}

/** The address with parts of the moment changed. */
export function withMoment(parameters: URLSearchParams, moment: Partial<Moment>): URLSearchParams {
  const next = new URLSearchParams(parameters)
  if (moment.at !== undefined) next.set('moment', timeText(moment.at))
  if (moment.rate !== undefined) put(next, 'speed', moment.rate === USUAL_RATE ? '' : String(moment.rate))
  if ('shown' in moment) put(next, 'show', moment.shown ?? '')
  if (moment.stopMinutes !== undefined) put(next, 'stops', moment.stopMinutes === USUAL_STOP ? '' : String(moment.stopMinutes))
  return next
}

/** The query of the API for a choice. */
export function tracksQuery(choice: Choice): Readonly<Record<string, string | undefined>> {
  return {
    from: new Date(choice.from).toISOString(),
    to: new Date(choice.to).toISOString(),
    devices: choice.devices.length > 0 ? choice.devices.join(',') : undefined,
    bbox: choice.area && areaText(choice.area),
    kinds: choice.kinds.length > 0 ? choice.kinds.join(',') : undefined,
  }
}

function areaText({ west, south, east, north }: Bounds): string {
  return [west, south, east, north].map(degrees => degrees.toFixed(4)).join(',')
}

function areaFrom(text: string | null): Bounds | undefined {
  const parts = (text ?? '').split(',').map(part => (part.trim() === '' ? Number.NaN : Number(part)))
  const [west = Number.NaN, south = Number.NaN, east = Number.NaN, north = Number.NaN] = parts
  const sane = parts.length === 4 && Math.abs(west) <= 180 && Math.abs(east) <= 180 && Math.abs(south) <= 90 && Math.abs(north) <= 90
  return sane && west < east && south < north ? { west, south, east, north } : undefined
}

function time(text: string | null): number | undefined {
  const at = /^\d{4}-\d{2}-\d{2}T/.test(text ?? '') ? Date.parse(text ?? '') : Number.NaN
  return Number.isNaN(at) ? undefined : at
}

function timeText(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}

function list(text: string | null): readonly string[] {
  return (text ?? '').split(',').filter(part => part !== '')
}

function put(parameters: URLSearchParams, name: string, value: string): void {
  if (value === '') parameters.delete(name)
  else parameters.set(name, value)
}
