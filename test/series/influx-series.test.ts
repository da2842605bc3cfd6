import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { InfluxSeries } from '../../gateway/series/influx-series.ts'
import { type Influxd, startInfluxd } from '../support/influxd.ts'
import { DAY_MS, freshDevice, keptLog, kinds, never, reading, T0 } from './town.ts'

let influxd: Influxd
const opened: InfluxSeries[] = []

beforeAll(async () => {
  influxd = await startInfluxd()
})
afterAll(async () => {
  for (const store of opened) await store.stop()
  await influxd?.stop()
})

function make(
  database: string,
  options: { readonly url?: string; readonly retentionDays?: number; readonly log?: ReturnType<typeof keptLog> } = {},
): InfluxSeries {
  const store = new InfluxSeries({ url: influxd.url, database, retentionDays: 90, kinds, log: keptLog(), ...options })
  opened.push(store)
  return store
}

async function influx(path: string, body: string | URLSearchParams): Promise<string> {
  const answer = await fetch(`${influxd.url}${path}`, { method: 'POST', body })
  const text = await answer.text()
  if (!answer.ok || text.includes('"error"')) throw new Error(text)
  return text
}
const query = (q: string): Promise<string> => influx('/query', new URLSearchParams({ q }))
const count = async (store: InfluxSeries, device: string, kind: string, field: string): Promise<unknown> =>
  (await store.read({ device, kind, fields: [field], from: T0 - 90 * DAY_MS, to: T0 + DAY_MS, limit: 1, bucket: { everyMs: 500 * DAY_MS, fn: 'count' } }))[0]
    ?.values[field]

describe('an outage', () => {
  test('is a retryable error, and writes go on when InfluxDB is back', async () => {
    const server = await startInfluxd()
    try {
      const store = make('city', { url: server.url })
      await store.start()
      await store.write([reading({ device: 'd', values: { speed: 1 } })], never)
      await server.kill()
      const unreachable = {
        code: 'SERIES_UNREACHABLE',
        retryable: true,
        message: expect.stringMatching(/InfluxDB at 127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\); check that it runs/),
      }
      const second = [reading({ device: 'd', at: T0 + 1, values: { speed: 2 } })]
      await expect(store.write(second, never)).rejects.toMatchObject(unreachable)
      await expect(store.ping()).rejects.toMatchObject(unreachable)
      await expect(store.read({ device: 'd', kind: 'bus', from: T0, to: T0 + 9, limit: 9 })).rejects.toMatchObject(unreachable)
      await server.restart()
      await store.ping()
      await store.write(second, never)
      expect((await store.read({ device: 'd', kind: 'bus', from: T0, to: T0 + 9, limit: 9 })).map(row => row.values.speed)).toEqual([1, 2])
    } finally {
      await server.stop()
    }
  })

  test('at the start fails the start, and the first write makes what is missing', async () => {
    const server = await startInfluxd()
    try {
      await server.kill()
      const store = make('city', { url: server.url })
      await expect(store.start()).rejects.toMatchObject({ code: 'SERIES_UNREACHABLE', retryable: true })
      await server.restart()
      await store.write([reading({ device: 'd', values: { speed: 1 } })], never)
      expect(await count(store, 'd', 'bus', 'speed')).toBe(1)
    } finally {
      await server.stop()
    }
  })

  test('in the middle of a batch loses nothing of it', async () => {
    const server = await startInfluxd()
    try {
      const store = make('city', { url: server.url })
      await store.start()
      const batch = Array.from({ length: 60_000 }, (_, index) => reading({ device: 'd', at: T0 + index, values: { speed: index } }))
      const writing = store.write(batch, never)
      const failed = expect(writing).rejects.toMatchObject({ code: 'SERIES_UNREACHABLE', retryable: true })
      await expect.poll(() => count(store, 'd', 'bus', 'speed'), { interval: 5 }).toBeGreaterThan(0)
      await server.kill()
      await failed
      await server.restart()
      await store.write(batch, never)
      expect(await count(store, 'd', 'bus', 'speed')).toBe(60_000)
    } finally {
      await server.stop()
    }
  })
})

