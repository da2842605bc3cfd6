import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { joinParts, type Track } from '../../dashboard/replay/track.ts'
import { PartReader, type TracksPart } from '../../dashboard/replay/track-codec.ts'
import type { Reading } from '../../gateway/model/reading.ts'
import type { SeriesStore } from '../../gateway/model/series.ts'
import { InfluxSeries } from '../../gateway/series/influx-series.ts'
import { SqliteSeries } from '../../gateway/series/sqlite-series.ts'
import { type Influxd, startInfluxd } from '../support/influxd.ts'
import { MemoryLog } from '../support/log.ts'
import { get } from './ask.ts'
import { bus, type City, furnish, meter, startCity } from './city.ts'

const SECOND = 1000
/** InfluxDB takes nothing beyond its retention, so the tests move with the clock. */
const NOW = Math.floor(Date.now() / SECOND) * SECOND - 3_600_000
const START = NOW - 2_400_000

let influxd: Influxd
let folder: string
const stores: Record<'SQLite' | 'InfluxDB', SeriesStore | undefined> = { SQLite: undefined, InfluxDB: undefined }
const cities: Record<'SQLite' | 'InfluxDB', City | undefined> = { SQLite: undefined, InfluxDB: undefined }

function reading(device: string, seconds: number, part: Partial<Reading> = {}): Reading {
  const at = START + seconds * SECOND
  const position = { lat: 31.2 + seconds * 1e-5, lon: 121.5 - seconds * 1e-5 }
  return {
    device,
    org: 'pudong',
    kind: 'bus',
    model: 'bus-unit',
    at,
    sub: 0,
    receivedAt: at,
    values: { speed: 30.5, heading: 359.7 },
    position,
    flags: {},
    origin: 0,
    ...part,
  }
}

/** bus-1: a fix each second for ten minutes, silent for two, and one fix more; its door open for a while. bus-2, of minhang, elsewhere. */
const readings: readonly Reading[] = [
  ...Array.from({ length: 600 }, (_, second) =>
    reading('bus-1', second, { values: { speed: second % 60, heading: 359.7, doorOpen: second >= 100 && second < 130 } }),
  ),
  reading('bus-1', 720, { values: { speed: 130 }, flags: { outOfRange: ['speed'], historical: true } }),
  reading('bus-1', 721, { values: { speed: 20 }, position: { lat: 91, lon: 200 } }),
  reading('bus-2', 10, { org: 'minhang', position: { lat: 31.3, lon: 121.6 } }),
]

