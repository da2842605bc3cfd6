import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Reading } from '../../gateway/model/reading.ts'
import type { SeriesStore, SurveyFunction, SurveyQuery, SurveyRow } from '../../gateway/model/series.ts'
import { freshDevice, MINUTE_MS, never, reading, T0 } from './town.ts'

const functions: readonly SurveyFunction[] = ['count', 'first', 'last', 'min', 'max', 'mean']

/** What every series store answers about many devices at once. `store` is started and knows the town's kinds. */
export function surveyContract(name: string, opened: () => { readonly store: SeriesStore }): void {
  const survey = (query: Partial<SurveyQuery> & Pick<SurveyQuery, 'devices'>) =>
    opened().store.survey({ kind: 'electricity-meter', field: 'importEnergy', from: T0, to: T0 + 60 * MINUTE_MS, functions, ...query })
  const write = (readings: readonly Reading[]) => opened().store.write(readings, never)
  const meterReading = (device: string, minute: number, importEnergy: number, sub = 0): Reading =>
    reading({ device, kind: 'electricity-meter', at: T0 + minute * MINUTE_MS, sub, values: { importEnergy } })

  describe(`${name} surveys`, () => {
    test('many devices at once, each by itself, as a plain count over their readings does', async () => {
      const point = fc.record({
        of: fc.nat(2),
        minute: fc.integer({ min: -5, max: 65 }),
        value: fc.double({ min: -1e9, max: 1e9, noNaN: true }).map(plainZero),
      })
      const bucket = fc.option(
        fc.record({ everyMs: fc.constantFrom(1, 7, 15, 60).map(minutes => minutes * MINUTE_MS), originMs: fc.integer({ min: -1e9, max: 1e9 }) }),
        {
          nil: undefined,
        },
      )
      const outside = fc.option(fc.tuple(fc.integer({ min: -1_000, max: 0 }), fc.integer({ min: 0, max: 1_000 })), { nil: undefined })
      await fc.assert(
        fc.asyncProperty(fc.array(point, { maxLength: 60 }), bucket, outside, async (points, grid, limits) => {
          const devices = [freshDevice(), freshDevice(), freshDevice()]
          const readings = points.map(({ of, minute, value }, index) => meterReading(devices[of] ?? '', minute, value, index))
          await write(readings)
          const found = await survey({ devices, ...(grid && { bucket: grid }), ...(limits && { outside: limits }) })
          for (const device of devices) {
            const expected = oracle(
              readings.filter(each => each.device === device),
              grid,
              limits,
            )
            const got = found.get(device) ?? []
            expect(got.map(row => row.at)).toEqual(expected.map(row => row.at))
            for (const [index, row] of got.entries()) {
              const { mean, ...exact } = expected[index] ?? { at: 0 }
              expect(row).toMatchObject(exact)
              expect(Math.abs((row.mean ?? 0) - (mean ?? 0))).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(mean ?? 0)))
            }
          }
        }),
        { numRuns: 40 },
      )
    })

    test('only the devices that are named, of them those with values, and only the functions that are asked for', async () => {
      const [a, b, c] = [freshDevice(), freshDevice(), freshDevice()]
      await write([meterReading(a, 0, 5), meterReading(b, 0, 6), reading({ device: c, kind: 'electricity-meter', values: { voltageL1: 230 } })])
      expect([...(await survey({ devices: [a, c], functions: ['last'] }))]).toEqual([[a, [{ at: T0, last: 5 }]]])
      expect(await survey({ devices: [] })).toEqual(new Map())
      expect(await survey({ devices: [a], from: T0 + 1, to: T0 })).toEqual(new Map())
    })

    test('whole numbers too', async () => {
      const device = freshDevice()
      await write([1, 2, 9].map((occupancy, index) => reading({ device, at: T0 + index, sub: index, values: { occupancy } })))
      const found = await survey({ kind: 'bus', devices: [device], field: 'occupancy', outside: [1.5, 8.25] })
      expect(found.get(device)).toEqual([{ at: T0, count: 2, first: 1, last: 9, min: 1, max: 9, mean: 5 }])
    })

    test('nothing that makes no sense, and says so', async () => {
      const wrong: readonly Partial<SurveyQuery>[] = [
        { kind: 'submarine' },
        { field: 'wheels' },
        { kind: 'bus', field: 'route' },
        { kind: 'bus', field: 'doorOpen' },
        { devices: ['x" OR 1=1'] },
        { devices: Array.from({ length: 501 }, (_, index) => `d${index}`) },
        { functions: [] },
        { outside: [Number.NaN, 1] },
        { bucket: { everyMs: 0.5 } },
      ]
      for (const part of wrong) await expect(survey({ devices: ['a'], ...part })).rejects.toMatchObject({ code: 'QUERY_INVALID', retryable: false })
    })
  })
}

/** Stores know one zero only. */
const plainZero = (value: number): number => value + 0

function oracle(
  readings: readonly Reading[],
  grid: { readonly everyMs: number; readonly originMs: number } | undefined,
  limits: readonly [number, number] | undefined,
): SurveyRow[] {
  const values = readings
    .filter(({ at }) => at >= T0 && at < T0 + 60 * MINUTE_MS)
    .sort((a, b) => a.at - b.at || a.sub - b.sub)
    .map(({ at, values }) => ({ at, value: Number(values.importEnergy) }))
    .filter(({ value }) => limits === undefined || value < limits[0] || value > limits[1])
  const startOf = (at: number) => (grid ? Math.floor((at - grid.originMs) / grid.everyMs) * grid.everyMs + grid.originMs : T0)
  return Array.from(
    Map.groupBy(values, ({ at }) => startOf(at)),
    ([at, of]) => {
      const numbers = of.map(({ value }) => value)
      const sum = numbers.reduce((total, value) => total + value, 0)
      return {
        at,
        count: numbers.length,
        first: numbers[0] ?? 0,
        last: numbers.at(-1) ?? 0,
        min: Math.min(...numbers),
        max: Math.max(...numbers),
        mean: sum / numbers.length,
      }
    },
  )
}
