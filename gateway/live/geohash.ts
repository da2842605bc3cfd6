import type { Position } from '../model/reading.ts'

/** The alphabet of geohash: base 32 without a, i, l, o (Niemeyer 2008; https://en.wikipedia.org/wiki/Geohash). */
const ALPHABET = '0123456789bcdefghjkmnpqrstuvwxyz'

/** Whether a position is on Earth: what a broken receiver reports need not be. */
export function isOnEarth({ lat, lon }: Position): boolean {
  return lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180
}

/**
 * The geohash of a position on Earth. Five characters are a cell of about 4.9 by 4.9 km at the equator.
 *
 * Bits are taken by halving, longitude first, the upper half including its lower edge; each five make a character.
 */
export function geohash({ lat, lon }: Position, precision: number): string {
  let south = -90
  let north = 90
  let west = -180
  let east = 180
  let hash = ''
  let bits = 0
  let isLongitude = true
  for (let count = 1; count <= precision * 5; count++) {
    const middle = isLongitude ? (west + east) / 2 : (south + north) / 2
    const upper = (isLongitude ? lon : lat) >= middle
    if (isLongitude) [west, east] = upper ? [middle, east] : [west, middle]
    else [south, north] = upper ? [middle, north] : [south, middle]
    bits = (bits << 1) | (upper ? 1 : 0)
    isLongitude = !isLongitude
    if (count % 5 === 0) {
      hash += ALPHABET.charAt(bits)
      bits = 0
    }
  }
  return hash
}

/** Steps that an offset within a cell is counted in, for each of its sides. */
export const STEPS_OF_CELL = 65_536

/** A cell as its south-west corner and its size, degrees. Exact: all four are multiples of powers of two. */
export interface CellBounds {
  readonly south: number
  readonly west: number
  readonly height: number
  readonly width: number
}

/** The cell that a geohash names. */
export function cellBounds(hash: string): CellBounds {
  let south = -90
  let west = -180
  let height = 180
  let width = 360
  let isLongitude = true
  for (const character of hash) {
    const bits = ALPHABET.indexOf(character)
    for (let bit = 4; bit >= 0; bit--) {
      const upper = (bits >> bit) & 1
      if (isLongitude) {
        width /= 2
        west += upper * width
      } else {
        height /= 2
        south += upper * height
      }
      isLongitude = !isLongitude
    }
  }
  return { south, west, height, width }
}
