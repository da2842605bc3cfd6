import { numberAt, type Track } from './track.ts'

/** Where a device is drawn at a moment of the past. Reused from frame to frame: a thousand of them thirty times a second would keep the collector busy. */
export interface Spot {
  lat: number
  lon: number
  /** Degrees; NaN: not known. */
  heading: number
  /** km/h; NaN: not known. */
  speed: number
  /** Nothing was heard of it for longer than its kind allows: it stands where it was heard of last. */
  silent: boolean
}

export function emptySpot(): Spot {
  return { lat: 0, lon: 0, heading: Number.NaN, speed: Number.NaN, silent: false }
}

/**
 * The newest fix at or before a moment; -1 before the first. `near`: where it was found the last time; playing on, it is there or next to it.
 */
export function fixBefore(track: Track, at: number, near: number): number {
  const { size } = track
  if (size === 0 || at < numberAt(track.at, 0)) return -1
  for (let index = Math.max(0, near), steps = 0; steps < 3 && index < size; index++, steps++) {
    if (numberAt(track.at, index) > at) break
    if (index === size - 1 || numberAt(track.at, index + 1) > at) return index
  }
  let low = 0
  let high = size - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (numberAt(track.at, middle) <= at) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * Writes into `spot` where the device was at a moment: on the straight line between the two fixes around it, and nowhere else. Across a silence or a leap it stays at the
 * fix before; nothing is made up. `index` is what `fixBefore` answers. False before the first fix: then nobody knows.
 */
export function placeAt(track: Track, at: number, index: number, spot: Spot): boolean {
  if (index < 0) return false
  const since = numberAt(track.at, index)
  const next = index + 1
  spot.lat = numberAt(track.lat, index)
  spot.lon = numberAt(track.lon, index)
  spot.heading = numberAt(track.heading, index)
  spot.speed = numberAt(track.speed, index)
  spot.silent = (next >= track.size || track.breaks[next] === 1) && at - since > track.staleAfterMs
  if (next >= track.size || track.breaks[next] !== 0) return true
  const span = numberAt(track.at, next) - since
  const share = span > 0 ? Math.min(1, Math.max(0, (at - since) / span)) : 0
  spot.lat += (numberAt(track.lat, next) - spot.lat) * share
  spot.lon += (numberAt(track.lon, next) - spot.lon) * share
  spot.heading = turned(spot.heading, numberAt(track.heading, next), share)
  return true
}

/** Between two headings the short way round; the one that is known, where only one is. */
function turned(from: number, to: number, share: number): number {
  if (Number.isNaN(from)) return to
  if (Number.isNaN(to)) return from
  const way = ((to - from + 540) % 360) - 180
  return (from + way * share + 360) % 360
}
