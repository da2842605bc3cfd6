import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellSize, cover, geohash, inside } from '../../dashboard/live/geohash.ts'

describe('geohash', () => {
  // Known places: the Wikipedia article's example and the one of geohash.org.
  it.each([
    [57.64911, 10.40744, 'u4pruydqqvj'],
    [42.605, -5.603, 'ezs42'],
    [31.2304, 121.4737, 'wtw3s'],
  ])('%f %f is %s', (lat, lon, hash) => {
    expect(geohash(lat, lon, hash.length)).toBe(hash)
  })

  // Whole millionths of a degree, as devices send them.
  const micro = (min: number, max: number) => fc.integer({ min: min * 1e6, max: max * 1e6 }).map(value => value / 1e6)
  const view = fc
    .record({ west: micro(-180, 179), south: micro(-85, 84), width: micro(0.0001, 60), height: micro(0.0001, 40) })
    .map(({ west, south, width, height }) => ({ west, south, east: Math.min(180, west + width), north: Math.min(90, south + height) }))

  it('a cover has no more cells than asked, and holds every place of the view', () => {
    fc.assert(
      fc.property(view, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (bounds, x, y) => {
        const { cells, bounds: covered } = cover(bounds, 32, 5)
        expect(cells.length).toBeLessThanOrEqual(32)
        const lat = bounds.south + y * (bounds.north - bounds.south)
        const lon = bounds.west + x * (bounds.east - bounds.west)
        const [first = ''] = cells
        expect(cells).toContain(geohash(lat, lon, first.length))
        expect(inside(covered, lat, lon)).toBe(true)
      }),
    )
  })

  it('Shanghai on one screen takes more than one cell, a street takes the finest ones', () => {
    expect(cover({ west: 121.2, south: 31.0, east: 121.8, north: 31.4 }, 32, 5).cells[0]).toHaveLength(4)
    expect(cover({ west: 121.47, south: 31.22, east: 121.48, north: 31.23 }, 32, 5).cells).toEqual(['wtw3s'])
    expect(cellSize(5).width).toBeCloseTo(0.0439, 3)
  })
})
