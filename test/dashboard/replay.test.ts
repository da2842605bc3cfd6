import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptySpot, fixBefore, placeAt } from '../../dashboard/replay/motion.ts'
import { stopsOf } from '../../dashboard/replay/stops.ts'
import { joinParts, LEAP, metres, numberAt, SILENCE, type Track } from '../../dashboard/replay/track.ts'
import { PartReader, type TracksPart } from '../../dashboard/replay/track-codec.ts'
import { TrackBuilder } from '../../gateway/api/tracks/track-builder.ts'
import { loadTrackCodec } from '../../gateway/api/tracks/track-codec.ts'
import type { SeriesRow } from '../../gateway/model/series.ts'

const T0 = Date.parse('2026-07-31T00:00:00Z')
const STALE_S = 60
const of = { device: 'bus-1', kind: 'bus', org: 'pudong', name: '21 路', staleAfterS: STALE_S }
const codec = await loadTrackCodec()

/** Rows of a day: steps of time, some of them silences, and of place, some of them leaps. */
const drive = fc
  .array(
    fc.record({
      afterMs: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 30_000 }) }, { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 7_200_000 }) }),
      north: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -400, max: 400 }) }, { weight: 1, arbitrary: fc.integer({ min: -9e6, max: 9e6 }) }),
      east: fc.integer({ min: -400, max: 400 }),
      speed: fc.option(fc.integer({ min: 0, max: 1_500 }), { nil: undefined }),
      heading: fc.option(fc.integer({ min: 0, max: 359 }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map(steps => {
    let at = T0
    let [lat, lon] = [31_200_000, 121_500_000]
    return steps.map(({ afterMs, north, east, speed, heading }): SeriesRow => {
      at += afterMs
      lat = Math.max(-9e7, Math.min(9e7, lat + north))
      lon += east
      return { at, values: { lat: lat / 1e6, lon: lon / 1e6, ...(speed !== undefined && { speed: speed / 10 }), ...(heading !== undefined && { heading }) } }
    })
  })

/** What the gateway sends of rows, taken in pages, and the page reads back from chunks. */
function travelled(rows: readonly SeriesRow[], options: { readonly stepMs?: number; readonly page?: number; readonly chunk?: number } = {}): Track {
  const { stepMs = 0, page = 1_000, chunk = 64 } = options
  const builder = new TrackBuilder(of, { stepMs, eventFields: [] })
  const bytes: number[] = []
  for (let from = 0; from < rows.length; from += page) {
    for (const row of rows.slice(from, from + page)) builder.add(row)
    const part = builder.take(from + page >= rows.length)
    if (part) bytes.push(...codec.encode({ track: part }))
  }
  const parts = read(Uint8Array.from(bytes), chunk)
  return joinParts(parts.flatMap(part => (part.type === 'track' ? [part.track] : [])))
}

function read(bytes: Uint8Array, chunk: number): TracksPart[] {
  const reader = new PartReader()
  const parts: TracksPart[] = []
  for (let from = 0; from < bytes.length; from += chunk) parts.push(...reader.read(bytes.subarray(from, from + chunk)))
  expect(reader.unfinished).toBe(false)
  return parts
}

describe('a track on its way', () => {
  it('arrives as it was, whatever pages and chunks it was cut into', () => {
    fc.assert(
      fc.property(drive, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 200 }), (rows, page, chunk) => {
        const track = travelled(rows, { page, chunk })
        expect([...track.at]).toEqual(rows.map(row => row.at))
        expect([...track.lat].map(lat => Math.round(lat * 1e6))).toEqual(rows.map(row => Math.round(Number(row.values.lat) * 1e6)))
        expect([...track.speed].map(speed => (Number.isNaN(speed) ? undefined : Math.round(speed * 10)))).toEqual(
          rows.map(row => (row.values.speed === undefined ? undefined : Math.round(Number(row.values.speed) * 10))),
        )
        expect([...track.heading].map(heading => (Number.isNaN(heading) ? undefined : heading))).toEqual(rows.map(row => row.values.heading))
        const silences = rows.map((row, index) => index > 0 && row.at - (rows[index - 1]?.at ?? 0) > STALE_S * 1000)
        expect([...track.breaks].map(kind => kind === SILENCE)).toEqual(silences)
      }),
    )
  })

  it('thinned, keeps both sides of every silence and counts what it leaves out', () => {
    fc.assert(
      fc.property(drive, fc.integer({ min: 1_000, max: 600_000 }), (rows, stepMs) => {
        const track = travelled(rows, { stepMs, page: 7 })
        const whole = travelled(rows)
        const kept = new Set(track.at)
        expect(track.size + track.leftOut).toBe(rows.length)
        expect([...track.at].filter((_, index) => track.breaks[index] === SILENCE)).toEqual([...whole.at].filter((_, index) => whole.breaks[index] === SILENCE))
        for (let index = 0; index < whole.size; index++) {
          if (whole.breaks[index] !== SILENCE) continue
          expect(kept.has(numberAt(whole.at, index - 1)) && kept.has(numberAt(whole.at, index))).toBe(true)
        }
        expect([track.at[0], track.at.at(-1)]).toEqual([whole.at[0], whole.at.at(-1)])
      }),
    )
  })

  it('is refused when its bytes are none', () => {
    const bytes = codec.encode({ head: { fromMs: T0, toMs: T0 + 1, devices: 3, stepMs: 0 } })
    expect(read(bytes, 1)).toEqual([{ type: 'head', head: { fromMs: T0, toMs: T0 + 1, devices: 3, stepMs: 0 } }])
    expect(() => [...new PartReader().read(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f))]).toThrow(RangeError)
    const cut = new PartReader()
    expect([...cut.read(bytes.subarray(0, -1))]).toEqual([])
    expect(cut.unfinished).toBe(true)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), junk => {
        try {
          for (const part of new PartReader().read(junk)) expect(part.type).toMatch(/head|track|end/)
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
      }),
    )
  })
})

