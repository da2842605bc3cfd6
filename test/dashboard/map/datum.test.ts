import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { datumShift } from '../../../dashboard/map/datum.ts'

/** Metres between two places that are near to one another. */
function metres(a: { lat: number; lon: number }, b: { lat: number; lon: number }): number {
  return Math.hypot((a.lat - b.lat) * 110_574, (a.lon - b.lon) * 111_320 * Math.cos((a.lat / 180) * Math.PI))
}

describe('base maps in other datums', () => {
  // WGS-84, GCJ-02 and BD-09 of the same place: known answers of independent implementations (wandergis/coordtransform, googollee/eviltransform).
  it.each([
    ['gcj02', { lat: 39.915, lon: 116.404 }, { lat: 39.91640428150164, lon: 116.41024449916938 }],
    ['gcj02', { lat: 31.1774276, lon: 121.5272106 }, { lat: 31.17530398364597, lon: 121.531541859215 }],
    ['gcj02', { lat: 22.543847, lon: 113.912316 }, { lat: 22.540796131694766, lon: 113.9171764808363 }],
    ['bd09', { lat: 39.915, lon: 116.404 }, { lat: 39.9227, lon: 116.41663 }],
  ] as const)('%s: places stand where the map has them', (datum, wgs84, expected) => {
    expect(metres(datumShift(datum).toMap(wgs84), expected)).toBeLessThan(2)
  })

  it('are some hundred metres off in Shanghai', () => {
    const bund = { lat: 31.2397, lon: 121.4905 }
    expect(metres(datumShift('gcj02').toMap(bund), bund)).toBeGreaterThan(300)
    expect(metres(datumShift('bd09').toMap(bund), bund)).toBeGreaterThan(800)
    expect(datumShift('wgs84').toMap(bund)).toEqual(bund)
  })

  it('leave alone what is not in China', () => {
    for (const place of [
      { lat: 0, lon: 0 },
      { lat: 48.137, lon: 11.575 },
    ]) {
      expect(datumShift('gcj02').toMap(place)).toEqual(place)
    }
  })

  it('give back the place they were given, to a decimetre, and always come to an end', () => {
    const lat = fc.double({ min: -60, max: 80, noNaN: true })
    const lon = fc.double({ min: -180, max: 180, noNaN: true })
    const china = fc.record({ lat: fc.double({ min: 18, max: 53, noNaN: true }), lon: fc.double({ min: 74, max: 135, noNaN: true }) })
    for (const datum of ['gcj02', 'bd09'] as const) {
      const { toMap, fromMap } = datumShift(datum)
      fc.assert(fc.property(china, place => metres(fromMap(toMap(place)), place) < 0.1))
      fc.assert(fc.property(fc.record({ lat, lon }), place => Number.isFinite(fromMap(place).lat)))
    }
    // At the edge of the shifted area there may be no way back; there is an answer all the same.
    expect(Number.isFinite(datumShift('gcj02').fromMap({ lat: 30, lon: 72.0041 }).lon)).toBe(true)
  })
})
