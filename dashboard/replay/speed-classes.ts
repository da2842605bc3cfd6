import { type KindColour, type Scheme, tokens } from '../theme/tokens.ts'
import { metres, numberAt, type Track } from './track.ts'

/** A range of speeds and how a line looks there: told apart by colour, and by width as well, the slower the wider. */
export interface SpeedClass {
  /** km/h, included. */
  readonly from: number
  readonly colour: KindColour
  /** CSS pixels. */
  readonly width: number
}

/** Slow to fast. */
export const speedClasses: readonly SpeedClass[] = [
  { from: 0, colour: 'rose', width: 8 },
  { from: 5, colour: 'amber', width: 6.5 },
  { from: 15, colour: 'green', width: 5 },
  { from: 30, colour: 'teal', width: 4 },
  { from: 50, colour: 'blue', width: 3 },
]

/** The number of the class a speed lies in. */
export function classOf(speedKmh: number): number {
  let found = 0
  speedClasses.forEach((each, index) => {
    if (speedKmh >= each.from) found = index
  })
  return found
}

export function classColour(index: number, scheme: Scheme): string {
  return tokens.kind[scheme][speedClasses[index]?.colour ?? 'blue']
}

/** How fast a device was from a fix to the next, km/h: as it said itself, or by the way and the time between them. */
export function speedAt(track: Track, index: number): number {
  const said = numberAt(track.speed, index)
  if (!Number.isNaN(said)) return said
  const next = Math.min(index + 1, track.size - 1)
  const seconds = (numberAt(track.at, next) - numberAt(track.at, index)) / 1000
  if (!(seconds > 0) || track.breaks[next] !== 0) return 0
  return (metres(numberAt(track.lat, index), numberAt(track.lon, index), numberAt(track.lat, next), numberAt(track.lon, next)) / seconds) * 3.6
}
