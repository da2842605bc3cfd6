import type { Bounds } from '../live/geohash.ts'
import { numberAt, type Track } from './track.ts'

/** A view is at least so wide and high, in degrees. */
const LEAST = 0.01
/** The share of places at each edge that is left out: one fix in another country must not take the view along. */
const STRAY = 0.02
/** Places looked at. */
const SAMPLE = 2_000

/** The part of the map in which tracks lie, but for strays; undefined when there are none. */
export function boundsOf(tracks: readonly Track[]): Bounds | undefined {
  const total = tracks.reduce((sum, track) => sum + track.size, 0)
  if (total === 0) return undefined
  const every = Math.max(1, Math.floor(total / SAMPLE))
  const lats: number[] = []
  const lons: number[] = []
  let count = 0
  for (const track of tracks) {
    for (let index = 0; index < track.size; index++) {
      count += 1
      if (count % every !== 0) continue
      lats.push(numberAt(track.lat, index))
      lons.push(numberAt(track.lon, index))
    }
  }
  const [south, north] = inner(lats)
  const [west, east] = inner(lons)
  return { west, south, east, north }
}

function inner(values: number[]): [number, number] {
  values.sort((a, b) => a - b)
  const away = Math.floor(values.length * STRAY)
  const low = values[away] ?? 0
  const high = values[values.length - 1 - away] ?? 0
  const more = Math.max(0, LEAST - (high - low)) / 2
  return [low - more, high + more]
}
