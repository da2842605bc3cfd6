import { emptySpot, fixBefore, placeAt } from './motion.ts'
import type { Stop } from './stops.ts'
import { numberAt, SILENCE, type Track } from './track.ts'

/** Something in a device's past, with a beginning and perhaps an end within the period. */
export interface Happening {
  readonly type: 'stop' | 'event' | 'silence'
  readonly from: number
  readonly to: number | undefined
  /** Of an event: see `TrackEvent`. */
  readonly what: string
  readonly lat: number | undefined
  readonly lon: number | undefined
}

/** Everything that is told of a track, by time: its stops, what began, and when it was silent. */
export function happeningsOf(track: Track, stops: readonly Stop[]): readonly Happening[] {
  const found: Happening[] = stops.map(({ from, to, lat, lon }) => ({ type: 'stop', from, to, what: '', lat, lon }))
  const ends = new Map<string, number>()
  // From the last on, so that the end of what begins is known.
  for (const { at, what, began } of track.events.toReversed()) {
    if (!began) ends.set(what, at)
    else {
      found.push({ type: 'event', from: at, to: ends.get(what), what, ...placeOf(track, at) })
      ends.delete(what)
    }
  }
  for (let index = 1; index < track.size; index++) {
    if (track.breaks[index] !== SILENCE) continue
    const from = numberAt(track.at, index - 1)
    found.push({ type: 'silence', from, to: numberAt(track.at, index), what: '', ...placeOf(track, from) })
  }
  return found.sort((a, b) => a.from - b.from)
}

function placeOf(track: Track, at: number): Pick<Happening, 'lat' | 'lon'> {
  const spot = emptySpot()
  return placeAt(track, at, fixBefore(track, at, -1), spot) ? { lat: spot.lat, lon: spot.lon } : { lat: undefined, lon: undefined }
}