describe('another time precision', () => {
  test('of other writers and readers of the same database: every point is where its time says', async () => {
    const store = make('precisions')
    await store.start()
    const device = freshDevice()
    const tags = `bus,device=${device},model=m,org=o`
    await influx('/write?db=precisions&rp=citygate&precision=s', `${tags} speed=1,received_at=1i ${T0 / 1000}`)
    await influx('/write?db=precisions&rp=citygate&precision=ms', `${tags} speed=2,received_at=1i ${T0 + 1_001}`)
    await influx('/write?db=precisions&rp=citygate', `${tags} speed=3,received_at=1i ${T0 + 2_002}000000`)
    await store.write([reading({ device, at: T0 + 3_003, sub: 123_456, values: { speed: 4 } })], never)
    const rows = await store.read({ device, kind: 'bus', fields: ['speed'], from: T0, to: T0 + 10_000, limit: 9 })
    expect(rows.map(row => [row.at - T0, row.values.speed])).toEqual([
      [0, 1],
      [1_001, 2],
      [2_002, 3],
      [3_003, 4],
    ])
    // Whoever asks for milliseconds or seconds is told the same moments, cut.
    for (const [epoch, expected] of [
      ['ms', T0 + 3_003],
      ['s', Math.floor((T0 + 3_003) / 1000)],
      ['ns', `${T0 + 3_003}123456`],
    ] as const) {
      const answer = await influx(
        '/query',
        new URLSearchParams({ db: 'precisions', epoch, q: `SELECT speed FROM citygate.bus WHERE device='${device}' AND speed=4` }),
      )
      expect(answer).toContain(`[${expected},4]`)
    }
  })

  test('of a server that was restarted between two writes changes nothing', async () => {
    const server = await startInfluxd()
    try {
      const store = make('restarted', { url: server.url })
      await store.start()
      const two = [0, 1].map(sub => reading({ device: 'd', at: T0 + 7, sub, values: { speed: sub } }))
      await store.write(two, never)
      await server.kill()
      await server.restart()
      await store.write(two, never)
      expect((await store.read({ device: 'd', kind: 'bus', from: T0, to: T0 + 9, limit: 9 })).map(row => [row.at - T0, row.values.speed])).toEqual([
        [7, 0],
        [7, 1],
      ])
    } finally {
      await server.stop()
    }
  })
})

describe('refused points', () => {
  test('one of another type among 5,000: the rest is stored, and the reason is logged once with its count', async () => {
    const log = keptLog()
    const store = make('conflict', { log })
    await store.start()
    await influx('/write?db=conflict&rp=citygate&precision=ms', `worksite,device=x pm10="high" ${T0}`)
    const device = freshDevice()
    const batch = Array.from({ length: 5_000 }, (_, index) =>
      reading({ device, kind: 'worksite', at: T0 + index, values: index === 2_500 ? { pm10: 1, noise: 1 } : { noise: index } }),
    )
    const refused: unknown[] = []
    await store.write(batch, never, (which, why) => refused.push([which.at, why]))
    await store.write(batch, never)
    expect(await count(store, device, 'worksite', 'noise')).toBe(4_999)
    expect(refused).toEqual([[T0 + 2_500, expect.stringMatching(/field type conflict: input field "pm10"/)]])
    const said = log.lines.filter(line => line.includes('field type conflict'))
    expect(said).toHaveLength(1)
    expect(said[0]).toMatch(/^warn .*input field \\"pm10\\" on measurement \\"worksite\\".*"count":1/)
  })

  test('on another day than the rest: each shard is asked for itself', async () => {
    const log = keptLog()
    const store = make('conflict', { log })
    const oldDay = T0 - 40 * DAY_MS
    await influx('/write?db=conflict&rp=citygate&precision=ms', `electricity-meter,device=x voltageL1="high" ${oldDay}`)
    const device = freshDevice()
    const voltage = (at: number): ReturnType<typeof reading> => reading({ device, kind: 'electricity-meter', at, values: { voltageL1: 230 } })
    const refused: number[] = []
    const batch = [voltage(oldDay), ...Array.from({ length: 300 }, (_, index) => voltage(T0 - (index % 30) * DAY_MS + index))]
    await store.write(batch, never, ({ at }) => refused.push(at))
    expect(refused).toEqual([oldDay])
    expect(await count(store, device, 'electricity-meter', 'voltageL1')).toBe(300)
    expect(log.lines.filter(line => line.includes('field type conflict'))).toHaveLength(1)
  })

  test('older than the retention: the rest is stored', async () => {
    const log = keptLog()
    const store = make('late', { log })
    const device = freshDevice()
    const refused: number[] = []
    const old = [T0 - 400 * DAY_MS, T0 - 300 * DAY_MS].map(at => reading({ device, at, values: { speed: 1 } }))
    await store.write([reading({ device, values: { speed: 2 } }), ...old], never, ({ at }) => refused.push(at))
    expect(refused).toEqual([T0 - 400 * DAY_MS, T0 - 300 * DAY_MS])
    expect(await count(store, device, 'bus', 'speed')).toBe(1)
    expect(log.lines.filter(line => line.includes('older than the retention'))).toHaveLength(1)
  })
})

