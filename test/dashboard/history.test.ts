import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chartData } from '../../dashboard/chart/chart-data.ts'
import { momentOf, startOfDay, wallText } from '../../dashboard/format/wall-clock.ts'
import { bucketSeconds } from '../../dashboard/history/bucket-choice.ts'
import { keyAct } from '../../dashboard/history/chart-keys.ts'
import { mergedColumns, nearestPoint } from '../../dashboard/history/columns.ts'
import { namesFrom, withNames } from '../../dashboard/history/history-address.ts'
import { MOST_SERIES, seriesFrom, toggledSeries } from '../../dashboard/history/series-name.ts'
import { sane, spanFrom, withSpan, zoomed } from '../../dashboard/history/span.ts'
import { bucketLengthProblem } from '../../gateway/api/buckets.ts'

const at = (second: number) => new Date(second * 1_000).toISOString()
const rowsOf = (values: readonly (readonly [number, number])[]) => values.map(([second, value]) => ({ at: at(second), values: { v: value } }))
const NOW = Date.parse('2026-07-31T00:00:00Z')

describe('buckets', () => {
  it('are about a pixel wide, never more than the API answers, and of a length it takes', () => {
    expect(bucketSeconds(86_400_000, 900)).toBe(120)
    expect(bucketSeconds(3_600_000, 900)).toBe(5)
    fc.assert(
      fc.property(fc.integer({ min: 5_000, max: 3_653 * 86_400_000 }), fc.integer({ min: 0, max: 4_000 }), (stretch, width) => {
        const seconds = bucketSeconds(stretch, width)
        expect(bucketLengthProblem(seconds * 1_000)).toBeUndefined()
        expect(Math.ceil(stretch / 1_000 / seconds)).toBeLessThan(10_000)
        if (seconds < 1_209_600) expect(stretch / 1_000 / seconds).toBeLessThanOrEqual(Math.max(width, 50))
      }),
    )
  })
})

describe('lines on one time axis', () => {
  const a = chartData(
    rowsOf([
      [0, 1],
      [10, 2],
      [20, 3],
      [90, 4],
    ]),
    'v',
    'band',
    { stored: true },
  )
  const b = chartData(
    rowsOf([
      [5, 7],
      [10, 8],
    ]),
    'v',
    'band',
    { stored: true },
  )

  it('keep their own gaps, and do not break where only another has a point', () => {
    const { times, columns } = mergedColumns([a, b])
    expect(times).toEqual([0, 5, 10, 20, 55, 90])
    expect(columns[0]?.[0]).toEqual([1, undefined, 2, 3, null, 4])
    expect(columns[1]?.[0]).toEqual([undefined, 7, 8, undefined, undefined, undefined])
    // Another line has points within the gap.
    const c = chartData(
      rowsOf([
        [0, 1],
        [30, 1],
        [40, 1],
        [50, 1],
        [60, 1],
      ]),
      'v',
      'band',
      { stored: true },
    )
    const beside = mergedColumns([a, c])
    expect(beside.times).toEqual([0, 10, 15, 20, 30, 40, 50, 55, 60, 90])
    expect(beside.columns[0]?.[0]).toEqual([1, 2, undefined, 3, null, null, null, null, null, 4])
  })

  it('lose no point and gain none, however they are mixed', () => {
    const line = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer()), { selector: ([second]) => second, maxLength: 60 })
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), drawn => {
        const lines = drawn.map(points => chartData(rowsOf(points.toSorted(([x], [y]) => x - y)), 'v', 'band', { stored: true }))
        const { times, columns } = mergedColumns(lines)
        expect(times).toEqual([...new Set(times)].toSorted((x, y) => x - y))
        lines.forEach((each, place) => {
          const column = columns[place]?.[0] ?? []
          const back = times.flatMap((time, index) => (typeof column[index] === 'number' ? [[time, column[index]]] : []))
          expect(back).toEqual(each.times.flatMap((time, index) => (each.middle[index] === null ? [] : [[time, each.middle[index]]])))
        })
      }),
    )
  })

  it('tell the nearest point, and nothing within a gap or beyond the end', () => {
    expect(nearestPoint(a, 14, 30)).toBe(1)
    expect(nearestPoint(a, 60, 30)).toBeUndefined()
    expect(nearestPoint(a, 300, 30)).toBeUndefined()
    expect(nearestPoint(chartData([], 'v', 'band'), 0, 30)).toBeUndefined()
  })
})

describe('a counter', () => {
  it('grows from its reading before the period on', () => {
    expect(chartData(rowsOf([[900, 12]]), 'v', 'increase', { before: 10 })).toMatchObject({ times: [900], middle: [2], empty: false, single: false })
  })

  it('with a single reading and none before says so, which is not the same as having none', () => {
    expect(chartData(rowsOf([[900, 12]]), 'v', 'increase')).toMatchObject({ empty: true, single: true })
    expect(chartData([], 'v', 'increase', { before: 10 })).toMatchObject({ empty: true, single: false })
  })
})