beforeAll(async () => {
  influxd = await startInfluxd()
  folder = await mkdtemp(join(tmpdir(), 'citygate-tracks-'))
  const common = { kinds: [bus, meter], retentionDays: 0, log: new MemoryLog() }
  stores.SQLite = new SqliteSeries({ file: join(folder, 'series.db'), ...common })
  stores.InfluxDB = new InfluxSeries({ url: influxd.url, database: 'city', ...common })
  for (const name of ['SQLite', 'InfluxDB'] as const) {
    const series = stores[name]
    if (!series) continue
    await series.start()
    await series.write(readings, AbortSignal.timeout(20_000))
    const city = await startCity({ series, now: () => NOW })
    furnish(city)
    cities[name] = city
  }
})
afterAll(async () => {
  for (const city of Object.values(cities)) await city?.server.stop()
  for (const store of Object.values(stores)) await store?.stop()
  await influxd?.stop()
  await rm(folder, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly parts: readonly TracksPart[]
  readonly tracks: readonly Track[]
}

/** The tracks of an answer, read as the dashboard reads them. */
async function tracks(city: City | undefined, query: string, token?: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  request({ host: '127.0.0.1', port: city?.server.port, path: `/api/v1/tracks?${query}`, headers, agent: false }, response => {
    const reader = new PartReader()
    const parts: TracksPart[] = []
    response.on('data', (chunk: Buffer) => response.statusCode === 200 && parts.push(...reader.read(chunk)))
    response.on('error', reject)
    response.on('end', () => {
      expect(reader.unfinished).toBe(false)
      const byDevice = Map.groupBy(
        parts.flatMap(part => (part.type === 'track' ? [part.track] : [])),
        part => part.device,
      )
      resolve({ status: response.statusCode ?? 0, headers: response.headers, parts, tracks: [...byDevice.values()].map(joinParts) })
    })
  })
    .on('error', reject)
    .end()
  return promise
}

const iso = (seconds: number): string => new Date(START + seconds * SECOND).toISOString()
const period = `from=${iso(0)}&to=${iso(1000)}`

describe.each(['SQLite', 'InfluxDB'] as const)('tracks from %s', name => {
  it('hold every fix with the silence marked, and what began and ended', async () => {
    const { tracks: found, parts, headers } = await tracks(cities[name], `${period}&devices=bus-1`)
    expect(headers).toMatchObject({ 'content-type': 'application/x-protobuf', 'cache-control': 'private, max-age=60' })
    expect(parts[0]).toEqual({ type: 'head', head: { fromMs: START, toMs: START + 1_000_000, devices: 1, stepMs: 0 } })
    expect(parts.at(-1)).toEqual({ type: 'end', end: { fixes: 601, tracks: 1, devicesCut: 0 } })
    const [track] = found
    expect(track).toMatchObject({
      device: 'bus-1',
      kind: 'bus',
      org: 'pudong',
      name: 'Line 21 / 浦东',
      simulated: true,
      staleAfterMs: 60_000,
      size: 601,
      leftOut: 0,
    })
    expect([...(track?.at ?? [])]).toEqual([...Array.from({ length: 600 }, (_, second) => START + second * SECOND), START + 720 * SECOND])
    expect([...(track?.breaks ?? [])].map((kind, index) => [index, kind]).filter(([, kind]) => kind !== 0)).toEqual([[600, 1]])
    expect(track?.lat[250]).toBeCloseTo(31.2025, 6)
    expect(track?.lon[250]).toBeCloseTo(121.4975, 6)
    expect([track?.speed[59], track?.speed[60], track?.heading[3]]).toEqual([59, 0, 0])
    expect(track?.events).toEqual([
      { at: START + 100_000, what: 'doorOpen', began: true },
      { at: START + 130_000, what: 'doorOpen', began: false },
      { at: START + 720_000, what: 'outOfRange:speed', began: true },
      { at: START + 721_000, what: 'outOfRange:speed', began: false },
    ])
  })

  it('are thinned to a step, but for both sides of a silence, and say so', async () => {
    const { tracks: found, parts } = await tracks(cities[name], `${period}&devices=bus-1&step=10s`)
    const [track] = found
    const seconds = [...(track?.at ?? [])].map(at => (at - START) / SECOND)
    expect(parts[0]).toMatchObject({ head: { stepMs: 10_000 } })
    expect(seconds.slice(0, 3)).toEqual([0, 8, 16])
    expect(seconds.slice(-3)).toEqual([592, 599, 720])
    expect(track?.breaks.at(-1)).toBe(1)
    expect((track?.size ?? 0) + (track?.leftOut ?? 0)).toBe(601)
  })

  it('are found by place, for who was there in the period', async () => {
    const box = 'bbox=121.59,31.29,121.61,31.31'
    expect((await tracks(cities[name], `${period}&${box}`)).tracks.map(track => track.device)).toEqual(['bus-2'])
    expect((await tracks(cities[name], `from=${iso(11)}&to=${iso(1000)}&${box}`)).tracks).toEqual([])
  })

  it('come only of what the asker may see', async () => {
    const devices = async (token: string, more = '') => (await tracks(cities[name], period + more, token)).tracks.map(track => track.device)
    expect(await devices('cgt_pudong')).toEqual(['bus-1'])
    expect(await devices('cgt_minhang')).toEqual(['bus-2'])
    expect(await devices('cgt_pudong_meters')).toEqual([])
    expect(await devices('cgt_minhang', '&bbox=121,31,122,32')).toEqual(['bus-2'])
    expect((await tracks(cities[name], `${period}&devices=bus-2`, 'cgt_pudong')).status).toBe(404)
    expect((await tracks(cities[name], period, 'cgt_wrong')).status).toBe(401)
  })
})

describe('a question for tracks', () => {
  let city: City
  beforeAll(async () => {
    city = await startCity()
    furnish(city)
  })
  afterAll(() => city.server.stop())

  it.each([
    ['from=-40d', '31 days'],
    ['from=now&to=-1h', 'must lie after from'],
    ['devices=meter-1', 'names none that moves'],
    ['step=5', 'auto, none, or 1s to 1h'],
    ['from=-31d&step=1s', 'the shortest for 2 devices'],
    ['kinds=submarine', 'there is no kind'],
    ['speed=2', 'is unknown'],
  ])('%s is refused with what would do', async (query, words) => {
    const { status, text } = await get(city, `/api/v1/tracks?${query}`)
    expect([status, text]).toEqual([400, expect.stringContaining(words)])
  })

  it('of too much says how much would do, before a reading is read', async () => {
    const crowd = Array.from({ length: 3_000 }, (_, index) => ({ id: `b${index}`, org: 'pudong', model: 'bus-unit' }))
    city.directory.put(...crowd)
    const tooMany = await get(city, '/api/v1/tracks?from=-10m')
    expect([tooMany.status, tooMany.text]).toEqual([400, expect.stringMatching(/leaves 3002 devices to replay, and 2000 are the most: choose a smaller area/)])
    const tooLong = await get(city, '/api/v1/tracks?from=-12h&bbox=121,31,122,32')
    expect([tooLong.status, tooLong.text]).toEqual([400, expect.stringMatching(/look through.*choose a period of 479 min/)])
    city.series.found = query => query.devices.slice(0, 1_000)
    const halfDay = await get(city, '/api/v1/tracks?from=-4h&bbox=121,31,122,32')
    expect([halfDay.status, halfDay.text]).toEqual([400, expect.stringMatching(/1000 devices × 4.0 h.*choose a period of 144 min/)])
    expect(city.series.asked).toEqual([])
    const hour = await tracks(city, 'bbox=121,31,122,32')
    expect(hour.parts[0]).toMatchObject({ head: { devices: 1_000, stepMs: 10_000 } })
    expect(hour.headers['cache-control']).toBe('no-store')
  })

  it('that fails while it is answered has no end', async () => {
    let asked = 0
    city.series.found = query => query.devices.slice(0, 10)
    city.series.answer = () => {
      asked += 1
      if (asked > 5) throw new Error('the store fell over')
      return [{ at: NOW, values: { lat: 31, lon: 121 } }]
    }
    await expect(tracks(city, 'bbox=121,31,122,32&kinds=bus')).rejects.toThrow()
    city.series.answer = () => []
    expect((await tracks(city, 'devices=bus-1')).parts.at(-1)).toMatchObject({ end: { tracks: 0 } })
  })
})
