import type { Position, Readings } from '../api/types.ts'
import { bucketSeconds, MOST_POINTS, pointsAtOnce } from '../history/bucket-choice.ts'
import type { Stretch } from '../history/span.ts'

/** Positions of a long stretch: about as many as the small map has pixels along a way. */
const POSITIONS = 1_000
/** A hole longer than this many usual distances, and than a minute, is a gap: nobody knows the way in between. */
const GAP = 2.5
const SHORTEST_GAP_MS = 60_000

/** Where something went: pieces of its way, one a line, without what lies between them. */
export interface Track {
  readonly pieces: readonly (readonly Position[])[]
  readonly positions: number
}

/** Reads a way: as it was stored where that is not too much, else the last position of each bucket. */
export async function readTrack(stretch: Stretch, ask: (query: Readonly<Record<string, string | number>>) => Promise<Readings>): Promise<Track> {
  const bounds = { from: new Date(stretch.from).toISOString(), to: new Date(stretch.to).toISOString(), fields: 'lat,lon' }
  const length = stretch.to - stretch.from
  if (pointsAtOnce(length)) {
    const stored = await ask({ ...bounds, limit: MOST_POINTS })
    if (!stored.truncated) return trackOf(stored.rows)
  }
  const seconds = bucketSeconds(length, POSITIONS)
  return trackOf((await ask({ ...bounds, every: seconds % 86_400 === 0 ? `${seconds / 86_400}d` : `${seconds}s`, fn: 'last' })).rows)
}

/** Whether something can be there: zero is a receiver without a fix, and beyond the poles there is no map. */
export function isFix({ lat, lon }: Position): boolean {
  return (lat !== 0 || lon !== 0) && Math.abs(lat) <= 90 && Math.abs(lon) <= 180
}

/** Makes pieces of rows. */
export function trackOf(rows: Readings['rows']): Track {
  const points = rows.flatMap(({ at, values: { lat, lon } }) => {
    return typeof lat === 'number' && typeof lon === 'number' && isFix({ lat, lon }) ? [{ at: Date.parse(at), lat, lon }] : []
  })
  const distances = points.slice(1).map((point, index) => point.at - (points[index]?.at ?? point.at))
  const usual = distances.toSorted((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0
  const longest = Math.max(GAP * usual, SHORTEST_GAP_MS)
  const pieces: Position[][] = []
  let before: number | undefined
  for (const { at, lat, lon } of points) {
    if (before === undefined || at - before > longest) pieces.push([])
    pieces.at(-1)?.push({ lat, lon })
    before = at
  }
  return { pieces, positions: points.length }
}
