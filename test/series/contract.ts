import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GatewayError } from '../../gateway/model/errors.ts'
import type { Reading } from '../../gateway/model/reading.ts'
import type { SeriesQuery, SeriesRow, SeriesStore } from '../../gateway/model/series.ts'
import { bucketOracle, differences } from './bucket-oracle.ts'
import { DAY_MS, freshDevice, MINUTE_MS, never, reading, T0 } from './town.ts'

/** What every series store must do. `store` is started, keeps 90 days, and knows the town's kinds; `expire` does at once what retention does in its own time. */
export function seriesContract(name: string, opened: () => { readonly store: SeriesStore; expire(): Promise<unknown> }): void {
  const write = (readings: readonly Reading[]): Promise<void> => opened().store.write(readings, never)
  const read = (query: Partial<SeriesQuery> & Pick<SeriesQuery, 'device'>): Promise<readonly SeriesRow[]> =>
    opened().store.read({ kind: 'bus', from: T0 - 90 * DAY_MS, to: T0 + DAY_MS, limit: 1_000, ...query })

  describe(`${name} keeps readings`, () => {
    test('of every type, with position and flags', async () => {
      const device = freshDevice()
      const values = { speed: 42.125, heading: 359.5, occupancy: 17, doorOpen: false, route: '971' }
      const position = { lat: 31.230416, lon: -121.473701 }
      await write([reading({ device, values, position, flags: { historical: true, clockSuspect: true, outOfRange: ['speed', 'position'] } })])
      expect(await read({ device })).toEqual([
        { at: T0, values: { ...values, ...position }, flags: ['historical', 'clockSuspect', 'outOfRange:speed', 'outOfRange:position'] },
      ])
      expect(await read({ device, fields: ['lat', 'doorOpen'] })).toMatchObject([{ values: { lat: position.lat, doorOpen: false } }])
    })

    test('of extreme numbers exactly', async () => {
      const device = freshDevice()
      const speeds = [0, 0.1, -273.15, 1e21, 5e-324, 1.7976931348623157e308, 4_294_967_295]
      await write(speeds.map((speed, index) => reading({ device, at: T0 + index, values: { speed, occupancy: Number.MAX_SAFE_INTEGER - index } })))
      expect(await read({ device })).toEqual(speeds.map((speed, index) => ({ at: T0 + index, values: { speed, occupancy: Number.MAX_SAFE_INTEGER - index } })))
    })

    test('of several kinds in one batch, each in its own place', async () => {
      const device = freshDevice()
      await write([reading({ device, values: { speed: 1 } }), reading({ device, kind: 'electricity-meter', values: { voltageL1: 229.5 } })])
      expect(await read({ device })).toEqual([{ at: T0, values: { speed: 1 } }])
      expect(await read({ device, kind: 'electricity-meter' })).toEqual([{ at: T0, values: { voltageL1: 229.5 } }])
    })

    test('once, however often and in whatever order they are written', async () => {
      const device = freshDevice()
      const batch = [0, 1, 2, 3].map(index => reading({ device, at: T0 + index, sub: index, values: { speed: index } }))
      await write(batch)
      await write(batch)
      await write(batch.toReversed())
      await write([...batch, ...batch])
      expect(await read({ device })).toEqual([0, 1, 2, 3].map(index => ({ at: T0 + index, values: { speed: index } })))
    })

    test('but for one that has no place in a store, which is told, and the rest of its batch kept', async () => {
      const device = freshDevice()
      const [good, bad] = [reading({ device, values: { speed: 1 } }), reading({ device, at: 1e15, values: { speed: 2 } })]
      const refused: [Reading, string][] = []
      await opened().store.write([bad, good], never, (which, why) => refused.push([which, why]))
      expect(refused).toEqual([[bad, expect.stringContaining('1677 to 2262')]])
      expect(await read({ device })).toEqual([{ at: T0, values: { speed: 1 } }])
    })

    test('two of one millisecond when they differ, in the order of sub', async () => {
      const device = freshDevice()
      await write([999_999, 0, 1].map(sub => reading({ device, sub, values: { speed: sub } })))
      expect((await read({ device })).map(row => [row.at, row.values.speed])).toEqual([
        [T0, 0],
        [T0, 1],
        [T0, 999_999],
      ])
      expect((await read({ device, newestFirst: true, limit: 1 })).map(row => row.values.speed)).toEqual([999_999])
    })

    test('with part of the fields, out of order, months late', async () => {
      const device = freshDevice()
      const lateAt = T0 - 80 * DAY_MS
      await write([reading({ device, at: T0 + 5, values: { speed: 5 } }), reading({ device, at: T0 + 1, values: { route: 'x' } })])
      await write([
        reading({ device, at: lateAt, values: { occupancy: 3 }, flags: { historical: true } }),
        reading({ device, at: T0 + 3, values: {}, position: { lat: 1, lon: 2 } }),
      ])
      expect(await read({ device })).toEqual([
        { at: lateAt, values: { occupancy: 3 }, flags: ['historical'] },
        { at: T0 + 1, values: { route: 'x' } },
        { at: T0 + 3, values: { lat: 1, lon: 2 } },
        { at: T0 + 5, values: { speed: 5 } },
      ])
      expect(await read({ device, fields: ['speed'] })).toEqual([{ at: T0 + 5, values: { speed: 5 } }])
    })

    test('whose texts are hostile', async () => {
      const device = freshDevice()
      const texts = [
        '"',
        "'",
        "'; DROP TABLE reading_bus; --",
        'a,b c=d',
        'line\nbreak\r\n',
        '\\',
        '\\"',
        'ends with \\',
        '公交车 🚌',
        '',
        ' ',
        '\t',
        "\\'",
        '{"x":[1]}',
        'bus,device=x speed=1 1',
      ]
      await write(texts.map((route, index) => reading({ device, at: T0 + index, values: { route } })))
      expect((await read({ device })).map(row => row.values.route)).toEqual(texts)
      expect((await read({ device, bucket: { everyMs: 1, fn: 'last' } })).map(row => row.values.route)).toEqual(texts)
    })

    test('twenty thousand in one batch', async () => {
      const device = freshDevice()
      await write(
        Array.from({ length: 20_000 }, (_, index) => reading({ device, at: T0 + index * 10, values: { speed: index }, position: { lat: 31, lon: 121 } })),
      )
      const rows = await read({ device, limit: 100_000, fields: ['speed'] })
      expect(rows.length).toBe(20_000)
      expect(rows.every((row, index) => row.at === T0 + index * 10 && row.values.speed === index)).toBe(true)
      expect(await read({ device, fields: ['speed'], bucket: { everyMs: DAY_MS, fn: 'count', originMs: T0 } })).toEqual([{ at: T0, values: { speed: 20_000 } }])
      expect((await read({ device, limit: 3, newestFirst: true })).map(row => row.values.speed)).toEqual([19_999, 19_998, 19_997])
    })

    test('leaving out only the value or reading it cannot hold', async () => {
      const device = freshDevice()
      await write([
        reading({ device, at: T0, values: { speed: Number.NaN, heading: 'north', occupancy: 2.6, doorOpen: true, route: 'x'.repeat(20_000), wheels: 6 } }),
        reading({ device, at: T0 + 1, values: { speed: Number.POSITIVE_INFINITY, occupancy: 1e300, doorOpen: 1, route: 7 } }),
        reading({ device, at: T0 + 2, kind: 'submarine', values: { speed: 1 } }),
        reading({ device, at: Number.NaN, values: { speed: 2 } }),
        reading({ device, at: T0 + 3, org: 'a b,c=d\n', values: { speed: 3 } }),
        reading({ device, at: T0 + 4, sub: -1, values: { speed: 4 } }),
        reading({ device, at: T0 + 5, values: { speed: 5 } }),
      ])
      expect(await read({ device })).toEqual([
        { at: T0, values: { occupancy: 3, doorOpen: true } },
        { at: T0 + 5, values: { speed: 5 } },
      ])
    })

    test('no longer than the retention', async () => {
      const device = freshDevice()
      await write([reading({ device, at: T0 - 100 * DAY_MS, values: { speed: 1 } }), reading({ device, values: { speed: 2 } })])
      await opened().expire()
      expect(await read({ device, from: T0 - 365 * DAY_MS })).toEqual([{ at: T0, values: { speed: 2 } }])
    })
  })

  describe(`${name} answers`, () => {
    test('the stretch from (included) to to (excluded), oldest or newest first, cut at limit', async () => {
      const device = freshDevice()
      await write([0, 1, 2, 3, 4].map(index => reading({ device, at: T0 + index, values: { speed: index } })))
      const speeds = async (part: Partial<SeriesQuery>): Promise<unknown[]> =>
        (await read({ device, from: T0 + 1, to: T0 + 4, ...part })).map(row => row.values.speed)
      expect(await speeds({})).toEqual([1, 2, 3])
      expect(await speeds({ newestFirst: true })).toEqual([3, 2, 1])
      expect(await speeds({ limit: 2 })).toEqual([1, 2])
      expect(await speeds({ limit: 2, newestFirst: true })).toEqual([3, 2])
      expect(await speeds({ limit: 2, newestFirst: true, bucket: { everyMs: 1, fn: 'sum' } })).toEqual([3, 2])
      expect(await speeds({ limit: 2, bucket: { everyMs: 1, fn: 'sum' } })).toEqual([1, 2])
      expect(await speeds({ to: T0 + 1 })).toEqual([])
      expect(await speeds({ to: T0 })).toEqual([])
    })

    test('limit in points that have one of the asked fields, though others carry flags', async () => {
      const device = freshDevice()
      await write([
        ...Array.from({ length: 6_000 }, (_, index) => reading({ device, at: T0 + index, values: { speed: 300 }, flags: { outOfRange: ['speed'] } })),
        reading({ device, at: T0 + 6_000, values: { occupancy: 4 } }),
      ])
      expect(await read({ device, fields: ['occupancy'], limit: 1 })).toEqual([{ at: T0 + 6_000, values: { occupancy: 4 } }])
    })

    test('nothing of an unknown device, and of hostile ones', async () => {
      for (const device of ['nobody', "x' OR 'a'='a", "\\' OR 1=1 --", '"', 'a\nb']) {
        expect(await read({ device })).toEqual([])
        expect(await read({ device, bucket: { everyMs: 1_000, fn: 'mean' } })).toEqual([])
      }
    })

    test('buckets in local days, before and after the origin', async () => {
      const device = freshDevice()
      const midnight = Math.floor(T0 / DAY_MS) * DAY_MS - 8 * 3_600_000
      await write([-2 * DAY_MS - 1, -DAY_MS, -1, 0].map(offset => reading({ device, at: midnight + offset, values: { speed: 1 } })))
      for (const originMs of [midnight, midnight + 20 * DAY_MS, midnight - 300 * DAY_MS, midnight - 40_000 * DAY_MS]) {
        const rows = await read({ device, fields: ['speed'], bucket: { everyMs: DAY_MS, originMs, fn: 'count' } })
        expect(rows.map(row => [(row.at - midnight) / DAY_MS, row.values.speed])).toEqual([
          [-3, 1],
          [-1, 2],
          [0, 1],
        ])
      }
    })

    test('the mean of 350° and 10° as 0°, and none of opposite directions', async () => {
      const device = freshDevice()
      const headings = [350, 10, 90, 90, 0, 180]
      await write(headings.map((heading, index) => reading({ device, at: T0 + Math.floor(index / 2) * MINUTE_MS + index, values: { heading } })))
      const rows = await read({ device, fields: ['heading'], bucket: { everyMs: MINUTE_MS, fn: 'mean' } })
      expect(rows.map(row => row.at)).toEqual([T0, T0 + MINUTE_MS])
      expect(Math.abs(((Number(rows[0]?.values.heading) + 180) % 360) - 180)).toBeLessThan(1e-6)
      expect(rows[1]?.values.heading).toBeCloseTo(90, 6)
    })

    test('buckets as an oracle computes them', async () => {
      const point = fc.record({
        after: fc.integer({ min: 0, max: 20 * MINUTE_MS }),
        sub: fc.integer({ min: 0, max: 999_999 }),
        values: fc.record(
          {
            speed: fc.double({ min: -1_000, max: 1_000, noNaN: true }),
            heading: fc.integer({ min: 0, max: 360 }),
            occupancy: fc.integer({ min: -50, max: 50 }),
            doorOpen: fc.boolean(),
            route: fc.constantFrom('a', 'b', '公'),
          },
          { requiredKeys: [] },
        ),
      })
      const fields = ['speed', 'heading', 'occupancy', 'doorOpen', 'route']
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(point, { minLength: 1, maxLength: 40, selector: ({ after, sub }) => `${after}.${sub}` }),
          fc.constantFrom(1_000, 7_001, MINUTE_MS, 15 * MINUTE_MS),
          fc.integer({ min: -10_000_000, max: 10_000_000 }),
          fc.constantFrom('mean', 'min', 'max', 'sum', 'first', 'last', 'count'),
          fc.boolean(),
          async (points, everyMs, originMs, fn, newestFirst) => {
            const device = freshDevice()
            const readings = points.map(({ after, sub, values }) => reading({ device, at: T0 + after, sub, values }))
            await write(readings)
            const rows = await read({ device, bucket: { everyMs, originMs, fn }, newestFirst, fields })
            expect(rows.map(row => row.at)).toEqual(rows.map(row => row.at).toSorted((a, b) => (newestFirst ? b - a : a - b)))
            expect(differences(rows, bucketOracle(readings, { everyMs, originMs, fn }, fields))).toEqual([])
          },
        ),
        { numRuns: 60 },
      )
    })

    test('a wrong question with what is wrong', async () => {
      const device = freshDevice()
      const wrong: readonly [Partial<SeriesQuery>, RegExp][] = [
        [{ kind: 'submarine' }, /unknown kind "submarine"; known: bus/],
        [{ fields: ['wheels'] }, /bus has no field "wheels"; it has speed/],
        [{ fields: [] }, /at least one field/],
        [{ fields: ['speed" FROM x; --'] }, /no field/],
        [{ limit: 0 }, /limit/],
        [{ limit: 100_001 }, /from 1 to 100000/],
        [{ limit: 1.5 }, /limit/],
        [{ from: Number.NaN }, /milliseconds/],
        [{ bucket: { everyMs: 0, fn: 'mean' } }, /at least 1/],
        [{ bucket: { everyMs: 1_000, originMs: 0.5, fn: 'mean' } }, /origin/],
      ]
      for (const [part, message] of wrong) {
        const error: unknown = await read({ device, ...part }).catch((caught: unknown) => caught)
        expect(error).toBeInstanceOf(GatewayError)
        expect(error).toMatchObject({ code: 'QUERY_INVALID', retryable: false, message: expect.stringMatching(message) })
      }
    })

    test('who was in a box, and when', async () => {
      const [through, beside, later, other] = [freshDevice(), freshDevice(), freshDevice(), freshDevice()]
      const at = (device: string, minute: number, lat: number, lon: number) =>
        reading({ device, at: T0 + minute * MINUTE_MS, values: { speed: 1 }, position: { lat, lon } })
      await write([
        at(through, 0, 31, -121),
        at(through, 1, 31.5, -121.5),
        at(through, 2, 32, -122),
        at(beside, 0, 31.5, -120),
        at(beside, 1, 33, -121.5),
        at(later, 10, 31.5, -121.5),
        at(other, 1, 31.5, -121.5),
        reading({ device: beside, at: T0 + 2 * MINUTE_MS, values: { speed: 1 } }),
      ])
      const box = { west: -121.5, south: 31.5, east: -121.4, north: 31.6 }
      const asked = { kind: 'bus', from: T0, to: T0 + 10 * MINUTE_MS, box, devices: [through, beside, later, 'nobody'] }
      const { store } = opened()
      expect([...(await store.visitors(asked))]).toEqual([through])
      expect([...(await store.visitors({ ...asked, to: asked.to + 1 }))].sort()).toEqual([through, later].sort())
      expect((await store.visitors({ ...asked, from: T0 + MINUTE_MS + 1 })).size).toBe(0)
      expect((await store.visitors({ ...asked, kind: 'worksite' })).size).toBe(0)
      expect((await store.visitors({ ...asked, devices: [] })).size).toBe(0)
      await expect(store.visitors({ ...asked, box: { ...box, west: Number.NaN } })).rejects.toMatchObject({ code: 'QUERY_INVALID' })
    })

    test('a ping', async () => {
      await expect(opened().store.ping()).resolves.toBeUndefined()
    })
  })
}
