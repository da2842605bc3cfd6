import { describe, expect, it } from 'vitest'
import { countMarks } from '../../dashboard/live/counts.ts'
import type { Mark } from '../../dashboard/live/mark.ts'
import { Marks, stateOf } from '../../dashboard/live/marks.ts'
import { filterTest, NO_FILTER } from '../../dashboard/map/filter.ts'
import { looksOf, UNKNOWN_LOOK } from '../../dashboard/map/looks.ts'
import { MarksDrawing } from '../../dashboard/map/marks-drawing.ts'
import { kinds } from '../../devices/kinds/index.ts'

const CITY = { west: 121, south: 31, east: 122, north: 32 }
const mark = (device: string, more: Partial<Mark> = {}): Mark => ({
  device,
  kind: 'bus',
  org: 'pudong-bus',
  lat: 31.5,
  lon: 121.5,
  at: 0,
  heading: 90,
  flagged: false,
  simulated: true,
  gone: false,
  revision: 1,
  ...more,
})

function drawing(clock: { now: number }, marks: Marks, shows: (one: Mark) => boolean = () => true) {
  const looks = looksOf(['bus', 'worksite'])
  return new MarksDrawing({
    marks,
    look: kind => looks.get(kind) ?? UNKNOWN_LOOK,
    state: one => stateOf(one, 60, clock.now),
    shows,
    drawnAt: ({ lat, lon }) => [lon, lat],
  })
}

describe('drawing marks', () => {
  it('hands over everything once, then only what can be seen to differ', () => {
    const clock = { now: 0 }
    const marks = new Marks({ now: () => clock.now })
    marks.applySnapshot([mark('a'), mark('b', { kind: 'worksite' })], 1, CITY)
    const drawn = drawing(clock, marks)
    expect(drawn.whole().features.map(({ properties }) => properties)).toEqual([
      { device: 'a', kind: 'bus', turn: 90, icon: 'mark:bus:fresh:arrow', state: 'fresh' },
      { device: 'b', kind: 'worksite', turn: 0, icon: 'mark:worksite:fresh', state: 'fresh' },
    ])
    expect(drawn.changes({ degreesPerPixel: 0.001, all: true })).toBeUndefined()
    // A tenth of a pixel: not worth a thing. A hundred pixels: half of them after half the glide.
    marks.applySnapshot([mark('a', { lat: 31.5001, revision: 2 }), mark('b', { kind: 'worksite' })], 2, CITY)
    clock.now = 5_000
    expect(drawn.changes({ degreesPerPixel: 0.001, all: false })).toBeUndefined()
    marks.applySnapshot([mark('a', { lat: 31.5051, revision: 3 }), mark('b', { kind: 'worksite' })], 3, CITY)
    clock.now += 600
    const diff = drawn.changes({ degreesPerPixel: 0.00005, all: false })
    expect(diff?.update).toHaveLength(1)
    expect(diff?.update?.[0]).toMatchObject({ id: 'a', newGeometry: { coordinates: [121.5, expect.closeTo(31.5026, 6)] } })
  })

  it('greys what fell silent, and takes off what is gone', () => {
    const clock = { now: 0 }
    const marks = new Marks({ now: () => clock.now })
    marks.applySnapshot([mark('a'), mark('b')], 1, CITY)
    const drawn = drawing(clock, marks)
    drawn.whole()
    clock.now = 61_000
    expect(drawn.changes({ degreesPerPixel: 0.001, all: false })).toBeUndefined()
    const icon = { key: 'icon', value: 'mark:bus:stale:arrow' }
    expect(drawn.changes({ degreesPerPixel: 0.001, all: true })?.update?.[0]?.addOrUpdateProperties).toEqual([icon, { key: 'state', value: 'stale' }])
    marks.applySnapshot([mark('a')], 2, CITY)
    expect(drawn.changes({ degreesPerPixel: 0.001, all: false })?.remove).toEqual(['b'])
  })

  it('takes off what the filter no longer lets through, and puts it back', () => {
    const marks = new Marks({ now: () => 0 })
    marks.applySnapshot([mark('a'), mark('b')], 1, CITY)
    let hidden = 'b'
    const drawn = drawing({ now: 0 }, marks, ({ device }) => device !== hidden)
    expect(drawn.whole().features.map(({ id }) => id)).toEqual(['a'])
    hidden = 'a'
    const diff = drawn.changes({ degreesPerPixel: 0.001, all: true })
    expect([diff?.remove, diff?.add?.map(({ id }) => id)]).toEqual([['a'], ['b']])
  })

  it('hands over ten thousand changes in parts, and forgets none', () => {
    const marks = new Marks({ now: () => 0 })
    const ids = Array.from({ length: 10_000 }, (_, index) => `bus-${index}`)
    const drawn = drawing({ now: 0 }, marks)
    drawn.whole()
    marks.applySnapshot(
      ids.map(id => mark(id)),
      1,
      CITY,
    )
    const added: unknown[] = []
    for (let step = 0; step < 8; step += 1) {
      const part = drawn.changes({ degreesPerPixel: 0.001, all: false })?.add ?? []
      expect(part.length).toBeLessThanOrEqual(3_000)
      added.push(...part.map(({ id }) => id))
    }
    expect(added).toHaveLength(ids.length)
    expect(new Set(added)).toEqual(new Set(ids))
  })

  it('counts what is in view: all, what the filter lets through, and what can be chosen', () => {
    const all = [mark('a', { route: '71' }), mark('b', { flagged: true, route: '71' }), mark('c', { lat: 40 }), mark('d', { org: 'city-works', at: -1e9 })]
    const filter = filterTest({ ...NO_FILTER, states: ['fresh'], org: 'pudong-bus' }, () => undefined)
    const counts = countMarks(all, {
      view: CITY,
      stateOf: one => stateOf(one, 60, 0),
      ...filter,
      districtOf: ({ device }) => (device === 'a' ? '310115' : undefined),
    })
    expect([counts.present, counts.total, counts.shown]).toEqual([3, 2, 1])
    expect(counts.byKind.get('bus')).toEqual({ fresh: 1, flagged: 1, stale: 0, offline: 0 })
    expect([...counts.orgs]).toEqual([
      ['pudong-bus', 2],
      ['city-works', 1],
    ])
    expect([...counts.routes]).toEqual([['71', 2]])
    expect(counts.byDistrict.get('310115')?.fresh).toBe(1)
    const elsewhere = filterTest({ ...NO_FILTER, district: '310101' }, () => '310115')
    const there = countMarks(all, { view: CITY, stateOf: () => 'fresh', ...elsewhere, districtOf: () => '310115' })
    expect([there.total, there.byDistrict.get('310115')?.fresh]).toEqual([0, 3])
  })

  it('gives every kind a look of its own, also those a city brings along', () => {
    const ids = [...kinds.map(({ id }) => id), 'lamp', 'parking-bay', 'bin', 'bench']
    const shapes = [...looksOf(ids).values()].map(({ arrow, shape, colour, glyph }) => `${arrow ?? shape}${colour}${glyph ?? ''}`)
    expect(new Set(shapes).size).toBe(ids.length)
  })
})