describe('absurd values', () => {
  it('are counted and not drawn: an axis cannot hold them; what is missing is a gap', () => {
    const rows = [
      ...rowsOf([
        [0, 1],
        [10, 1e308],
        [20, -1e308],
        [30, 2],
      ]),
      { at: at(40), values: {} },
    ]
    expect(chartData(rows, 'v', 'band', { stored: true })).toMatchObject({ absurd: 2, empty: false })
    expect(chartData(rows, 'v', 'band', { stored: true }).middle.filter(value => value !== null)).toEqual([1, 2])
    const none = [{ at: at(0), values: { v: null as unknown as number } }]
    expect(chartData(none, 'v', 'band', { stored: true })).toMatchObject({ absurd: 0, empty: true })
  })
})

describe('the address', () => {
  it('holds the lines, at most eight, each once, and nothing that is none', () => {
    const names = [
      { device: 'bus-1', field: 'speed' },
      { device: 'a.b_c', field: 'pm10' },
    ]
    expect(namesFrom(withNames(new URLSearchParams('period=1h'), names))).toEqual(names)
    expect(namesFrom(withNames(new URLSearchParams(), []))).toEqual([])
    expect(namesFrom(new URLSearchParams('period=1h'))).toBeUndefined()
    expect(seriesFrom('bus-1:speed,bus-1:speed,<b>:x,:,bus-1:,bus 1:speed')).toEqual([{ device: 'bus-1', field: 'speed' }])
    expect(seriesFrom(Array.from({ length: 20 }, (_, n) => `bus-${n}:speed`).join(','))).toHaveLength(MOST_SERIES)
    expect(toggledSeries(names, { device: 'bus-1', field: 'speed' })).toEqual([names[1]])
  })

  it('holds a period or a stretch, and what cannot be read is a day', () => {
    const stretch = { from: NOW - 60_000, to: NOW }
    expect(spanFrom(withSpan(new URLSearchParams('period=1h'), stretch))).toEqual(stretch)
    expect(spanFrom(withSpan(withSpan(new URLSearchParams(), stretch), { preset: '7d' }))).toEqual({ preset: '7d' })
    for (const text of ['', 'period=never', 'from=x&to=y', 'from=2026-07-31T00:00:00Z&to=2026-07-30T00:00:00Z', 'from=1000-01-01&to=2026-01-01'])
      expect(spanFrom(new URLSearchParams(text)), text).toEqual({ preset: '24h' })
  })
})

describe('zooming', () => {
  it('leaves what is under the pointer where it is', () => {
    const { from, to } = zoomed({ from: 0, to: 1_000 }, 2, 250)
    expect((250 - from) / (to - from)).toBeCloseTo(0.25)
    expect(to - from).toBe(500)
  })

  it('ends at now, at five seconds and at ten years, whatever is asked', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e14, max: 1e14, noNaN: true }), fc.double({ min: -1e14, max: 1e14, noNaN: true }), (from, to) => {
        const seen = sane({ from, to }, NOW)
        expect(seen.to).toBeLessThanOrEqual(NOW)
        expect(seen.to - seen.from).toBeGreaterThanOrEqual(5_000)
        expect(seen.to - seen.from).toBeLessThanOrEqual(3_653 * 86_400_000)
      }),
    )
  })

  it('is done with keys too', () => {
    const act = keyAct('+', false)
    expect(typeof act === 'object' && 'look' in act && act.look({ from: 0, to: 1_000 })).toEqual({ from: 250, to: 750 })
    expect(keyAct('ArrowLeft', false)).toEqual({ step: -1 })
    expect(keyAct('Backspace', false)).toBe('back')
    expect(keyAct('a', false)).toBeUndefined()
  })
})

describe('a time that is entered', () => {
  it('is the city’s', () => {
    expect(momentOf('2026-07-31T08:00:00', 'Asia/Shanghai')).toBe(NOW)
    expect(wallText(NOW, 'Asia/Shanghai')).toBe('2026-07-31T08:00:00')
    expect(momentOf('', 'Asia/Shanghai')).toBeUndefined()
    // The hour that comes twice: its first. Central European Summer Time ended at 01:00 UTC.
    expect(momentOf('2026-10-25T02:30:00', 'Europe/Berlin')).toBe(Date.parse('2026-10-25T00:30:00Z'))
    // The hour that does not come: as much later as clocks are put forward; a day whose midnight is skipped begins where clocks are changed.
    expect(momentOf('2026-03-29T02:30:00', 'Europe/Berlin')).toBe(Date.parse('2026-03-29T01:30:00Z'))
    expect(startOfDay('2018-11-04', 'America/Sao_Paulo')).toBe('2018-11-04T03:00:00.000Z')
  })

  it('is read back as it was shown, wherever clocks are not put back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000_000 }), fc.constantFrom('Asia/Shanghai', 'Asia/Kathmandu', 'UTC'), (seconds, zone) => {
        const ms = seconds * 1_000
        // Shanghai had summer time until 1991.
        if (seconds > 700_000_000) expect(momentOf(wallText(ms, zone), zone)).toBe(ms)
      }),
    )
  })
})
