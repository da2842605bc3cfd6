import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeMapFormat } from '../../../dashboard/map/map-format.ts'
import { areaSquareMetres, distanceMetres, lengthMetres } from '../../../dashboard/map/measure-geometry.ts'

const place = fc.record({ lat: fc.double({ min: -85, max: 85, noNaN: true }), lon: fc.double({ min: -180, max: 180, noNaN: true }) })

describe('measuring', () => {
  // On the WGS-84 ellipsoid (GeographicLib); the sphere is within half a percent.
  it.each([
    ['a degree along the equator', { lat: 0, lon: 0 }, { lat: 0, lon: 1 }, 111_319.5],
    ['a degree of latitude at 45°', { lat: 44.5, lon: 9 }, { lat: 45.5, lon: 9 }, 111_131.8],
    ['Shanghai to Beijing', { lat: 31.2304, lon: 121.4737 }, { lat: 39.9042, lon: 116.4074 }, 1_066_500],
  ])('%s', (_, from, to, metres) => {
    expect(Math.abs(distanceMetres(from, to) / metres - 1)).toBeLessThan(0.005)
  })

  it('is the same there and back, never less than nothing, and nothing from a place to itself', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        expect(distanceMetres(a, a)).toBe(0)
        expect(distanceMetres(a, b)).toBeGreaterThanOrEqual(0)
        expect(distanceMetres(a, b)).toBeCloseTo(distanceMetres(b, a), 3)
      }),
    )
  })

  it('of a line is the sum of its legs', () => {
    const [a, b, c] = [
      { lat: 31, lon: 121 },
      { lat: 31.1, lon: 121 },
      { lat: 31.1, lon: 121.2 },
    ]
    expect(lengthMetres([a, b, c])).toBeCloseTo(distanceMetres(a, b) + distanceMetres(b, c), 6)
    expect([lengthMetres([]), lengthMetres([a])]).toEqual([0, 0])
  })

  it('of a square kilometre is a square kilometre, whichever way round and wherever it begins', () => {
    const lat = 1_000 / 111_195.1
    const lon = lat / Math.cos((31.2 * Math.PI) / 180)
    const square = [
      { lat: 31.2 - lat / 2, lon: 121.4 },
      { lat: 31.2 - lat / 2, lon: 121.4 + lon },
      { lat: 31.2 + lat / 2, lon: 121.4 + lon },
      { lat: 31.2 + lat / 2, lon: 121.4 },
    ]
    expect(areaSquareMetres(square) / 1e6).toBeCloseTo(1, 3)
    expect(areaSquareMetres([...square].reverse())).toBeCloseTo(areaSquareMetres(square), 3)
    expect(areaSquareMetres([...square.slice(2), ...square.slice(0, 2)])).toBeCloseTo(areaSquareMetres(square), 3)
    expect(areaSquareMetres(square.slice(0, 2))).toBe(0)
  })

  it('is written in metres, then in kilometres', () => {
    const { metres, squareMetres, longDay } = makeMapFormat('en', 'Asia/Shanghai')
    expect([metres(0), metres(999.4), metres(1_234.5)]).toEqual(['0 m', '999 m', '1.235 km'])
    expect([squareMetres(12.3), squareMetres(99_999), squareMetres(1_234_567)]).toEqual(['12 m²', '99,999 m²', '1.235 km²'])
    // Half past eight in the evening in London is the next day in Shanghai.
    expect(longDay(Date.UTC(2026, 4, 1, 20, 30))).toMatch(/Saturday.*2/)
  })
})
