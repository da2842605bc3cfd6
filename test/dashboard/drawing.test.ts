import { describe, expect, it } from 'vitest'
import { countMarks } from '../../dashboard/live/counts.ts'
import { GLIDE_MS, type Mark } from '../../dashboard/live/mark.ts'
import { Marks, stateOf, visibilityOf } from '../../dashboard/live/marks.ts'
import { filterTest, NO_FILTER } from '../../dashboard/map/filter.ts'
import { looksOf, UNKNOWN_LOOK } from '../../dashboard/map/looks.ts'
import { MarksDrawing, rankOf } from '../../dashboard/map/marks-drawing.ts'
import { MarkBuffer } from '../../dashboard/marks/mark-buffer.ts'
import { worldX, worldY } from '../../dashboard/marks/mercator.ts'
import { SpriteIndex } from '../../dashboard/marks/sprite-atlas.ts'
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

const places = { x: worldX(121.5), y: worldY(31.5) }

function drawing(clock: { now: number }, marks: Marks, shows: (one: Mark) => boolean = () => true) {
  const looks = looksOf(['bus', 'worksite'])
  const buffer = new MarkBuffer(GLIDE_MS)
  const sprites = new SpriteIndex(looks)
  const drawn = new MarksDrawing({
    marks,
    buffer,
    sprites,
    look: kind => looks.get(kind) ?? UNKNOWN_LOOK,
    state: one => stateOf(one, 60, clock.now),
    visibility: one => visibilityOf(one, 60, clock.now),
    shows,
    drawnAt: ({ lat, lon }) => [lon, lat],
  })
  /** Turn, sprite and opacity as the graphics card gets them. */
  const how = (device: string) => {
    const slot = buffer.slotOf(device)
    return slot === undefined ? undefined : Array.from(buffer.data.subarray(slot * 8 + 5, slot * 8 + 8))
  }
  return { drawn, buffer, sprites, how }
}

describe('drawing marks', () => {
  it('hands over everything once, then only what was told of', () => {
    const clock = { now: 0 }
    const marks = new Marks({ now: () => clock.now })
    marks.applySnapshot([mark('a'), mark('b', { kind: 'worksite' })], 1, CITY)
    const { drawn, buffer, sprites, how } = drawing(clock, marks)
    expect(drawn.step(true)).toBe(true)
    expect(how('a')).toEqual([90, sprites.of('bus', 'fresh', true), 1])
    expect(how('b')).toEqual([0, sprites.of('worksite', 'fresh', false), 1])
    expect(drawn.step(true)).toBe(false)
    marks.applySnapshot([mark('a', { lat: 31.505, revision: 3 }), mark('b', { kind: 'worksite', revision: 3 })], 3, CITY)
    expect(drawn.step(false)).toBe(true)
    // Half of the way after half of the glide, and never farther than the fix.
    const distance = (ms: number) => buffer.near(places, 1, ms).find(({ key }) => key === 'a')?.distance ?? Number.NaN
    const way = places.y - worldY(31.505)
    expect(distance(600) / way).toBeCloseTo(0.5, 6)
    expect(distance(5_000) / way).toBeCloseTo(1, 6)
  })

  it('greys what fell silent, and takes off what is gone', () => {
    const clock = { now: 0 }
    const marks = new Marks({ now: () => clock.now })
    marks.applySnapshot([mark('a'), mark('b')], 1, CITY)
    const { drawn, buffer, sprites, how } = drawing(clock, marks)
    drawn.step(false)
    clock.now = 61_000
    expect(drawn.step(false)).toBe(false)
    expect(drawn.step(true)).toBe(true)
    expect(how('a')?.[1]).toBe(sprites.of('bus', 'stale', true))
    marks.applySnapshot([mark('a')], 2, CITY)
    expect(drawn.step(false)).toBe(true)
    expect([...buffer.keys()]).toEqual(['a'])
  })

  it('fades what is silent for more than half the time its kind allows, in a few steps and not below half', () => {
    const clock = { now: 0 }
    const marks = new Marks({ now: () => clock.now })
    marks.applySnapshot([mark('a'), mark('gone', { gone: true })], 1, CITY)
    const { drawn, how } = drawing(clock, marks)
    const seen = new Map<number, number | undefined>()
    let redrawn = 0
    for (clock.now = 0; clock.now <= 70_000; clock.now += 1_000) {
      if (drawn.step(true)) redrawn += 1
      seen.set(clock.now / 1_000, how('a')?.[2])
    }
    expect([0, 30, 60, 61].map(second => seen.get(second)?.toFixed(2))).toEqual(['1.00', '1.00', '0.60', '1.00'])
    const fading = [...seen].filter(([second]) => second <= 60).map(([, opacity]) => opacity ?? 0)
    expect(fading).toEqual(fading.toSorted((a, b) => b - a))
    // Once at first, once a step, and once when it is stale.
    expect(redrawn).toBe(6)
    expect(how('gone')?.[2]).toBe(1)
  })

  it('takes off what the filter no longer lets through, and puts it back', () => {
    const marks = new Marks({ now: () => 0 })
    marks.applySnapshot([mark('a'), mark('b')], 1, CITY)
    let hidden = 'b'
    const { drawn, buffer } = drawing({ now: 0 }, marks, ({ device }) => device !== hidden)
    drawn.step(true)
    expect([...buffer.keys()]).toEqual(['a'])
    hidden = 'a'
    drawn.step(true)
    expect([...buffer.keys()]).toEqual(['b'])
  })

  it('hands over ten thousand changes in parts, and forgets none', () => {
    const marks = new Marks({ now: () => 0 })
    const ids = Array.from({ length: 10_000 }, (_, index) => `bus-${index}`)
    const { drawn, buffer } = drawing({ now: 0 }, marks)
    marks.applySnapshot(
      ids.map(id => mark(id)),
      1,
      CITY,
    )
    for (let before = 0; drawn.step(false); before = buffer.size) expect(buffer.size - before).toBeLessThanOrEqual(3_000)
    expect(new Set(buffer.keys())).toEqual(new Set(ids))
  })

  it('draws what needs an eye above what does not', () => {
    expect(['flagged', 'fresh', 'stale', 'offline'].sort((a, b) => rankOf(a as 'fresh') - rankOf(b as 'fresh'))).toEqual([
      'offline',
      'stale',
      'fresh',
      'flagged',
    ])
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
