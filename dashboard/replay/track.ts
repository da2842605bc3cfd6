import type { TrackEvent, TrackPart } from './track-codec.ts'

/** Degrees in a metre, north to south. */
const DEGREES_A_METRE = 1 / 111_320
/** Between two fixes nothing on a road moves faster: the way between them is no drive, and is not drawn as one. Metres a second, 252 km/h. */
const FASTEST = 70

/** The past of one device as far as it is loaded: fixes in columns, oldest first. */
export interface Track {
  readonly device: string
  readonly kind: string
  readonly name: string
  readonly org: string
  readonly simulated: boolean
  readonly staleAfterMs: number
  readonly size: number
  /** Milliseconds since 1970. */
  readonly at: Float64Array
  /** WGS-84 degrees. */
  readonly lat: Float64Array
  readonly lon: Float64Array
  /** km/h; NaN: not known. */
  readonly speed: Float32Array
  /** Degrees clockwise from north; NaN: not known. */
  readonly heading: Float32Array
  /** 1: before this fix the device was silent for longer than its kind allows. 2: from the fix before it leads no possible drive. 0: it came here from there. */
  readonly breaks: Uint8Array
  readonly events: readonly TrackEvent[]
  /** Fixes the gateway left out to keep its answer short. */
  readonly leftOut: number
}

/** The breaks of a track. */
export const SILENCE = 1
export const LEAP = 2

/** Puts the parts of one device together. */
export function joinParts(parts: readonly TrackPart[]): Track {
  const size = parts.reduce((sum, part) => sum + part.at.length, 0)
  const track = {
    size,
    at: new Float64Array(size),
    lat: new Float64Array(size),
    lon: new Float64Array(size),
    speed: new Float32Array(size),
    heading: new Float32Array(size),
    breaks: new Uint8Array(size),
  }
  let offset = 0
  for (const part of parts) {
    part.at.forEach((at, index) => {
      const to = offset + index
      track.at[to] = at
      track.lat[to] = (part.latE6[index] ?? 0) / 1e6
      track.lon[to] = (part.lonE6[index] ?? 0) / 1e6
      const speed = part.speed[index] ?? 0
      track.speed[to] = speed === 0 ? Number.NaN : (speed - 1) / 10
      const heading = part.heading[index] ?? 0
      track.heading[to] = heading === 0 ? Number.NaN : heading - 1
    })
    for (const gap of part.gaps) if (gap < part.at.length) track.breaks[offset + gap] = SILENCE
    offset += part.at.length
  }
  for (let index = 1; index < size; index++) {
    if (track.breaks[index] === 0 && isLeap(track, index)) track.breaks[index] = LEAP
  }
  const [first] = parts
  return {
    ...track,
    device: first?.device ?? '',
    kind: first?.kind ?? '',
    name: first?.name ?? '',
    org: first?.org ?? '',
    simulated: first?.simulated ?? false,
    staleAfterMs: (first?.staleAfterS ?? 0) * 1000,
    events: parts.flatMap(part => part.events),
    leftOut: parts.reduce((sum, part) => sum + part.leftOut, 0),
  }
}

function isLeap(track: Pick<Track, 'at' | 'lat' | 'lon'>, index: number): boolean {
  const seconds = (numberAt(track.at, index) - numberAt(track.at, index - 1)) / 1000
  // Five seconds' worth at least: GNSS wobbles, and two fixes may share a second.
  const way = metres(numberAt(track.lat, index - 1), numberAt(track.lon, index - 1), numberAt(track.lat, index), numberAt(track.lon, index))
  return way > FASTEST * Math.max(seconds, 5)
}

/** Metres between two near places, in degrees. */
export function metres(latA: number, lonA: number, latB: number, lonB: number): number {
  const north = (latB - latA) / DEGREES_A_METRE
  const east = ((lonB - lonA) * Math.cos(((latA + latB) / 2) * (Math.PI / 180))) / DEGREES_A_METRE
  return Math.hypot(north, east)
}

/** A column's entry; NaN beyond its ends. */
export function numberAt(column: Float64Array | Float32Array | Uint8Array, index: number): number {
  return column[index] ?? Number.NaN
}
