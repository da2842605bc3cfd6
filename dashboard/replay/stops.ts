import { metres, numberAt, type Track } from './track.ts'

/** GNSS wobbles: within this of where it came to rest a device stands. Metres. */
const STANDS_WITHIN = 40

/** A time a device stood, from the first to the last fix there. */
export interface Stop {
  readonly from: number
  readonly to: number
  readonly lat: number
  readonly lon: number
}

/** When and where a device stood for at least so long, as its fixes tell. A silence ends a stop: what it did then nobody knows. */
export function stopsOf(track: Track, leastMs: number): readonly Stop[] {
  const stops: Stop[] = []
  let first = 0
  const close = (last: number): void => {
    const from = numberAt(track.at, first)
    const to = numberAt(track.at, last)
    if (to - from < leastMs || leastMs <= 0) return
    stops.push({ from, to, lat: numberAt(track.lat, first), lon: numberAt(track.lon, first) })
  }
  for (let index = 1; index < track.size; index++) {
    const stands =
      track.breaks[index] === 0 &&
      metres(numberAt(track.lat, first), numberAt(track.lon, first), numberAt(track.lat, index), numberAt(track.lon, index)) <= STANDS_WITHIN
    if (stands) continue
    close(index - 1)
    first = index
  }
  if (track.size > 0) close(track.size - 1)
  return stops
}
