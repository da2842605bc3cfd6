import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addShares, lastHours, minutesOutOfRange, type Share } from '../../gateway/api/completeness.ts'
import { HourBook } from '../../gateway/hours/hour-book.ts'
import { HOUR_MS, HOURS_KEPT, MINUTE_MS } from '../../gateway/model/hours.ts'
import type { Pace } from '../../gateway/model/pace.ts'
import type { Reading } from '../../gateway/model/reading.ts'
import { MemoryLog } from '../support/log.ts'

const NOW = Date.parse('2026-07-31T00:00:00Z')

function reading(at: number, part: Partial<Reading> = {}): Reading {
  return { device: 'bus-1', org: 'o', kind: 'bus', model: 'm', at, sub: 0, receivedAt: Math.max(at, NOW), values: {}, flags: {}, origin: 0, ...part }
}

let folder: string
let book: HourBook

const open = async (now = NOW): Promise<HourBook> => {
  const opened = new HourBook({ file: join(folder, 'hours.db'), log: new MemoryLog(), now: () => now })
  await opened.start()
  return opened
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'citygate-hours-'))
  book = await open(NOW - 60 * HOUR_MS)
})
afterEach(async () => {
  await book.stop().catch(() => undefined)
  await rm(folder, { recursive: true, force: true })
})

/** Shares of the last hours of a device of a kind that owes a reading every so many seconds. */
function sharesOf(staleAfterSeconds: number, count: number, now = NOW + HOUR_MS): Share[] {
  const shares = Array.from({ length: count }, () => ({ expected: 0, received: 0 }))
  const hours = book.of('bus-1')
  if (hours) addShares(hours, { staleAfterSeconds }, lastHours(count, book.since, now), shares)
  return shares
}

describe('the book of hours', () => {
  it('counts a part of an hour once however many readings lie in it, whatever their order and however often they are taken', async () => {
    const arrivals = fc.array(fc.record({ minutesAgo: fc.integer({ min: 0, max: 50 * 60 }), bad: fc.boolean() }), { minLength: 1, maxLength: 300 })
    const partMinutes = fc.constantFrom(1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60)
    await fc.assert(
      fc.asyncProperty(arrivals, fc.infiniteStream(fc.nat()), partMinutes, async (given, shuffle, part) => {
        const fresh = new HourBook({ file: join(folder, 'other.db'), log: new MemoryLog(), now: () => NOW })
        const end = NOW + 30 * MINUTE_MS
        const readings = given.map(({ minutesAgo, bad }) =>
          reading(end - minutesAgo * MINUTE_MS, { receivedAt: end, flags: bad ? { outOfRange: ['speed'] } : {} }),
        )
        const mixed = [...readings, ...readings].map(each => ({ each, key: shuffle.next().value ?? 0 })).sort((a, b) => a.key - b.key)
        await fresh.take(mixed.map(({ each }) => each))
        const hours = fresh.of('bus-1')
        // The plain way: sets of the parts and minutes that readings lie in.
        for (let hour = Math.floor(end / HOUR_MS) - 50; hour <= Math.floor(end / HOUR_MS); hour++) {
          const inHour = readings.filter(each => Math.floor(each.at / HOUR_MS) === hour)
          expect(hours?.partsHeard(hour, part)).toBe(new Set(inHour.map(each => Math.floor(each.at / MINUTE_MS / part))).size)
          const bad = inHour.filter(each => each.flags.outOfRange)
          expect(hours?.minutesOutOfRange(hour)).toBe(new Set(bad.map(each => Math.floor(each.at / MINUTE_MS))).size)
        }
        expect(hours?.firstAt).toBe(Math.floor(Math.min(...readings.map(each => each.at)) / MINUTE_MS) * MINUTE_MS)
      }),
    )
  })

  it('is the same after a restart, and forgets what is older than it reaches', async () => {
    await book.take([reading(NOW), reading(NOW + MINUTE_MS, { flags: { outOfRange: ['speed'] } })])
    await book.stop()
    book = await open()
    expect(book.startedEmpty).toBe(false)
    expect(book.since).toBe(NOW - 60 * HOUR_MS)
    const hour = NOW / HOUR_MS
    expect([book.of('bus-1')?.partsHeard(hour, 1), book.of('bus-1')?.minutesOutOfRange(hour)]).toEqual([2, 1])
    const later = NOW + HOURS_KEPT * HOUR_MS
    await book.take([reading(later), reading(NOW + 2 * MINUTE_MS)])
    expect([book.of('bus-1')?.partsHeard(hour, 1), book.of('bus-1')?.partsHeard(hour + HOURS_KEPT, 1)]).toEqual([0, 1])
  })

  it('puts a damaged file aside and begins anew', async () => {
    await book.stop()
    await writeFile(join(folder, 'hours.db'), 'this is no database, but it is long enough to be taken for one by its name')
    book = await open()
    expect(book.startedEmpty).toBe(true)
    await book.take([reading(NOW)])
    await book.flush()
  })

  it('writes one after another what it is told to write at one time', async () => {
    const rests: (() => void)[] = []
    const pace: Pace = { spent: true, rest: () => new Promise(resolve => rests.push(resolve)) }
    const slow = new HourBook({ file: join(folder, 'slow.db'), log: new MemoryLog(), now: () => NOW, pace })
    await slow.start()
    await slow.take(Array.from({ length: 30 }, (_, bus) => reading(NOW, { device: `bus-${bus}` })))
    const first = slow.flush()
    await expect.poll(() => rests.length).toBe(1)
    // As when the first took longer than somebody would wait.
    await slow.take([reading(NOW, { device: 'late' })])
    const second = slow.flush()
    rests[0]?.()
    await Promise.all([first, second])
    await slow.stop()
    const again = new HourBook({ file: join(folder, 'slow.db'), log: new MemoryLog(), now: () => NOW })
    await again.start()
    expect([again.of('bus-0')?.firstAt, again.of('bus-29')?.firstAt, again.of('late')?.firstAt]).toEqual([NOW, NOW, NOW])
    await again.stop()
  })

  it('goes by our own clock where a device’s is ahead or suspect', async () => {
    await book.take([reading(NOW + 30 * HOUR_MS, { receivedAt: NOW }), reading(NOW - 40 * HOUR_MS, { likelyAt: NOW + MINUTE_MS, receivedAt: NOW + MINUTE_MS })])
    expect(book.of('bus-1')?.partsHeard(NOW / HOUR_MS, 1)).toBe(2)
  })

  it('forgets a device that leaves the directory, on disk too', async () => {
    await book.take([reading(NOW)])
    await book.flush()
    const stop = book.follow({ get: () => undefined }, 1)
    await expect.poll(() => book.of('bus-1')).toBeUndefined()
    stop()
    await book.stop()
    book = await open()
    expect(book.of('bus-1')).toBeUndefined()
  })
})

