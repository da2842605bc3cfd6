import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDistricts } from '../../gateway/api/tables/outlines.ts'
import { MinuteRing } from '../../gateway/hours/minute-ring.ts'
import type { Catalogue, ModelEntry } from '../../gateway/model/device.ts'
import type { Kind } from '../../gateway/model/kind.ts'
import type { Reading } from '../../gateway/model/reading.ts'
import type { SurveyQuery } from '../../gateway/model/series.ts'
import { InfluxSeries } from '../../gateway/series/influx-series.ts'
import { type Influxd, startInfluxd } from '../support/influxd.ts'
import { MemoryLog } from '../support/log.ts'
import { get } from './ask.ts'
import { bus, type City, startCity } from './city.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const title = { en: '-', zh: '-' }
/** A kind of the city's own: nothing here knows of wells. */
const well: Kind = {
  id: 'well',
  title,
  moves: false,
  staleAfterSeconds: 900,
  fields: { flow: { unit: 'm³/h', title }, level: { unit: 'm', title }, drawn: { unit: 'm³', counter: true, title }, hoursRun: { counter: true, title } },
}
const model = { id: 'pump', maker: '-', title, kind: 'well', protocol: 'telemetry', source: '-', verified: '-', mapping: {} }
const entry: ModelEntry = { model, kind: well, decoderFor: () => undefined }
const catalogue: Catalogue = {
  kind: id => [well, bus].find(kind => kind.id === id),
  kinds: () => [well, bus],
  model: id => (id === 'pump' ? entry : undefined),
  models: () => [entry],
}

// InfluxDB takes nothing beyond its retention, so the tests move with the clock: the last whole day of Shanghai ends at TO.
const TO = Math.floor((Date.now() + 8 * HOUR) / DAY) * DAY - 8 * HOUR
const FROM = TO - 3 * DAY
const NOW = TO + 5 * HOUR
const period = `from=${new Date(FROM).toISOString()}&to=${new Date(TO).toISOString()}`

let influxd: Influxd
let series: InfluxSeries
let city: City
const asked: SurveyQuery[] = []

/** Reads every quarter of an hour from before the period until its end. `used` is what the well draws an hour, `counter` what its meter shows when it drew so much. */
function* reads(device: string, used: number, counter: (drawn: number, at: number) => number | undefined): Generator<Reading> {
  for (let at = FROM - HOUR; at < TO; at += HOUR / 4) {
    const drawn = counter(((at - FROM) / HOUR) * used, at)
    if (drawn === undefined) continue
    const night = (at + 8 * HOUR) % DAY >= 2 * HOUR && (at + 8 * HOUR) % DAY < 4 * HOUR
    yield { device, org: 'o', kind: 'well', model: 'pump', at, sub: 0, receivedAt: at, values: { drawn, flow: night ? used / 10 : used }, flags: {}, origin: 0 }
  }
}

beforeAll(async () => {
  influxd = await startInfluxd()
  series = new InfluxSeries({ url: influxd.url, database: 'city', kinds: [well, bus], retentionDays: 90, log: new MemoryLog() })
  await series.start()
  const districts = readDistricts(JSON.parse(await readFile(new URL('../../dashboard/public/shanghai_districts.geojson', import.meta.url), 'utf8')))
  const survey = series.survey.bind(series)
  series.survey = query => {
    asked.push(query)
    return survey(query)
  }
  city = await startCity({ catalogue, series, ...(districts && { districts }), now: () => NOW })
  const place = { lat: 31.2, lon: 121.6 }
  city.directory.put(
    { id: 'well-1', org: 'pudong', model: 'pump', name: 'Plain', place },
    { id: 'well-2', org: 'pudong', model: 'pump', name: 'Swapped', place },
    { id: 'well-3', org: 'minhang', model: 'pump', name: 'Runs over', place: { lat: 31.1, lon: 121.4 } },
    { id: 'well-4', org: 'minhang', model: 'pump', name: 'Silent for a day', place: { lat: 0, lon: 0 } },
    { id: 'well-5', org: 'minhang', model: 'pump', name: '=cmd()' },
    { id: 'well-6', org: 'minhang', model: 'pump', name: 'Out of service', stage: 'retired' },
  )
  const signal = new AbortController().signal
  const half = FROM + 1.5 * DAY
  await series.write([...reads('well-1', 2, drawn => 1_000 + drawn)], signal)
  await series.write([...reads('well-2', 4, (drawn, at) => (at < half ? 5_000 + drawn : drawn - 36 * 4))], signal)
  await series.write([...reads('well-3', 10, drawn => (99_700 + drawn) % 100_000)], signal)
  await series.write([...reads('well-4', 1, (drawn, at) => (at >= FROM + DAY && at < FROM + 2 * DAY ? undefined : 100 + drawn))], signal)
  city.hours.set('well-5', MinuteRing.begin(FROM + 2 * DAY))
})
afterAll(async () => {
  await city?.server.stop()
  await series?.stop()
  await influxd?.stop()
})