describe('the database', () => {
  test('is made with its retention, which follows the setting later', async () => {
    await make('kept').start()
    expect(await query('SHOW RETENTION POLICIES ON kept')).toContain('["citygate","2160h0m0s","24h0m0s",1,true]')
    await make('kept', { retentionDays: 1 }).start()
    expect(await query('SHOW RETENTION POLICIES ON kept')).toContain('["citygate","24h0m0s","1h0m0s",1,true]')
    await make('kept', { retentionDays: 0 }).start()
    expect(await query('SHOW RETENTION POLICIES ON kept')).toContain('["citygate","0s","168h0m0s",1,true]')
  })

  test('that is there and empty gets the policy as its default, one in use keeps its own', async () => {
    await query('CREATE DATABASE empty')
    await query('CREATE DATABASE used')
    await influx('/write?db=used', 'theirs v=1')
    const [empty, used] = [make('empty'), make('used')]
    await Promise.all([empty.start(), used.start()])
    expect(await query('SHOW RETENTION POLICIES ON empty')).toContain('["citygate","2160h0m0s","24h0m0s",1,true]')
    expect(await query('SHOW RETENTION POLICIES ON used')).toContain('["citygate","2160h0m0s","24h0m0s",1,false]')
    await used.write([reading({ device: 'd', values: { speed: 1 } })], never)
    expect(await count(used, 'd', 'bus', 'speed')).toBe(1)
  })

  test('that somebody dropped is made again by the next write; until then nothing is read', async () => {
    const store = make('dropped')
    await store.start()
    for (const drop of ['DROP DATABASE dropped', 'DROP RETENTION POLICY citygate ON dropped']) {
      await query(drop)
      expect(await count(store, 'd', 'bus', 'speed')).toBeUndefined()
      await store.write([reading({ device: 'd', values: { speed: 1 } })], never)
      expect(await count(store, 'd', 'bus', 'speed')).toBe(1)
    }
  })

  test('holds the tags, the types and the nanoseconds that are documented', async () => {
    const store = make('shape')
    await store.write(
      [
        reading({
          device: 'd',
          sub: 42,
          values: { speed: 3, occupancy: 4, doorOpen: true, route: 'r' },
          position: { lat: 1, lon: 2 },
          flags: { historical: true },
        }),
      ],
      never,
    )
    const kept = await query('SELECT * FROM shape.citygate.bus')
    expect(JSON.parse(kept).results[0].series[0].columns).toEqual([
      'time',
      'device',
      'doorOpen',
      'flags',
      'lat',
      'lon',
      'model',
      'occupancy',
      'org',
      'received_at',
      'route',
      'speed',
    ])
    expect(kept).toContain(`true,"historical",1,2,"citygate-bus-unit",4,"pudong-bus",${T0 + 250},"r",3]`)
    expect(kept).toMatch(/\["[0-9T:-]+\.000000042Z","d"/)
    const types = await query('SHOW FIELD KEYS ON shape FROM bus')
    for (const type of ['["occupancy","integer"]', '["speed","float"]', '["doorOpen","boolean"]', '["route","string"]', '["received_at","integer"]'])
      expect(types).toContain(type)
  })
})
