import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sumOf } from '../../../dashboard/live/counts.ts'
import type { Mark, MarkState } from '../../../dashboard/live/mark.ts'
import { type CrowdMark, farCrowds, membersOf, piles, worstOf } from '../../../dashboard/map/crowds.ts'

const one = (device: string, lat: number, lon: number, more: Partial<Mark> = {}, state: MarkState = 'fresh'): CrowdMark => ({
  state,
  mark: { device, kind: 'bus', org: 'pudong-bus', lat, lon, at: 0, flagged: false, simulated: false, gone: false, revision: 1, ...more },
})
const at = (count: number, lat: number, lon: number) => Array.from({ length: count }, (_, index) => one(`d-${index}`, lat, lon))

describe('crowds', () => {
  it('hold every mark once, whatever the places and the zoom', () => {
    const place = fc.tuple(fc.double({ min: -89, max: 89, noNaN: true }), fc.double({ min: -180, max: 180, noNaN: true }))
    fc.assert(
      fc.property(fc.array(place, { maxLength: 200 }), fc.double({ min: 4, max: 9, noNaN: true }), (places, zoom) => {
        const crowds = farCrowds(
          places.map(([lat, lon], index) => one(`d-${index}`, lat, lon)),
          zoom,
        )
        expect(crowds.reduce((sum, { count }) => sum + count, 0)).toBe(places.length)
        for (const { count, states, kinds } of crowds) expect([sumOf(states), kinds.get('bus')]).toEqual([count, count])
        expect(new Set(crowds.map(({ key }) => key)).size).toBe(crowds.length)
      }),
    )
  })

  it('count kinds and states, lie in the middle of their marks, and show the state that needs an eye most', () => {
    const [crowd] = farCrowds([one('a', 31.2, 121.4), one('b', 31.21, 121.41, { kind: 'worksite' }, 'flagged'), one('c', 31.22, 121.42, {}, 'stale')], 6)
    expect(crowd).toMatchObject({ count: 3, lat: expect.closeTo(31.21, 6), lon: expect.closeTo(121.41, 6) })
    expect(Object.fromEntries(crowd?.kinds ?? [])).toEqual({ bus: 2, worksite: 1 })
    expect(crowd && worstOf(crowd.states)).toBe('flagged')
    expect(worstOf({ fresh: 3, flagged: 0, stale: 1, offline: 4 })).toBe('stale')
    expect(worstOf({ fresh: 3, flagged: 0, stale: 0, offline: 4 })).toBe('fresh')
  })

  it('of one city stand apart, and two cities are never one', () => {
    const places = Array.from({ length: 4_000 }, (_, index) => one(`d-${index}`, 31 + (index % 61) / 61, 121 + (index % 67) / 67))
    const crowds = farCrowds([...places, one('far', 39.9, 116.4)], 8)
    const pixels = (lon: number, lat: number) => {
      const sine = Math.sin((lat * Math.PI) / 180)
      return { x: ((lon + 180) / 360) * 512 * 2 ** 8, y: (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 512 * 2 ** 8 }
    }
    expect(crowds.length).toBeGreaterThan(10)
    expect(crowds.find(({ lat }) => lat > 35)?.count).toBe(1)
    for (const a of crowds) {
      for (const b of crowds) {
        if (a === b) continue
        const [from, to] = [pixels(a.lon, a.lat), pixels(b.lon, b.lat)]
        expect(Math.hypot(from.x - to.x, from.y - to.y)).toBeGreaterThan(20)
      }
    }
  })

  it('on one spot hold ten thousand, and leave alone what stands beside', () => {
    const { crowds, members } = piles([...at(10_000, 31.2, 121.4), one('beside', 31.2001, 121.4)])
    expect(crowds.map(({ count }) => count)).toEqual([10_000])
    expect([members.size, members.has('beside')]).toEqual([10_000, false])
  })

  it('of a few on one spot are none', () => {
    expect(piles(at(7, 31.2, 121.4)).crowds).toEqual([])
  })

  it('tell who stands there', () => {
    const marks = [...at(8, 31.2, 121.4), one('beside', 31.2001, 121.4)]
    const [crowd] = piles(marks).crowds
    expect(crowd && membersOf(crowd, marks)).toHaveLength(8)
  })
})
