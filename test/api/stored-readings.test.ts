import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Reading } from '../../gateway/model/reading.ts'
import { SqliteSeries } from '../../gateway/series/sqlite-series.ts'
import { MemoryLog } from '../support/log.ts'
import { get } from './ask.ts'
import { bus, type City, furnish, meter, NOW, startCity } from './city.ts'

const MINUTE = 60_000
let folder: string
let series: SqliteSeries
let city: City

function reading(at: number, values: Reading['values'], sub = 0): Reading {
  return {
    device: 'bus-1',
    org: 'pudong',
    kind: 'bus',
    model: 'bus-unit',
    at,
    sub,
    receivedAt: at + 100,
    values,
    position: { lat: 31.2, lon: 121.5 },
    flags: {},
    origin: 0,
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'citygate-api-'))
  series = new SqliteSeries({ file: join(folder, 'series.db'), kinds: [bus, meter], retentionDays: 0, log: new MemoryLog() })
  await series.start()
  const readings = Array.from({ length: 3 * 24 * 60 }, (_, minute) =>
    reading(NOW - (minute + 1) * MINUTE, { speed: minute % 60, doorOpen: minute % 2 === 0, route: '21' }),
  )
  await series.write([...readings, reading(NOW - MINUTE, { speed: 120, route: '22' }, 7)], AbortSignal.timeout(20_000))
  city = await startCity({ series })
  furnish(city)
})

afterAll(async () => {
  await city.server.stop()
  await series.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('readings from the embedded store', () => {
  it('come whole over many pages, two of one millisecond among them', async () => {
    let address: string | undefined = '/api/v1/devices/bus-1/readings?from=-3d&limit=1000'
    const seen: string[] = []
    while (address !== undefined) {
      const page = (await get(city, address)).json as { rows: { at: string; values: { speed: number } }[]; next?: string }
      seen.push(...page.rows.map(row => `${row.at} ${row.values.speed}`))
      address = page.next
    }
    expect(seen).toHaveLength(3 * 24 * 60 + 1)
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('make local days with several functions', async () => {
    const { json } = await get(city, '/api/v1/devices/bus-1/readings?from=-3d&every=1d&fields=speed&fn=count,max')
    // 08:00 in Shanghai: the first and last day are eight and sixteen hours long here.
    expect(json).toMatchObject({
      rows: [
        { at: '2026-07-27T16:00:00.000Z', values: { 'speed.count': 16 * 60, 'speed.max': 59 } },
        { at: '2026-07-28T16:00:00.000Z', values: { 'speed.count': 24 * 60 } },
        { at: '2026-07-29T16:00:00.000Z', values: { 'speed.count': 24 * 60 } },
        { at: '2026-07-30T16:00:00.000Z', values: { 'speed.count': 8 * 60 + 1, 'speed.max': 120 } },
      ],
    })
  })

  it('have texts, booleans and positions', async () => {
    const { json } = await get(city, '/api/v1/devices/bus-1/readings?from=-2m&every=1m&fn=last&order=desc')
    expect(json).toMatchObject({
      rows: [{ values: { route: '22', speed: 120, lat: 31.2 } }, { values: { route: '21', speed: 1, doorOpen: false, lon: 121.5 } }],
    })
  })
})
