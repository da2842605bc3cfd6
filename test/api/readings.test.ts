import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { GatewayError } from '../../gateway/model/errors.ts'
import { type Answered, get } from './ask.ts'
import { type City, furnish, NOW, startCity } from './city.ts'

const BUS = '/api/v1/devices/bus-1/readings'
let city: City

beforeAll(async () => {
  city = await startCity()
  furnish(city)
})

beforeEach(() => {
  city.series.asked.length = 0
  city.series.answer = () => []
})

afterAll(() => city.server.stop())

describe('times', () => {
  it.each([
    ['from=2026-07-30T00:00:00Z&to=2026-07-30T01:00:00Z', '2026-07-30T00:00:00.000Z', '2026-07-30T01:00:00.000Z'],
    ['from=2026-07-30T08:00:00%2B08:00&to=2026-07-30T08:00:00.5%2B08:00', '2026-07-30T00:00:00.000Z', '2026-07-30T00:00:00.500Z'],
    // A plus sign nobody encoded is a blank by the time it arrives.
    ['from=2026-07-30T08:00:00+08:00', '2026-07-30T00:00:00.000Z', '2026-07-31T00:00:00.000Z'],
    ['from=2026-07-30t00:00:00z', '2026-07-30T00:00:00.000Z', '2026-07-31T00:00:00.000Z'],
    ['from=-7d&to=-1h', '2026-07-24T00:00:00.000Z', '2026-07-30T23:00:00.000Z'],
    ['from=-90s&to=now', '2026-07-30T23:58:30.000Z', '2026-07-31T00:00:00.000Z'],
    ['', '2026-07-30T23:00:00.000Z', '2026-07-31T00:00:00.000Z'],
  ])('reads %s', async (query, from, to) => {
    expect((await get(city, `${BUS}?${query}`)).json).toMatchObject({ from, to, truncated: false, rows: [] })
    expect(city.series.asked).toMatchObject([{ device: 'bus-1', kind: 'bus', from: Date.parse(from), to: Date.parse(to), newestFirst: false }])
  })

  it.each([
    ['from=2026-07-30T00:00:00', 'from', /no time zone.*\+08:00/],
    ['from=2026-07-30', 'from', /no time zone/],
    ['to=2026-07-30%2008:00', 'to', /no time zone/],
    ['from=1785456000000', 'from', /is no time/],
    ['from=yesterday', 'from', /is no time/],
    ['from=2026-02-30T00:00:00Z', 'from', /no day or time that exists/],
    ['from=2026-07-30T25:00:00Z', 'from', /no day or time that exists/],
    ['from=-5', 'from', /no length of time/],
    ['from=-99999999d', 'from', /no length of time/],
    ['from=-1h&to=-2h', 'to', /after from/],
    ['every=0s', 'every', /no length of time/],
    ['every=7m', 'every', /does not divide a day/],
    ['every=25h', 'every', /whole days/],
    ['every=1s&from=-1d', 'every', /more than 10000 buckets.*; 10s does not/],
    ['fn=median&every=1m', 'fn', /“median” is no function: there are mean/],
    ['fn=mean', 'fn', /needs every/],
    ['fields=altitude', 'fields', /bus has no field “altitude”; it has lat, lon, speed/],
    ['fields=__proto__', 'fields', /has no field “__proto__”/],
    ['fields=speed,,heading', 'fields', /names with commas/],
    ['fields=route&fn=mean&every=1m', 'fn', /is a text/],
    ['limit=10001', 'limit', /1 to 10000/],
    ['limit=1e3', 'limit', /1 to 10000/],
    ['limit=', 'limit', /1 to 10000/],
    ['timeZone=Mars/Base', 'timeZone', /no time zone/],
    ['order=up', 'order', /asc .* or desc/],
    ['format=xml', 'format', /json or csv/],
    ['form=-1h', 'form', /unknown: this route takes from, to, every/],
    ['from=-1h&from=-2h', 'from', /more than once/],
  ])('refuses %s and says why', async (query, field, problem) => {
    const { json } = await get(city, `${BUS}?${query}`)
    expect(json).toMatchObject({ status: 400, code: 'QUERY_INVALID', errors: [{ field, in: 'query', problem: expect.stringMatching(problem) }] })
    expect(city.series.asked).toEqual([])
  })

  it('names everything that is wrong at once', async () => {
    const { json } = await get(city, `${BUS}?from=x&limit=0&colour=red`)
    expect((json as { errors: { field: string }[] }).errors.map(error => error.field).sort()).toEqual(['colour', 'from', 'limit'])
  })
})