describe('meters of any kind with a counter', () => {
  it('tell what they used by day, with night flow and reads, over swaps, roll-overs and gaps', async () => {
    const { json } = await get(city, `/api/v1/meters?kind=well&${period}`)
    expect(json).toMatchObject({
      state: 'ready',
      field: 'drawn',
      unit: 'm³',
      rateUnit: 'm³/h',
      columns: [0, 1, 2].map(day => new Date(FROM + day * DAY).toISOString()),
      total: 5,
      rows: [
        { device: 'well-1', district: '310115', total: 48 * 3, highest: 48, night: 0.2, due: 288, received: 288, missing: 0, resets: 0, amounts: [48, 48, 48] },
        // What it drew in the quarter of an hour in which it was swapped nobody knows.
        { device: 'well-2', total: 96 * 3 - 1, night: 0.4, resets: 1, rollovers: 0, amounts: [96, 95, 96] },
        { device: 'well-3', district: '310112', total: 720, resets: 0, rollovers: 1, amounts: [240, 240, 240] },
        // What grew in the gap stands where it ends.
        { device: 'well-4', total: 72, due: 288, received: 192, missing: 96, amounts: [24, null, 48] },
        { device: 'well-5', due: 96, received: 0, missing: 96, amounts: [null, null, null] },
      ],
      sum: { devices: 5, total: 144 + 287 + 720 + 72, due: 288 * 4 + 96, received: 288 * 3 + 192 },
      districts: [
        { id: '310112', sum: { devices: 1, total: 720 } },
        { id: '310115', sum: { devices: 2, total: 431, due: 576, received: 576 } },
        { id: 'none', sum: { devices: 2, total: 72 } },
      ],
      orgs: [
        { id: 'minhang', sum: { devices: 3 } },
        { id: 'pudong', sum: { devices: 2, total: 431 } },
      ],
    })
    expect(JSON.stringify(json)).not.toContain('well-6')
  })

  it('ask the store for all of them at once, and not again for another page or order', async () => {
    const before = asked.length
    expect((await get(city, `/api/v1/meters?kind=well&${period}&sort=-missing&limit=2&offset=0`)).json).toMatchObject({
      rows: [{ device: 'well-4' }, { device: 'well-5' }],
    })
    expect((await get(city, `/api/v1/meters?kind=well&${period}&sort=-total&limit=1&offset=1`)).json).toMatchObject({ rows: [{ device: 'well-2' }] })
    // What was not read comes last, whichever way it is sorted.
    expect((await get(city, `/api/v1/meters?kind=well&${period}&sort=total&limit=1&offset=4`)).json).toMatchObject({ rows: [{ device: 'well-5' }] })
    expect(asked.length).toBe(before)
    expect(asked.every(query => query.devices.length === 5)).toBe(true)
  })

  it('by the hour and by the month, and of one’s own devices alone', async () => {
    const hourly = await get(city, `/api/v1/meters?kind=well&every=hour&from=${new Date(TO - 2 * HOUR).toISOString()}&to=${new Date(TO).toISOString()}`, {
      token: 'cgt_pudong',
    })
    expect(hourly.json).toMatchObject({
      total: 2,
      rows: [
        { device: 'well-1', amounts: [2, 2] },
        { device: 'well-2', amounts: [4, 4] },
      ],
      orgs: [{ id: 'pudong' }],
    })
    const monthly = await get(city, `/api/v1/meters?kind=well&every=month&${period}&q=plain`)
    const { columns, rows } = monthly.json as { columns: string[]; rows: { amounts: number[] }[] }
    expect(columns.length).toBe(rows[0]?.amounts.length)
    expect(rows[0]?.amounts.reduce((sum, amount) => sum + amount, 0)).toBeCloseTo(144, 6)
  })

  it('only in a district, or in a part of the map', async () => {
    expect((await get(city, `/api/v1/meters?kind=well&${period}&district=310112`)).json).toMatchObject({ rows: [{ device: 'well-3' }] })
    expect((await get(city, `/api/v1/meters?kind=well&${period}&bbox=121.5,31.1,121.7,31.3`)).json).toMatchObject({
      total: 2,
      rows: [{ device: 'well-1' }, { device: 'well-2' }],
    })
  })

  it('as a file, in which nothing is a formula', async () => {
    const { text, headers } = await get(city, `/api/v1/meters?kind=well&${period}&format=csv&sort=-device`)
    expect(headers['content-disposition']).toBe('attachment; filename="well-drawn.csv"')
    const lines = text.trim().split('\r\n')
    expect(lines[0]).toBe(
      `device,name,org,district,total,highest,night,due,received,missing,rate,resets,jumps,lat,lon,${[0, 1, 2].map(day => new Date(FROM + day * DAY).toISOString()).join()}`,
    )
    expect(lines[1]).toBe("well-5,'=cmd(),minhang,,,,,96,0,96,0,0,0,,,,,")
    expect(lines[5]).toBe('well-1,Plain,pudong,310115,144,48,0.2,288,288,0,1,0,0,31.2,121.6,48,48,48')
  })

  it.each([
    ['kind=bus', 'kind'],
    ['kind=submarine', 'kind'],
    ['kind=well&field=level', 'field'],
    ['kind=well&sort=colour', 'sort'],
    ['kind=well&from=-400d', 'from'],
    ['kind=well&from=now', 'from'],
    ['kind=well&every=hour&from=-9d', 'from'],
    ['kind=well&every=week', 'every'],
    ['', 'kind'],
  ])('refuse %s', async (query, field) => {
    expect(await get(city, `/api/v1/meters?${query}`)).toMatchObject({ status: 400, json: { errors: [{ field }] } })
  })

  it('are an error, and not an empty table, while the store is away', async () => {
    const away = await startCity({ catalogue, now: () => NOW })
    away.directory.put({ id: 'well-1', org: 'pudong', model: 'pump' })
    away.series.survey = () => series.survey({ kind: 'nothing', devices: [], from: 0, to: 1, field: 'x', functions: [] })
    expect((await get(away, '/api/v1/meters?kind=well')).status).toBeGreaterThanOrEqual(400)
    await away.server.stop()
  })
})
