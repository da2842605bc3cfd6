import type { Position } from '../../../gateway/model/reading.ts'

/** A point in metres, east and north of the plane's origin. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** Metres per degree of latitude, on a sphere of 6,371 km: good to half a percent, which simulated streets do not notice. */
const METRES_PER_DEGREE = 111_195

/** A flat piece of the world around an origin: good for a city. */
export interface Plane {
  toPoint(position: Position): Point
  toPosition(point: Point): Position
}

/** A plane that touches the globe at the origin (equirectangular). */
export function planeAt(origin: Position): Plane {
  const perLon = METRES_PER_DEGREE * Math.cos((origin.lat * Math.PI) / 180)
  return {
    toPoint: position => ({ x: (position.lon - origin.lon) * perLon, y: (position.lat - origin.lat) * METRES_PER_DEGREE }),
    toPosition: point => ({ lat: origin.lat + point.y / METRES_PER_DEGREE, lon: origin.lon + point.x / perLon }),
  }
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y)
}

/** Whether a point lies inside a ring, by crossings of a ray to the east (even–odd rule). */
export function insideRing(ring: readonly Point[], point: Point): boolean {
  let inside = false
  let previous = ring[ring.length - 1]
  for (const current of ring) {
    if (previous && current.y > point.y !== previous.y > point.y) {
      const crossing = previous.x + ((point.y - previous.y) / (current.y - previous.y)) * (current.x - previous.x)
      if (point.x < crossing) inside = !inside
    }
    previous = current
  }
  return inside
}

/** Metres from a point to the nearest edge of a ring. */
export function distanceToRing(ring: readonly Point[], point: Point): number {
  let nearest = Number.POSITIVE_INFINITY
  let previous = ring[ring.length - 1]
  for (const current of ring) {
    if (previous) nearest = Math.min(nearest, distanceToSegment(previous, current, point))
    previous = current
  }
  return nearest
}

function distanceToSegment(a: Point, b: Point, point: Point): number {
  const dx = b.x - a.x
  const dy = b.y - a.y
  const squared = dx * dx + dy * dy
  const along = squared === 0 ? 0 : Math.max(0, Math.min(1, ((point.x - a.x) * dx + (point.y - a.y) * dy) / squared))
  return Math.hypot(point.x - a.x - along * dx, point.y - a.y - along * dy)
}
