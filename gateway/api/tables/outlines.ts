import { z } from 'zod'
import type { Districts } from '../../model/district.ts'
import type { Position } from '../../model/reading.ts'

const ring = z.array(z.tuple([z.number(), z.number()]))
const outlines = z.object({
  features: z.array(
    z.object({
      // Chongming is the one without an id in the outlines that come along: 310151 (GB/T 2260).
      id: z
        .union([z.string(), z.number()])
        .nullish()
        .transform(id => String(id ?? '310151')),
      properties: z.object({ name: z.string() }),
      geometry: z.discriminatedUnion('type', [
        z.object({ type: z.literal('Polygon'), coordinates: z.array(ring) }),
        z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(ring)) }),
      ]),
    }),
  ),
})

type Ring = readonly (readonly [number, number])[]

interface Outline {
  readonly id: string
  /** Each the outline and its holes. */
  readonly polygons: readonly (readonly Ring[])[]
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}

/** Districts by their outlines in GeoJSON (RFC 7946): a feature each, with an id and a name. Undefined for what is none. */
export function readDistricts(json: unknown): Districts | undefined {
  const read = outlines.safeParse(json)
  if (!read.success) return undefined
  const { features } = read.data
  const all = features.map(({ id, geometry }) => outlineOf(id, geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates))
  return {
    at: position => all.find(outline => isInside(outline, position))?.id,
    names: new Map(features.map(({ id, properties }) => [id, properties.name])),
  }
}

function outlineOf(id: string, polygons: readonly (readonly Ring[])[]): Outline {
  const points = polygons.flat(2)
  const lons = points.map(([lon]) => lon)
  const lats = points.map(([, lat]) => lat)
  return { id, polygons, west: Math.min(...lons), south: Math.min(...lats), east: Math.max(...lons), north: Math.max(...lats) }
}

function isInside({ polygons, west, south, east, north }: Outline, position: Position): boolean {
  const { lat, lon } = position
  if (lon < west || lon > east || lat < south || lat > north) return false
  return polygons.some(([outer, ...holes]) => outer !== undefined && surrounds(outer, position) && !holes.some(hole => surrounds(hole, position)))
}

/** By how often a ray to the east crosses the ring (E. Haines, "Point in Polygon Strategies", Graphics Gems IV, 1994). */
function surrounds(ring: Ring, { lat, lon }: Position): boolean {
  let inside = false
  let [beforeLon, beforeLat] = ring.at(-1) ?? [0, 0]
  for (const [nextLon, nextLat] of ring) {
    if (nextLat > lat !== beforeLat > lat && lon < ((beforeLon - nextLon) * (lat - nextLat)) / (beforeLat - nextLat) + nextLon) inside = !inside
    beforeLon = nextLon
    beforeLat = nextLat
  }
  return inside
}