describe('points', () => {
  const rows = [0, 1, 1, 1, 2].map((ms, index) => ({ at: NOW - 1000 + ms, values: { speed: index } }))
  /** Answers a query as a store does: between its times, in its order, up to its limit. */
  const stored = (query: { from: number; to: number; limit: number; newestFirst?: boolean }) => {
    const between = rows.filter(row => row.at >= query.from && row.at < query.to)
    return (query.newestFirst ? between.toReversed() : between).slice(0, query.limit)
  }

  it.each([
    ['asc', 1],
    ['asc', 2],
    ['asc', 3],
    ['asc', 4],
    ['asc', 5],
    ['desc', 1],
    ['desc', 2],
    ['desc', 4],
  ])('are neither lost nor doubled from page to page (%s, %i a page), also where some share a millisecond', async (order, limit) => {
    city.series.answer = stored
    const seen: number[] = []
    let address: string | undefined = `${BUS}?order=${order}&limit=${limit}&fields=speed`
    while (address !== undefined) {
      const answered: Answered = await get(city, address)
      const page = answered.json as { rows: { values: { speed: number } }[]; truncated: boolean; next?: string }
      seen.push(...page.rows.map(row => row.values.speed))
      expect(page.truncated).toBe(page.next !== undefined)
      expect(answered.headers.link).toBe(page.next && `<${page.next}>; rel="next"`)
      address = page.next
    }
    expect(seen.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4])
  })

  it('carry units, and flags of the rows that have some', async () => {
    city.series.answer = () => [{ at: NOW - 5, values: { speed: 130, route: '21' }, flags: ['outOfRange:speed'] }]
    const { json } = await get(city, `${BUS}?fields=speed,route,lat`)
    expect(json).toMatchObject({
      units: { speed: 'km/h', lat: '°' },
      rows: [{ values: { speed: 130, route: '21' }, flags: ['outOfRange:speed'] }],
      limit: 10_000,
    })
    expect(city.series.asked).toMatchObject([{ fields: ['speed', 'route', 'lat'], limit: 10_001 }])
  })

  it('are CSV on request, in which a text is no formula', async () => {
    city.series.answer = () => [
      { at: NOW - 5, values: { speed: -1.5, route: '=1+1' } },
      { at: NOW - 4, values: { route: 'a "b", c' }, flags: ['historical', 'clockSuspect'] },
    ]
    const { text, headers } = await get(city, `${BUS}?fields=speed,route&format=csv`)
    expect(headers['content-type']).toBe('text/csv; header=present; charset=utf-8')
    expect(headers['content-disposition']).toBe('attachment; filename="bus-1.csv"')
    expect(text).toBe('at,speed,route,flags\r\n2026-07-30T23:59:59.995Z,-1.5,\'=1+1,\r\n2026-07-30T23:59:59.996Z,,"a ""b"", c",historical clockSuspect\r\n')
  })
})

describe('buckets', () => {
  it('start at midnight in Shanghai unless told otherwise', async () => {
    expect((await get(city, `${BUS}?every=1d&from=-7d&fields=speed`)).json).toMatchObject({ everySeconds: 86_400, timeZone: 'Asia/Shanghai', fn: ['mean'] })
    expect(city.series.asked).toMatchObject([{ bucket: { everyMs: 86_400_000, originMs: Date.parse('2026-07-24T00:00:00+08:00'), fn: 'mean' }, to: NOW }])
    city.series.asked.length = 0
    await get(city, `${BUS}?every=1d&from=-7d&fields=speed&timeZone=UTC`)
    expect(city.series.asked).toMatchObject([{ bucket: { originMs: Date.parse('2026-07-24T00:00:00Z') } }])
  })

  it('make a column of each function', async () => {
    city.series.answer = ({ bucket }) => [
      ...(bucket?.fn === 'count' ? [{ at: NOW - 120_000, values: { speed: 0 } }] : []),
      { at: NOW - 60_000, values: { speed: bucket?.fn === 'count' ? 60 : 31 } },
    ]
    const { json } = await get(city, `${BUS}?every=1m&fields=speed&fn=max,count`)
    expect(json).toMatchObject({ units: { 'speed.max': 'km/h' }, rows: [{ values: { 'speed.count': 0 } }, { values: { 'speed.max': 31, 'speed.count': 60 } }] })
    expect((json as { units: object }).units).not.toHaveProperty('speed.count')
  })

  it('leave out texts where nobody named them', async () => {
    await get(city, `${BUS}?every=1m`)
    expect(city.series.asked).toMatchObject([{ fields: ['lat', 'lon', 'speed', 'heading', 'doorOpen'] }])
  })

  it.each(['asc', 'desc'])('go on where a page ended (%s)', async order => {
    const starts = [1, 2, 3, 4, 5].map(minute => NOW - 3_600_000 + minute * 60_000)
    city.series.answer = query => {
      const between = starts.filter(at => at >= query.from && at < query.to).map(at => ({ at, values: { speed: at } }))
      return (query.newestFirst ? between.toReversed() : between).slice(0, query.limit)
    }
    const seen: string[] = []
    let address: string | undefined = `${BUS}?every=1m&fields=speed&limit=2&order=${order}`
    while (address !== undefined) {
      const page = (await get(city, address)).json as { rows: { at: string }[]; next?: string }
      seen.push(...page.rows.map(row => row.at))
      address = page.next
    }
    const all = starts.map(at => new Date(at).toISOString())
    expect(seen).toEqual(order === 'asc' ? all : all.toReversed())
  })
})

describe('a store that fails', () => {
  it('is answered with when to try again, and without its address', async () => {
    city.series.answer = () => {
      throw new GatewayError('SERIES_UNREACHABLE', 'InfluxDB at influx.internal:8086 did not answer in 5 s', { retryable: true })
    }
    const { status, json, headers, text } = await get(city, BUS)
    expect(status).toBe(503)
    expect(json).toMatchObject({ code: 'SERIES_UNREACHABLE' })
    expect(headers['retry-after']).toBe('5')
    expect(text).not.toContain('influx.internal')
    expect(city.log.complained('request failed')).toBe(true)
    expect(city.log.lines.find(line => line.message === 'request failed')?.fields).toEqual({
      method: 'GET',
      path: expect.stringMatching(/\/readings$/),
      code: 'SERIES_UNREACHABLE',
      why: 'InfluxDB at influx.internal:8086 did not answer in 5 s',
    })
  })

  it('that faults tells nothing of the inside', async () => {
    city.series.answer = () => {
      throw new TypeError('SQLITE_CORRUPT at /var/lib/citygate/series.db')
    }
    const { status, json, text } = await get(city, BUS)
    expect(status).toBe(500)
    expect(json).toMatchObject({ code: 'INTERNAL' })
    expect(text).not.toMatch(/SQLITE|var\/lib|\.ts/)
  })
})
