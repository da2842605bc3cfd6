import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MinuteRing } from '../../gateway/hours/minute-ring.ts'
import type { Catalogue, ModelEntry } from '../../gateway/model/device.ts'
import type { Kind } from '../../gateway/model/kind.ts'
import type { LiveState } from '../../gateway/model/live.ts'
import type { Reading, Values } from '../../gateway/model/reading.ts'
import { InfluxSeries } from '../../gateway/series/influx-series.ts'
import { type Influxd, startInfluxd } from '../support/influxd.ts'
import { MemoryLog } from '../support/log.ts'
import { get } from './ask.ts'
import { type City, startCity } from './city.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const title = { en: '-', zh: '-' }
/** Kinds of a city's own. */
const yard: Kind = {
  id: 'yard',
  title,
  moves: false,
  staleAfterSeconds: 300,
  fields: { wind: { unit: '°', range: [0, 360], circular: true, title }, dust: { unit: 'µg/m³', range: [0, 500], title }, gate: { type: 'boolean', title } },
}
const tram: Kind = {
  id: 'tram',
  title,
  moves: true,
  staleAfterSeconds: 60,
  fields: { line: { type: 'string', title }, run: { unit: 'km', counter: true, title }, speed: { unit: 'km/h', range: [0, 80], title } },
}
const kinds = [yard, tram]
const models = kinds.map((kind): ModelEntry => {
  const model = { id: kind.id, maker: '-', title, kind: kind.id, protocol: 'telemetry', source: '-', verified: '-', mapping: {} }
  return { model, kind, decoderFor: () => undefined }
})
const catalogue: Catalogue = {
  kind: id => kinds.find(kind => kind.id === id),
  kinds: () => kinds,
  model: id => models.find(({ model }) => model.id === id),
  models: () => models,
}

// InfluxDB takes nothing beyond its retention, so the tests move with the clock, by whole hours.
const NOW = Math.floor(Date.now() / HOUR) * HOUR
const FROM = NOW - 48 * HOUR
const period = `from=${new Date(FROM).toISOString()}&to=${new Date(NOW).toISOString()}`

let influxd: Influxd
let series: InfluxSeries
let city: City

function reading(device: string, kind: string, at: number, values: Values): Reading {
  return { device, org: 'o', kind, model: kind, at, sub: 0, receivedAt: at, values, flags: {}, origin: 0 }
}

function live(device: string, kind: string, receivedAt: number, values: Values): LiveState {
  const latest = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, at: receivedAt }]))
  return { device, org: 'o', kind, model: kind, at: receivedAt, receivedAt, values: latest, flags: {}, revision: 1 }
}

beforeAll(async () => {
  influxd = await startInfluxd()
  series = new InfluxSeries({ url: influxd.url, database: 'city', kinds, retentionDays: 90, log: new MemoryLog() })
  await series.start()
  city = await startCity({ catalogue, series, now: () => NOW })
  city.directory.put(
    { id: 'yard-1', org: 'pudong', model: 'yard', name: 'Dusty', place: { lat: 31.2, lon: 121.6 } },
    { id: 'yard-2', org: 'minhang', model: 'yard' },
    { id: 'yard-3', org: 'minhang', model: 'yard' },
    { id: 'tram-1', org: 'pudong', model: 'tram' },
    { id: 'tram-2', org: 'pudong', model: 'tram' },
    { id: 'tram-3', org: 'minhang', model: 'tram' },
    { id: 'tram-4', org: 'minhang', model: 'tram' },
  )
  const readings: Reading[] = []
  for (let at = FROM; at < NOW; at += MINUTE) {
    const minute = (at - FROM) / MINUTE
    // From minute 100 to 124 it is above 150, from 110 to 114 above 500; 40 otherwise.
    readings.push(reading('yard-1', 'yard', at, { dust: minute >= 110 && minute < 115 ? 700 + minute : minute >= 100 && minute < 125 ? 200 : 40 }))
    if (minute % 5 === 0) readings.push(reading('yard-2', 'yard', at, { dust: minute < 60 ? -5 : 10 }))
    if (minute % 10 === 0)
      readings.push(
        reading('tram-1', 'tram', at, { run: 90_000 + minute / 10 }),
        reading('tram-2', 'tram', at, { run: minute < 1_440 ? 500 + minute / 10 : minute / 10 - 144 }),
      )
  }
  await series.write(readings, new AbortController().signal)
  city.states.set('yard-1', live('yard-1', 'yard', NOW - MINUTE, { dust: 40 }))
  city.states.set('tram-1', live('tram-1', 'tram', NOW - 10_000, { line: 'T1', speed: 31 }))
  city.states.set('tram-2', live('tram-2', 'tram', NOW - 2 * HOUR, { line: 'T1', speed: 0 }))
  city.states.set('tram-3', live('tram-3', 'tram', NOW - 30 * HOUR, { line: 'T2' }))
  const ring = MinuteRing.begin(NOW - 3 * HOUR)
  for (let minute = 0; minute < 60; minute++) ring.mark(NOW - 3 * HOUR + minute * MINUTE, false)
  city.hours.set('tram-2', ring)
})
afterAll(async () => {
  await city?.server.stop()
  await series?.stop()
  await influxd?.stop()
})

