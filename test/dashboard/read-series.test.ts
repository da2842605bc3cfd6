import { describe, expect, it } from 'vitest'
import { ApiProblem } from '../../dashboard/api/api-problem.ts'
import type { Readings } from '../../dashboard/api/types.ts'
import { commandValue } from '../../dashboard/device-page/command-value.ts'
import { rangePlace } from '../../dashboard/device-page/range-place.ts'
import { trackOf } from '../../dashboard/device-page/track.ts'
import { readCsv } from '../../dashboard/history/csv-export.ts'
import { readSeries } from '../../dashboard/history/read-series.ts'

const HOUR = 3_600_000
const to = Date.parse('2026-07-31T00:00:00Z')
const speed = { device: 'bus-1', field: 'speed' }

/** A device that reports every so many seconds, behind an API that counts what it is asked. */
function store(everySeconds: number) {
  const asked: Readonly<Record<string, string | number>>[] = []
  const ask = async (_: string, query: Readonly<Record<string, string | number>>): Promise<Readings> => {
    asked.push(query)
    const from = Date.parse(String(query.from))
    const end = Date.parse(String(query.to))
    const bucket = query.every === undefined ? 0 : Number.parseInt(String(query.every), 10) * (String(query.every).endsWith('d') ? 86_400 : 1)
    const step = Math.max(bucket, everySeconds) * 1_000
    const limit = Number(query.limit ?? 10_000)
    const rows = Array.from({ length: Math.floor((end - from) / step) }, (_, index) => ({
      at: new Date(from + index * step).toISOString(),
      values: { speed: index },
    }))
    if (query.order === 'desc') rows.reverse()
    return { rows: rows.slice(0, limit), truncated: rows.length > limit }
  }
  return { asked, ask }
}

describe('a line is read', () => {
  it('in buckets where a day of seconds is wanted, with one question', async () => {
    const { asked, ask } = store(1)
    const answer = await readSeries(speed, 'band', { from: to - 24 * HOUR, to }, 900, ask)
    expect(answer).toMatchObject({ everySeconds: 120, before: undefined })
    expect(answer.rows).toHaveLength(720)
    expect(asked).toEqual([{ from: '2026-07-30T00:00:00.000Z', to: '2026-07-31T00:00:00.000Z', fields: 'speed', every: '120s', fn: 'mean,min,max' }])
  })

  it('as stored once it is near enough', async () => {
    const { asked, ask } = store(1)
    const answer = await readSeries(speed, 'band', { from: to - HOUR, to }, 900, ask)
    expect(answer.everySeconds).toBeUndefined()
    expect(answer.rows).toHaveLength(3_600)
    expect(asked).toHaveLength(1)
  })

  it('as stored over a week where a meter reports every quarter of an hour, and in buckets where ten come a second', async () => {
    expect((await readSeries(speed, 'band', { from: to - 168 * HOUR, to }, 1_000, store(900).ask)).rows).toHaveLength(672)
    expect(await readSeries(speed, 'band', { from: to - HOUR, to }, 900, store(0.1).ask)).toMatchObject({ everySeconds: 5 })
  })

  it('with what a counter said before', async () => {
    const { asked, ask } = store(900)
    const answer = await readSeries(speed, 'increase', { from: to - HOUR, to }, 900, ask)
    expect(answer.before).toBe(3_359)
    expect(asked.some(query => query.order === 'desc' && query.limit === 1 && query.to === '2026-07-30T23:00:00.000Z')).toBe(true)
  })
})

describe('an export', () => {
  const pages = ['at,speed\r\n1,2\r\n3,4\r\n', 'at,speed\r\n5,"a\r\nb"\r\n', 'at,speed\r\n7,8\r\n']
  const next = (page: number) => `/devices/bus-1/readings?from=${encodeURIComponent(new Date(to - HOUR + page * 1_200_000).toISOString())}&page=${page}`
  const source = (fail?: () => void) => ({
    page: async (path: string) => {
      const page = Number(new URLSearchParams(path.split('?')[1]).get('page') ?? 0)
      fail?.()
      return { text: pages[page] ?? '', next: page < 2 ? next(page + 1) : undefined }
    },
    wait: async () => undefined,
  })
  const stretch = { from: to - HOUR, to }
  const never = new AbortController().signal

  it('is one file with one header, and tells how far it is', async () => {
    const shares: number[] = []
    const file = await readCsv('bus-1', stretch, source(), never, ({ share }) => shares.push(share))
    expect(file.parts.join('')).toBe('at,speed\r\n1,2\r\n3,4\r\n5,"a\r\nb"\r\n7,8\r\n')
    expect(file.cut).toBe(false)
    expect(shares).toEqual([1 / 3, 2 / 3, 1])
  })

  it('ends where it would hold too much, and says so', async () => {
    const file = await readCsv('bus-1', stretch, source(), never, () => undefined, 2)
    expect(file).toMatchObject({ rows: 2, cut: true })
  })

  it('waits where the gateway asks for it, and gives up at last', async () => {
    let refused = 0
    const busy = () => {
      if (refused++ < 2) throw new ApiProblem('refused', 'too many', { status: 429, retryAfterSeconds: 1 })
    }
    expect((await readCsv('bus-1', stretch, source(busy), never, () => undefined)).cut).toBe(false)
    const always = () => {
      throw new ApiProblem('refused', 'busy', { status: 503 })
    }
    await expect(readCsv('bus-1', stretch, source(always), never, () => undefined)).rejects.toThrow('busy')
    const signedOut = () => {
      refused++
      throw new ApiProblem('refused', 'sign in', { status: 401 })
    }
    refused = 0
    await expect(readCsv('bus-1', stretch, source(signedOut), never, () => undefined)).rejects.toThrow('sign in')
    expect(refused).toBe(1)
  })
})

describe('a track', () => {
  const row = (second: number, lat: number, lon: number) => ({ at: new Date(second * 1_000).toISOString(), values: { lat, lon } })
  it('breaks where nothing was heard, and knows no positions at zero or beyond the poles', () => {
    const { pieces, positions } = trackOf([
      row(0, 31, 121),
      row(10, 31.1, 121),
      row(20, 0, 0),
      row(25, 1e9, 121),
      row(30, 31.2, 121),
      row(600, 31.3, 121),
      { at: '2026-01-01T00:00:00Z', values: { lat: 1 } },
    ])
    expect(pieces.map(piece => piece.length)).toEqual([3, 1])
    expect(positions).toBe(4)
  })
})

describe('a value', () => {
  it('stands within its range or points beyond it', () => {
    expect(rangePlace(30, [0, 120])).toEqual({ share: 0.25, beyond: undefined })
    expect(rangePlace(1e308, [0, 120])).toEqual({ share: 1, beyond: 'above' })
    expect(rangePlace(-1, [0, 120])).toEqual({ share: 0, beyond: 'below' })
  })

  it('of an order is taken only as the device takes it', () => {
    expect(commandValue({ type: 'number', range: [5, 30] }, '21.5')).toBe(21.5)
    for (const wrong of ['', ' ', 'x', '31', '1e999']) expect(commandValue({ type: 'number', range: [5, 30] }, wrong), wrong).toBeUndefined()
    expect(commandValue({ type: 'boolean' }, 'false')).toBe(false)
    expect(commandValue({ type: 'string', values: ['a', 2] }, '2')).toBe(2)
    expect(commandValue({ type: 'string' }, ' ')).toBeUndefined()
  })
})
