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