describe('sites of any kind with a field that has a range', () => {
  it('tell what lay beyond the range: how often, how long, how far, and the last day’s course', async () => {
    const { json } = await get(city, `/api/v1/sites?kind=yard&${period}`)
    expect(json).toMatchObject({
      state: 'ready',
      field: 'dust',
      unit: 'µg/m³',
      limits: [0, 500],
      total: 3,
      rows: [
        {
          device: 'yard-1',
          name: 'Dusty',
          latest: 40,
          lowest: 40,
          peak: 814,
          count: 5,
          minutes: 10,
          worst: 814,
          worstAt: new Date(FROM + 110 * MINUTE).toISOString(),
          curve: Array(24).fill(40),
        },
        { device: 'yard-2', lowest: -5, peak: 10, count: 12, minutes: 60, worst: -5, worstAt: new Date(FROM).toISOString(), curve: Array(24).fill(10) },
        { device: 'yard-3', count: 0, minutes: 0, curve: Array(24).fill(null) },
      ],
      sum: { devices: 3, exceeding: 2, count: 17, minutes: 70 },
      orgs: [
        { id: 'minhang', sum: { devices: 2, exceeding: 1 } },
        { id: 'pudong', sum: { devices: 1, exceeding: 1, count: 5 } },
      ],
    })
    const [first] = (json as { rows: { mean: number }[] }).rows
    // 2880 readings: 20 of 200, five of 810 to 814, 40 otherwise.
    expect(first?.mean).toBeCloseTo((20 * 200 + 4_060 + 2_855 * 40) / 2_880, 5)
  })

  it('against a limit of one’s own, the most first, of one’s own devices alone, and as a file', async () => {
    const { json } = await get(city, `/api/v1/sites?kind=yard&above=150&sort=-minutes&${period}`, { token: 'cgt_pudong' })
    expect(json).toMatchObject({ limits: [0, 150], total: 1, rows: [{ device: 'yard-1', count: 25, minutes: 30, worst: 814 }] })
    const { text } = await get(city, `/api/v1/sites?kind=yard&format=csv&sort=-count&${period}`)
    expect(text.split('\r\n').map(line => line.split(',')[0])).toEqual(['device', 'yard-2', 'yard-1', 'yard-3', ''])
  })

  it.each([
    ['kind=yard&field=wind', 'field'],
    ['kind=yard&above=-1', 'above'],
    ['kind=yard&above=much', 'above'],
    ['kind=yard&sort=colour', 'sort'],
  ])('refuse %s', async (query, field) => {
    expect(await get(city, `/api/v1/sites?${query}`)).toMatchObject({ status: 400, json: { errors: [{ field }] } })
  })
})

describe('fleets of any kind that moves', () => {
  it('tell who is in service, late and silent, by route, and how far they went, over a new odometer too', async () => {
    const { json } = await get(city, `/api/v1/fleets?kind=tram&${period}`)
    expect(json).toMatchObject({
      state: 'ready',
      odometer: 'run',
      rows: [
        { device: 'tram-1', state: 'inService', route: 'T1', speed: 31, distance: 287 },
        // 143 km and 143 km: between the two readings nobody knows.
        { device: 'tram-2', state: 'late', route: 'T1', distance: 286, due: 179, received: 60 },
        { device: 'tram-3', state: 'silent', route: 'T2', lastHeardAt: new Date(NOW - 30 * HOUR).toISOString() },
        { device: 'tram-4', state: 'silent' },
      ],
      sum: { devices: 4, inService: 1, late: 1, silent: 2, distance: 573 },
      routes: [
        { id: 'T1', sum: { devices: 2, inService: 1, late: 1, distance: 573 } },
        { id: 'T2', sum: { devices: 1, silent: 1 } },
      ],
    })
  })

  it('by state and route, sorted, of one’s own alone, and as a file', async () => {
    expect((await get(city, '/api/v1/fleets?kind=tram&state=silent')).json).toMatchObject({ total: 2, rows: [{ device: 'tram-3' }, { device: 'tram-4' }] })
    expect((await get(city, '/api/v1/fleets?kind=tram&route=T1&sort=-device')).json).toMatchObject({ rows: [{ device: 'tram-2' }, { device: 'tram-1' }] })
    expect((await get(city, '/api/v1/fleets?kind=tram', { token: 'cgt_minhang' })).json).toMatchObject({ total: 2, sum: { silent: 2 } })
    const { text } = await get(city, '/api/v1/fleets?kind=tram&format=csv&sort=-lastHeardAt')
    expect(text.split('\r\n').map(line => line.split(',')[0])).toEqual(['device', 'tram-1', 'tram-2', 'tram-3', 'tram-4', ''])
    expect(await get(city, '/api/v1/fleets?kind=yard')).toMatchObject({ status: 400, json: { errors: [{ field: 'kind' }] } })
  })
})
