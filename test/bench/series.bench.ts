import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kind } from '../../gateway/model/kind.ts'
import type { Log } from '../../gateway/model/log.ts'
import type { Reading } from '../../gateway/model/reading.ts'
import type { SeriesStore } from '../../gateway/model/series.ts'
import { InfluxSeries } from '../../gateway/series/influx-series.ts'
import { SqliteSeries } from '../../gateway/series/sqlite-series.ts'
import { startInfluxd } from '../support/influxd.ts'

/** Prints how many readings a second each store takes and how long it takes to read. Run: node test/bench/series.bench.ts */

const title = { en: '-', zh: '-' }
const bus: Kind = {
  id: 'bus',
  title,
  moves: true,
  staleAfterSeconds: 60,
  fields: {
    speed: { title },
    heading: { circular: true, title },
    odometer: { counter: true, title },
    occupancy: { integer: true, title },
    satellites: { integer: true, title },
    doorOpen: { type: 'boolean', title },
    route: { type: 'string', title },
  },
}
const quiet: Log = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error }
const never = new AbortController().signal
const POINTS = 200_000
const DAY_S = 86_400
const start = Math.floor(Date.now() / 1_000) * 1_000 - DAY_S * 1_000

function at(index: number, devices: number): Reading {
  return {
    device: `bus-${index % devices}`,
    org: 'pudong-bus',
    kind: 'bus',
    model: 'citygate-bus-unit',
    at: start + Math.floor(index / devices) * 1_000,
    sub: (index * 7_919) % 1_000_000,
    receivedAt: start + index,
    values: {
      speed: (index * 37) % 80,
      heading: (index * 11) % 360,
      odometer: 10_000 + index / 100,
      occupancy: index % 60,
      satellites: 12,
      doorOpen: index % 9 === 0,
      route: '971',
    },
    position: { lat: 31.2 + (index % 1_000) / 10_000, lon: 121.4 + (index % 997) / 10_000 },
    flags: {},
    origin: index,
  }
}

async function measure(name: string, store: SeriesStore): Promise<void> {
  await store.start()
  for (const [devices, batch] of [
    [1_000, 1_000],
    [1_000, 5_000],
    [1_000, 20_000],
    [10_000, 5_000],
  ] as const) {
    const batches: Reading[][] = []
    for (let first = 0; first < POINTS; first += batch)
      batches.push(Array.from({ length: batch }, (_, index) => ({ ...at(first + index, devices), device: `${devices}-${batch}-${(first + index) % devices}` })))
    const cpu = process.cpuUsage()
    const began = performance.now()
    for (const readings of batches) await store.write(readings, never)
    const seconds = (performance.now() - began) / 1_000
    const { user, system } = process.cpuUsage(cpu)
    const perPoint = ((user + system) / POINTS).toFixed(1)
    console.log(
      `${name}: ${Math.round(POINTS / seconds).toLocaleString('en')} readings/s, ${perPoint} µs of our CPU each (${devices} devices, batches of ${batch})`,
    )
  }
  for (let first = 0; first < DAY_S; first += 5_000) {
    await store.write(
      Array.from({ length: Math.min(5_000, DAY_S - first) }, (_, index) => at(first + index, 1)),
      never,
    )
  }
  const day = { device: 'bus-0', kind: 'bus', from: start, to: start + DAY_S * 1_000, limit: 100_000 }
  const queries = [
    ['newest point', { ...day, limit: 1, newestFirst: true }],
    ['newest 100 points', { ...day, limit: 100, newestFirst: true }],
    ['an hour of points, all fields', { ...day, to: start + 3_600_000 }],
    ['a day in 5 min means of one field', { ...day, fields: ['speed'], bucket: { everyMs: 300_000, fn: 'mean' } }],
    ['a day in 5 min means of one circular field', { ...day, fields: ['heading'], bucket: { everyMs: 300_000, fn: 'mean' } }],
    ['a day in 5 min means of all fields', { ...day, bucket: { everyMs: 300_000, fn: 'mean' } }],
    ['a day in 5 min last of all fields', { ...day, bucket: { everyMs: 300_000, fn: 'last' } }],
    ['a day of points, one field', { ...day, fields: ['speed'] }],
  ] as const
  for (const [what, query] of queries) {
    await store.read(query)
    let longestMs = 0
    let last = performance.now()
    const watch = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - last)
      last = performance.now()
    }, 1)
    const began = performance.now()
    const rows = await store.read(query)
    const ms = performance.now() - began
    await new Promise(resolve => setTimeout(resolve, 5))
    clearInterval(watch)
    console.log(`${name}: ${what}: ${rows.length} rows in ${ms.toFixed(1)} ms, event loop held ${longestMs.toFixed(0)} ms at most`)
  }
  await store.stop()
}

const folder = await mkdtemp(join(tmpdir(), 'citygate-bench-'))
try {
  await measure('SQLite', new SqliteSeries({ file: join(folder, 'series.db'), kinds: [bus], retentionDays: 90, log: quiet }))
} finally {
  await rm(folder, { recursive: true })
}
const influxd = await startInfluxd()
try {
  await measure('InfluxDB', new InfluxSeries({ url: influxd.url, database: 'bench', kinds: [bus], retentionDays: 90, log: quiet }))
} finally {
  await influxd.stop()
}
