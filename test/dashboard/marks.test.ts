import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Mark } from '../../dashboard/live/mark.ts'
import { GLIDE_MS, placeOf } from '../../dashboard/live/mark.ts'
import { Marks, stateOf } from '../../dashboard/live/marks.ts'
import type { Tile, TileMark } from '../../dashboard/live/tile-codec.ts'

const TOPIC = 'live/v1/pudong-bus/w/t/w/3/s'
const NEXT_TOPIC = 'live/v1/pudong-bus/w/t/w/3/t'
const CITY = { west: 121, south: 31, east: 122, north: 32 }

const mark = (more: Partial<Mark> = {}): Mark => ({
  device: 'bus-1',
  kind: 'bus',
  org: 'pudong-bus',
  lat: 31.23,
  lon: 121.47,
  at: 1_000,
  flagged: false,
  simulated: false,
  gone: false,
  revision: 1,
  ...more,
})
const tile = (revision: number, told: Partial<TileMark>, more: Partial<Tile> = {}): Tile => ({
  sentAtMs: 10_000,
  revision,
  previousRevision: 0,
  snapshotPart: 0,
  snapshotParts: 0,
  marks: [{ device: 'bus-1', kind: 'bus', lat: 31.23, lon: 121.47, ageMs: 0, gone: false, flagged: false, simulated: false, stale: false, number: 0, ...told }],
  moves: [],
  ...more,
})

describe('marks', () => {
  let now: number
  let marks: Marks
  beforeEach(() => {
    now = 0
    marks = new Marks({ now: () => now })
    marks.applySnapshot([mark({ name: '沪A-1' })], 1, CITY)
    marks.takeChanges()
  })

  it('glide from where they are drawn to the newest fix, and stop there', () => {
    marks.applyTile(TOPIC, tile(2, { lat: 31.231 }))
    now = GLIDE_MS / 2
    expect(marks.place('bus-1')?.lat).toBeCloseTo(31.2305, 6)
    marks.applyTile(TOPIC, tile(3, { lat: 31.232, ageMs: -1_000 }))
    expect(marks.place('bus-1')?.lat).toBeCloseTo(31.2305, 6)
    now += GLIDE_MS * 10
    expect(marks.place('bus-1')).toEqual({ lat: 31.232, lon: 121.47, arrived: true })
    expect(marks.glide('bus-1')).toBeUndefined()
  })

  it('are never drawn beyond the way between two fixes', () => {
    const degree = fc.double({ min: -0.005, max: 0.005, noNaN: true })
    fc.assert(
      fc.property(degree, degree, fc.double({ min: -1e6, max: 1e9, noNaN: true }), (fromLat, toLat, at) => {
        const { lat } = placeOf(mark({ lat: toLat }), { fromLat, fromLon: 121.47, startMs: 0 }, at)
        expect(lat).toBeGreaterThanOrEqual(Math.min(fromLat, toLat) - 1e-12)
        expect(lat).toBeLessThanOrEqual(Math.max(fromLat, toLat) + 1e-12)
      }),
    )
  })

  it('leap where a glide would fly across the city', () => {
    marks.applyTile(TOPIC, tile(2, { lat: 31.5 }))
    expect(marks.place('bus-1')).toMatchObject({ lat: 31.5, arrived: true })
  })

  it('keep their name, and the newest fix when an older one comes late', () => {
    marks.applyTile(TOPIC, tile(2, { lat: 31.231 }))
    marks.applyTile(TOPIC, tile(3, { lat: 31.2, ageMs: 60_000 }))
    expect(marks.get('bus-1')).toMatchObject({ lat: 31.231, name: '沪A-1' })
  })

  it('are taken off when their cell lets them go and no other has them a moment later', () => {
    marks.applyTile(TOPIC, tile(2, { gone: true }))
    now = 1_000
    marks.sweep()
    expect(marks.size).toBe(1)
    now = 5_000
    marks.sweep()
    expect(marks.size).toBe(0)
    expect([...marks.takeChanges().removed]).toEqual(['bus-1'])
  })

  it('stay when they only crossed into the next cell, whichever cell tells first', () => {
    marks.applyTile(TOPIC, tile(2, { gone: true }))
    marks.applyTile(NEXT_TOPIC, tile(2, { lat: 31.2305 }))
    now = 5_000
    marks.sweep()
    expect(marks.size).toBe(1)
    marks.applyTile(TOPIC, tile(3, { lat: 31.23, ageMs: -1_000 }))
    marks.applyTile(NEXT_TOPIC, tile(3, { gone: true }))
    now = 10_000
    marks.sweep()
    expect(marks.size).toBe(1)
  })

  it('that a snapshot does not know are taken off, but not those a later tile told of', () => {
    marks.applyTile(TOPIC, tile(7, { device: 'bus-2' }))
    marks.applySnapshot([], 6, CITY)
    expect([...marks.all()].map(({ device }) => device)).toEqual(['bus-2'])
  })

  it('outside a snapshot’s rectangle are dropped with it', () => {
    marks.applyTile(TOPIC, tile(7, { device: 'bus-2', lat: 40 }))
    marks.applySnapshot([mark()], 6, CITY)
    expect([...marks.all()].map(({ device }) => device)).toEqual(['bus-1'])
  })

  it('take a snapshot of a gateway that began to count anew', () => {
    marks.applyTile(TOPIC, tile(900, { lat: 31.231 }))
    marks.beginAnew()
    marks.applySnapshot([mark({ lat: 31.24, revision: 2 })], 2, CITY)
    expect(marks.get('bus-1')?.lat).toBe(31.24)
  })

  it('are offline after a day of silence; what reports rarely, after twice its time', () => {
    const day = 86_400
    expect(stateOf(mark({ at: 0 }), 60, day * 1_000)).toBe('stale')
    expect(stateOf(mark({ at: 0 }), 60, day * 1_000 + 1)).toBe('offline')
    expect(stateOf(mark({ at: 0 }), 2 * day, 3 * day * 1_000)).toBe('stale')
    expect(stateOf(mark({ at: 0 }), 2 * day, 4 * day * 1_000 + 1)).toBe('offline')
  })

  it('belong to the organisation their topic names, and keep the route a snapshot told', () => {
    marks.applySnapshot([mark({ route: '71', revision: 2 })], 2, CITY)
    marks.applyTile(TOPIC, tile(3, { lat: 31.231, ageMs: -1_000 }))
    marks.applyTile(TOPIC, tile(3, { device: 'bus-2' }))
    expect(marks.get('bus-1')).toMatchObject({ org: 'pudong-bus', route: '71' })
    expect(marks.get('bus-2')).toMatchObject({ org: 'pudong-bus' })
  })

  it('are stale after their kind’s time, flagged before', () => {
    expect(stateOf(mark({ at: 0 }), 60, 60_000)).toBe('fresh')
    expect(stateOf(mark({ at: 0, gone: true }), 60, 60_000)).toBe('offline')
    expect(stateOf(mark({ at: 0, flagged: true }), 60, 60_000)).toBe('flagged')
    expect(stateOf(mark({ at: 0, flagged: true }), 60, 60_001)).toBe('stale')
  })
})
