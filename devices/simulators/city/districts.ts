import { readFileSync } from 'node:fs'
import type { Position } from '../../../gateway/model/reading.ts'
import { distanceToRing, insideRing, type Plane, type Point, planeAt } from './plane.ts'

/** A district of Shanghai: the largest piece of its outline, which is its mainland. */
export interface District {
  /** As the outlines' source names it. */
  readonly name: string
  /** Its plane's origin: where the source puts its label, which is its built-up middle. */
  readonly centre: Position
  readonly plane: Plane
  /** The outline in metres on its plane. */
  readonly ring: readonly Point[]
  /** Inside, and at least so many metres from the outline. */
  contains(point: Point, marginMetres: number): boolean
}

type Ring = readonly (readonly [number, number])[]
interface Outlines {
  readonly features: readonly {
    readonly properties: { readonly name: string; readonly cp: readonly [number, number] | null }
    readonly geometry:
      | { readonly type: 'Polygon'; readonly coordinates: readonly Ring[] }
      | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly Ring[])[] }
  }[]
}

/** Reads the outlines that stand beside the simulators. Districts the source gives no label point are left out. */
export function loadDistricts(): readonly District[] {
  const outlines: Outlines = JSON.parse(readFileSync(new URL('../data/shanghai_districts.geojson', import.meta.url), 'utf8'))
  const districts: District[] = []
  for (const { properties, geometry } of outlines.features) {
    const outers = geometry.type === 'Polygon' ? geometry.coordinates.slice(0, 1) : geometry.coordinates.flatMap(polygon => polygon.slice(0, 1))
    if (properties.cp) districts.push(district(properties.name, { lon: properties.cp[0], lat: properties.cp[1] }, outers))
  }
  return districts
}

function district(name: string, centre: Position, outers: readonly Ring[]): District {
  const plane = planeAt(centre)
  const rings = outers.map(outer => outer.map(([lon, lat]) => plane.toPoint({ lon, lat })))
  const ring = rings.reduce((largest, candidate) => (area(candidate) > area(largest) ? candidate : largest), [])
  return { name, centre, plane, ring, contains: (point, marginMetres) => insideRing(ring, point) && distanceToRing(ring, point) >= marginMetres }
}

/** By the shoelace formula. */
function area(ring: readonly Point[]): number {
  let twice = 0
  let previous = ring[ring.length - 1]
  for (const current of ring) {
    if (previous) twice += previous.x * current.y - current.x * previous.y
    previous = current
  }
  return Math.abs(twice) / 2
}
