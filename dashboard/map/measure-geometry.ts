import type { LatLon } from './datum.ts'

/** Mean radius of the Earth in metres (IUGG, R1). On this sphere lengths are within half a percent of those on the WGS-84 ellipsoid. */
const RADIUS = 6_371_008.8

/** Metres along the great circle (haversine). */
export function distanceMetres(from: LatLon, to: LatLon): number {
  const north = radians(to.lat - from.lat)
  const east = radians(to.lon - from.lon)
  const half = Math.sin(north / 2) ** 2 + Math.cos(radians(from.lat)) * Math.cos(radians(to.lat)) * Math.sin(east / 2) ** 2
  return 2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(half)))
}

/** Metres along a line of places. */
export function lengthMetres(places: readonly LatLon[]): number {
  return places.reduce((sum, place, index) => {
    const before = places[index - 1]
    return before ? sum + distanceMetres(before, place) : sum
  }, 0)
}

/** Square metres inside a ring of places, the last joined to the first (R. Chamberlain and W. Duquette, Some Algorithms for Polygons on a Sphere, JPL 2007). Nothing below three places. */
export function areaSquareMetres(places: readonly LatLon[]): number {
  if (places.length < 3) return 0
  let sum = 0
  places.forEach((place, index) => {
    const next = places[(index + 1) % places.length] ?? place
    sum += radians(next.lon - place.lon) * (2 + Math.sin(radians(place.lat)) + Math.sin(radians(next.lat)))
  })
  return Math.abs((sum * RADIUS * RADIUS) / 2)
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180
}
