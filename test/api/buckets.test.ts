import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketRuns } from '../../gateway/api/buckets.ts'
import { LocalDays } from '../../gateway/api/local-days.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Zones with no change of clocks, with one at night, at midnight (a midnight left out, or come twice), by half an hour, and across the date line. */
const zones = [
  'Asia/Shanghai',
  'UTC',
  'Europe/Berlin',
  'America/Sao_Paulo',
  'America/Havana',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Asia/Kathmandu',
  '+05:30',
]

const anyZone = fc.constantFrom(...zones)
const anyTime = fc.integer({ min: Date.UTC(1995, 0), max: Date.UTC(2035, 0) })

describe('local days', () => {
  it.each([
    ['Asia/Shanghai', '2026-07-31', '2026-07-30T16:00:00.000Z'],
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000Z'],
    ['Europe/Berlin', '2026-03-30', '2026-03-29T22:00:00.000Z'],
    // Clocks went from 00:00 to 01:00: the day's first moment is one o'clock.
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z'],
    // Clocks went from 01:00 back to 00:00: the day starts with the first of two midnights.
    ['America/Havana', '2025-11-02', '2025-11-02T04:00:00.000Z'],
    ['Asia/Kathmandu', '2026-01-01', '2025-12-31T18:15:00.000Z'],
  ])('in %s %s starts at %s', (zone, day, start) => {
    expect(new Date(new LocalDays(zone).startOf(Date.parse(day) / DAY)).toISOString()).toBe(start)
  })

  it('start with their first moment', () => {
    fc.assert(
      fc.property(anyZone, anyTime, (zone, at) => {
        const days = new LocalDays(zone)
        const day = days.dayOf(at)
        const start = days.startOf(day)
        expect(days.dayOf(start)).toBe(day)
        expect(start).toBeLessThanOrEqual(at)
        expect(days.dayOf(start - 1)).toBeLessThan(day)
      }),
    )
  })
})

describe('runs of buckets', () => {
  it('are one where the clocks never change', () => {
    const from = Date.parse('2026-01-01T05:00:00Z')
    for (const everyMs of [10_000, HOUR, DAY, 7 * DAY]) {
      expect(bucketRuns({ from, to: from + 300 * DAY, everyMs, timeZone: 'Asia/Shanghai' })).toHaveLength(1)
    }
  })

  it('give a day of 23 or 25 hours a bucket of its own length', () => {
    const [from, to] = [Date.parse('2026-03-27T23:00:00Z'), Date.parse('2026-03-30T22:00:00Z')]
    expect(bucketRuns({ from, to, everyMs: DAY, timeZone: 'Europe/Berlin' })).toEqual([
      { from, to: from + DAY, everyMs: DAY, originMs: from },
      { from: from + DAY, to: from + DAY + 23 * HOUR, everyMs: 23 * HOUR, originMs: from + DAY },
      { from: from + DAY + 23 * HOUR, to, everyMs: DAY, originMs: from + DAY + 23 * HOUR },
    ])
  })

  it('start weeks on Monday', () => {
    const from = Date.parse('2026-07-31T00:00:00Z')
    const [run] = bucketRuns({ from, to: from + DAY, everyMs: 7 * DAY, timeZone: 'Asia/Shanghai' })
    expect(new Date(run?.originMs ?? 0).toISOString()).toBe('2026-07-26T16:00:00.000Z')
  })

  it('cover the stretch without a gap or an overlap, and start buckets at every local midnight', () => {
    const everyMs = fc.constantFrom(HOUR / 4, HOUR, 6 * HOUR, DAY, 2 * DAY, 7 * DAY)
    const length = fc.integer({ min: 1, max: 400 * DAY })
    fc.assert(
      fc.property(anyZone, anyTime, length, everyMs, (timeZone, from, ms, every) => {
        const to = from + ms
        const runs = bucketRuns({ from, to, everyMs: every, timeZone })
        expect(runs[0]?.from).toBe(from)
        expect(runs.at(-1)?.to).toBe(to)
        runs.forEach((run, index) => {
          expect(run.to).toBeGreaterThan(run.from)
          if (index > 0) expect(run.from).toBe(runs[index - 1]?.to)
        })
        if (every > DAY) return
        const days = new LocalDays(timeZone)
        const midnight = days.startOf(days.dayOf(from + Math.floor(ms / 2)))
        const run = runs.find(one => one.from <= midnight && midnight < one.to)
        if (run !== undefined) expect((midnight - run.originMs) % run.everyMs).toBe(0)
      }),
      { numRuns: 60 },
    )
  })
})
