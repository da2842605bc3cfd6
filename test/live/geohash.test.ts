import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { geohash, isOnEarth } from '../../gateway/live/geohash.ts'

/** Known from elsewhere, one in each quadrant at least. */
const known = [
  ['ezs42', 42.605, -5.603, 'https://en.wikipedia.org/wiki/Geohash, the worked example'],
  ['u4pruydqqvj', 57.64911, 10.40744, 'https://en.wikipedia.org/wiki/Geohash, near the tip of Jutland'],
  ['dpmuj4b3q7nq8', 41.499713, -81.693716, 'geohash.org, Cleveland; in the tests of geopy'],
  ['te7u1yh1zupbc', 19.017656, 72.856178, 'geohash.org, Mumbai; in the tests of geopy'],
  ['qd66hqtwkcdjy', -31.9554, 115.85859, 'geohash.org, Perth; in the tests of geopy'],
  ['69y7nejgf03k0', -34.611781, -58.417309, 'geohash.org, Buenos Aires; in the tests of geopy'],
  ['6gkzwgjz', -25.38262, -49.26561, 'Curitiba; in the tests of latlon-geohash'],
  ['ww8p1r4t8', 37.8324, 112.5584, 'README of node-geohash'],
  ['wtw3yp71rm', 31.2851847116, 121.5571761131, 'Shanghai; in the tests of wilsonjwz/gotil'],
  ['s00000000', 0, 0, 'the upper half of both ranges includes its lower edge'],
  ['000000000', -90, -180, 'the south-western corner'],
  ['zzzzzzzzz', 90, 180, 'the north-eastern corner belongs to the last cell'],
] as const

describe('geohash', () => {
  it.each(known)('%s is %d, %d (%s)', (hash, lat, lon) => {
    expect(geohash({ lat, lon }, hash.length)).toBe(hash)
  })

  it('is a prefix of the geohash of more characters, and its cell holds the position', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -90, max: 90, noNaN: true }),
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.integer({ min: 1, max: 12 }),
        (lat, lon, precision) => {
          const hash = geohash({ lat, lon }, precision)
          expect(hash).toMatch(/^[0-9bcdefghjkmnpqrstuvwxyz]+$/)
          expect(geohash({ lat, lon }, 12).startsWith(hash)).toBe(true)
          const { south, north, west, east } = cellOf(hash)
          expect(lat >= south && lat <= north && lon >= west && lon <= east).toBe(true)
        },
      ),
    )
  })
})

it.each([
  [31, 121, true],
  [90, -180, true],
  [90.0001, 0, false],
  [0, 180.5, false],
  [Number.NaN, 0, false],
  [0, Number.POSITIVE_INFINITY, false],
])('a position at %d, %d is on Earth: %s', (lat, lon, expected) => {
  expect(isOnEarth({ lat, lon })).toBe(expected)
})

/** The cell by arithmetic on whole numbers, another way than the encoder's halving. */
function cellOf(hash: string): { south: number; north: number; west: number; east: number } {
  const bits = Array.from(hash, character => '0123456789bcdefghjkmnpqrstuvwxyz'.indexOf(character).toString(2).padStart(5, '0')).join('')
  const pick = (parity: number): string =>
    Array.from(bits)
      .filter((_, index) => index % 2 === parity)
      .join('')
  const [lon, lat] = [pick(0), pick(1)]
  const [lonStep, latStep] = [360 / 2 ** lon.length, 180 / 2 ** lat.length]
  const west = -180 + Number.parseInt(lon || '0', 2) * lonStep
  const south = -90 + Number.parseInt(lat || '0', 2) * latStep
  return { south, north: south + latStep, west, east: west + lonStep }
}
