import { type Bounds, inside } from '../live/geohash.ts'
import type { LatLon } from './datum.ts'

/** The outlines that come with the dashboard. */
export const DISTRICTS_URL = '/shanghai_districts.geojson'

/** Longitude and latitude, closed: the first place again at the end. */
type Ring = readonly (readonly [number, number])[]

/** A district as the outlines have it. */
export interface District {
  /** GB/T 2260, such as `310115`. */
  readonly id: string
  /** Where its name stands. */
  readonly label: LatLon
  /** Outer rings and holes alike: a place is inside where it lies inside an odd number of them. */
  readonly rings: readonly Ring[]
  readonly bounds: Bounds
}

/** Where the outlines name no place for their label. Chongming is the one without an id there, too. */
const CHONGMING = { id: '310151', label: { lat: 31.63, lon: 121.52 } }
/** Degrees, about 400 m. Cells that no outline crosses lie in one district as a whole: few places are left to be looked up the long way. */
const CELL = 0.004

/** Reads the outlines (GeoJSON polygons with ids and label places in `cp`); what cannot be read is left out. */
export function readDistricts(body: unknown): readonly District[] {
  if (!isRecord(body) || !Array.isArray(body.features)) return []
  return body.features.flatMap((feature: unknown) => {
    if (!isRecord(feature)) return []
    const rings = ringsOf(feature.geometry)
    if (rings.length === 0) return []
    const cp: unknown = isRecord(feature.properties) ? feature.properties.cp : undefined
    const [lon, lat]: unknown[] = Array.isArray(cp) ? cp : []
    const label = typeof lon === 'number' && typeof lat === 'number' ? { lat, lon } : CHONGMING.label
    return [{ id: typeof feature.id === 'string' ? feature.id : CHONGMING.id, label, rings, bounds: boundsOf(rings) }]
  })
}

/** Tells in which district a place lies, fast enough for ten thousand devices a second. */
export class DistrictIndex {
  readonly districts: readonly District[]
  /** Cells an outline crosses. */
  readonly #crossed = new Set<number>()
  /** Of the other cells: the district, once it was asked for. */
  readonly #whole = new Map<number, string | undefined>()

  constructor(districts: readonly District[]) {
    this.districts = districts
    for (const { rings } of districts) for (const ring of rings) this.#cross(ring)
  }

  get(id: string): District | undefined {
    return this.districts.find(district => district.id === id)
  }

  /** The district's id; undefined outside of all. */
  at(place: LatLon): string | undefined {
    const cell = cellKey(Math.floor(place.lon / CELL), Math.floor(place.lat / CELL))
    if (this.#crossed.has(cell)) return this.#find(place)
    if (!this.#whole.has(cell)) this.#whole.set(cell, this.#find(place))
    return this.#whole.get(cell)
  }

  #find(place: LatLon): string | undefined {
    return this.districts.find(({ bounds, rings }) => inside(bounds, place.lat, place.lon) && within(rings, place))?.id
  }

  #cross(ring: Ring): void {
    for (let index = 1; index < ring.length; index += 1) {
      const [from, to] = [ring[index - 1], ring[index]]
      if (!from || !to) continue
      const [west, east] = [Math.min(from[0], to[0]), Math.max(from[0], to[0])]
      const [south, north] = [Math.min(from[1], to[1]), Math.max(from[1], to[1])]
      for (let column = Math.floor(west / CELL); column <= Math.floor(east / CELL); column += 1) {
        for (let row = Math.floor(south / CELL); row <= Math.floor(north / CELL); row += 1) this.#crossed.add(cellKey(column, row))
      }
    }
  }
}

/** Whether a ray from the place to the east crosses the rings an odd number of times (M. Shimrat, Algorithm 112, 1962). */
function within(rings: readonly Ring[], { lat, lon }: LatLon): boolean {
  let odd = false
  for (const ring of rings) {
    let [fromLon, fromLat] = ring[0] ?? [0, 0]
    for (const place of ring) {
      const toLon = place[0]
      const toLat = place[1]
      if (fromLat > lat !== toLat > lat && lon < fromLon + ((lat - fromLat) / (toLat - fromLat)) * (toLon - fromLon)) odd = !odd
      fromLon = toLon
      fromLat = toLat
    }
  }
  return odd
}

function cellKey(column: number, row: number): number {
  return row * 100_000 + column
}

function ringsOf(geometry: unknown): readonly Ring[] {
  if (!isRecord(geometry) || !Array.isArray(geometry.coordinates)) return []
  const polygons: unknown[] = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.type === 'MultiPolygon' ? geometry.coordinates : []
  return polygons.flatMap(polygon => (Array.isArray(polygon) ? polygon.map(ringOf) : [])).filter(ring => ring.length >= 4)
}

function ringOf(ring: unknown): Ring {
  if (!Array.isArray(ring)) return []
  return ring.flatMap((place: unknown): (readonly [number, number])[] => {
    const [lon, lat]: unknown[] = Array.isArray(place) ? place : []
    return typeof lon === 'number' && typeof lat === 'number' ? [[lon, lat]] : []
  })
}

function boundsOf(rings: readonly Ring[]): Bounds {
  const places = rings.flat()
  const [lons, lats] = [places.map(([lon]) => lon), places.map(([, lat]) => lat)]
  return { west: Math.min(...lons), south: Math.min(...lats), east: Math.max(...lons), north: Math.max(...lats) }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
