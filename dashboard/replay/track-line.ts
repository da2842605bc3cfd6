import type { Feature, FeatureCollection, LineString } from 'geojson'
import { classOf, speedAt } from './speed-classes.ts'
import { metres, numberAt, type Track } from './track.ts'

/** Fixes nearer to the last drawn one than this add nothing to a line. Metres. */
const NEAREST = 3

/** A track as lines, one for each stretch of one class of speed (`speed`: its number), and one across each silence or leap (`speed` −1), where no way is known. `drawn`: where the map draws a place. */
export function trackLines(
  track: Track | undefined,
  drawn: (lat: number, lon: number) => [number, number],
): FeatureCollection<LineString, { readonly speed: number }> {
  const features: Feature<LineString, { readonly speed: number }>[] = []
  if (track === undefined) return { type: 'FeatureCollection', features }
  let line: [number, number][] = []
  let speed = -1
  const end = (): void => {
    if (line.length > 1) features.push({ type: 'Feature', geometry: { type: 'LineString', coordinates: line }, properties: { speed } })
    line = []
  }
  let last = 0
  for (let index = 0; index < track.size; index++) {
    const place = drawn(numberAt(track.lat, index), numberAt(track.lon, index))
    const before = line.at(-1)
    if (index > 0 && track.breaks[index] !== 0) {
      const from = drawn(numberAt(track.lat, index - 1), numberAt(track.lon, index - 1))
      if (before) line.push(from)
      end()
      features.push({ type: 'Feature', geometry: { type: 'LineString', coordinates: [from, place] }, properties: { speed: -1 } })
    }
    const next = classOf(speedAt(track, index))
    const near =
      line.length > 0 && metres(numberAt(track.lat, last), numberAt(track.lon, last), numberAt(track.lat, index), numberAt(track.lon, index)) < NEAREST
    if (near && next === speed) continue
    line.push(place)
    last = index
    if (next === speed) continue
    end()
    speed = next
    line = [place]
  }
  end()
  return { type: 'FeatureCollection', features }
}