describe('a place of the past', () => {
  it('lies between the two fixes around the moment, and across a silence or a leap nowhere but at the fix before', () => {
    fc.assert(
      fc.property(drive, fc.double({ min: -0.1, max: 1.1, noNaN: true }), fc.integer({ min: 0, max: 60 }), (rows, share, near) => {
        const track = travelled(rows)
        const [first, last] = [numberAt(track.at, 0), numberAt(track.at, track.size - 1)]
        const at = first + (last - first + 1_000) * share
        const index = fixBefore(track, at, near)
        const spot = emptySpot()
        expect(placeAt(track, at, index, spot)).toBe(at >= first)
        if (at < first) return
        expect(numberAt(track.at, index)).toBeLessThanOrEqual(at)
        if (index + 1 < track.size) expect(numberAt(track.at, index + 1)).toBeGreaterThan(at)
        const joined = index + 1 < track.size && track.breaks[index + 1] === 0
        for (const column of ['lat', 'lon'] as const) {
          const ends = [numberAt(track[column], index), numberAt(track[column], joined ? index + 1 : index)]
          expect(spot[column]).toBeGreaterThanOrEqual(Math.min(...ends) - 1e-12)
          expect(spot[column]).toBeLessThanOrEqual(Math.max(...ends) + 1e-12)
        }
        const silent = at - numberAt(track.at, index) > track.staleAfterMs && (index + 1 >= track.size || track.breaks[index + 1] === SILENCE)
        expect(spot.silent).toBe(silent)
      }),
    )
  })

  it('is found the same from anywhere', () => {
    fc.assert(
      fc.property(drive, fc.integer({ min: -5_000, max: 100_000 }), fc.integer({ min: -1, max: 60 }), (rows, after, near) => {
        const track = travelled(rows)
        expect(fixBefore(track, T0 + after, near)).toBe(fixBefore(track, T0 + after, -1))
      }),
    )
  })

  it('turns the short way', () => {
    const track = travelled([
      { at: T0, values: { lat: 31, lon: 121, heading: 350 } },
      { at: T0 + 10_000, values: { lat: 31, lon: 121.0001, heading: 20 } },
    ])
    const spot = emptySpot()
    placeAt(track, T0 + 5_000, 0, spot)
    expect(spot.heading).toBeCloseTo(5)
    expect(spot.lon).toBeCloseTo(121.00005, 9)
  })

  it('does not drive to another country and back in ten seconds', () => {
    const track = travelled([
      { at: T0, values: { lat: 31, lon: 121 } },
      { at: T0 + 10_000, values: { lat: 0, lon: 0 } },
      { at: T0 + 20_000, values: { lat: 31, lon: 121 } },
    ])
    expect([...track.breaks]).toEqual([0, LEAP, LEAP])
  })
})

describe('stops', () => {
  const standing = (fromS: number, toS: number, lat: number): SeriesRow[] =>
    Array.from({ length: (toS - fromS) / 10 + 1 }, (_, index) => ({
      at: T0 + (fromS + index * 10) * 1000,
      values: { lat: lat + (index % 2) * 1e-5, lon: 121 },
    }))

  it('are told with their times, and end where the device falls silent', () => {
    const driving = Array.from({ length: 20 }, (_, index) => ({ at: T0 + (310 + index * 10) * 1000, values: { lat: 31 + (index + 1) * 1e-3, lon: 121 } }))
    const track = travelled([...standing(0, 300, 31), ...driving, ...standing(510, 700, 31.03), ...standing(2_000, 2_100, 31.03)])
    const times = (least: number) => stopsOf(track, least).map(({ from, to }) => [(from - T0) / 1000, (to - T0) / 1000])
    expect(times(180_000)).toEqual([
      [0, 300],
      [510, 700],
    ])
    expect(times(200_000)).toEqual([[0, 300]])
    expect(times(90_000)).toEqual([
      [0, 300],
      [510, 700],
      [2_000, 2_100],
    ])
  })

  it('follow one another, last as long as asked, and hold no fix that is far off', () => {
    fc.assert(
      fc.property(drive, fc.integer({ min: 1_000, max: 600_000 }), (rows, least) => {
        const track = travelled(rows)
        let after = Number.NEGATIVE_INFINITY
        for (const { from, to, lat, lon } of stopsOf(track, least)) {
          expect(to - from).toBeGreaterThanOrEqual(least)
          expect(from).toBeGreaterThanOrEqual(after)
          after = to
          for (let index = 0; index < track.size; index++) {
            const at = numberAt(track.at, index)
            if (at > from && at < to) expect(metres(lat, lon, numberAt(track.lat, index), numberAt(track.lon, index))).toBeLessThanOrEqual(40)
          }
        }
      }),
    )
  })
})