describe('completeness', () => {
  it('owes a reading in every stretch the kind allows, and one who talks a lot makes up for nothing', async () => {
    // Every second for the first half of the hour, then silence.
    await book.take(Array.from({ length: 1_800 }, (_, second) => reading(NOW + second * 1_000)))
    expect(sharesOf(60, 1, NOW + HOUR_MS + 2 * MINUTE_MS - HOUR_MS)).toEqual([{ expected: 1, received: 1 }])
    expect(sharesOf(60, 2, NOW + HOUR_MS + 2 * MINUTE_MS)).toEqual([
      { expected: 60, received: 30 },
      { expected: 1, received: 0 },
    ])
    // Three minutes are three; seven are taken as ten, the next length that divides an hour.
    expect(sharesOf(180, 2, NOW + HOUR_MS + 2 * MINUTE_MS)[0]).toEqual({ expected: 20, received: 10 })
    expect(sharesOf(420, 2, NOW + HOUR_MS + 2 * MINUTE_MS)[0]).toEqual({ expected: 6, received: 3 })
  })

  it('owes nothing before it was first heard of, nor before the book began', async () => {
    await book.take([reading(NOW + 40 * MINUTE_MS)])
    expect(sharesOf(60, 3, NOW + 2 * HOUR_MS + MINUTE_MS)).toEqual([
      { expected: 20, received: 1 },
      { expected: 60, received: 0 },
      { expected: 0, received: 0 },
    ])
  })

  it('of a kind that may be silent for hours asks for one reading in so many hours', async () => {
    await book.take([reading(NOW), reading(NOW + 5 * HOUR_MS)])
    const shares = sharesOf(4 * 3_600, 8, NOW + 8 * HOUR_MS + 2 * MINUTE_MS)
    expect(shares.map(({ expected, received }) => [expected, received])).toEqual([
      [0, 0],
      [0, 0],
      [1, 1],
      [1, 0],
      [1, 1],
      [1, 1],
      [1, 1],
      [0, 0],
    ])
  })

  it('sums the minutes that were out of range', async () => {
    await book.take([0, 1, 1, 61].map(minute => reading(NOW + minute * MINUTE_MS, { flags: { outOfRange: ['noise'] } })))
    expect(minutesOutOfRange(book.of('bus-1'), lastHours(2, book.since, NOW + HOUR_MS))).toBe(3)
    expect(minutesOutOfRange(undefined, lastHours(2, book.since, NOW))).toBe(0)
  })
})
