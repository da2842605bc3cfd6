import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Reading } from '../../gateway/model/reading.ts'
import type { SeriesStore } from '../../gateway/model/series.ts'
import { InfluxSeries } from '../../gateway/series/influx-series.ts'
import { SqliteSeries } from '../../gateway/series/sqlite-series.ts'
import { bus, type City, meter, startCity } from '../api/city.ts'
import { startInfluxd } from '../support/influxd.ts'
import { MemoryLog } from '../support/log.ts'

const BATCH = 5_000

export interface BusHour {
  readonly city: City
  readonly from: number
  readonly to: number
  stop(): Promise<void>
}

/** A server over a real store that holds an hour of buses which circle the city, a fix each `everyS` give or take a fifth. */
export async function busHour(options: {
  readonly store: 'sqlite' | 'influxdb'
  readonly buses: number
  readonly everyS: number
  readonly dashboardFolder?: string
}): Promise<BusHour> {
  const folder = await mkdtemp(join(tmpdir(), 'citygate-bench-'))
  const influxd = options.store === 'influxdb' ? await startInfluxd() : undefined
  const common = { kinds: [bus, meter], retentionDays: 0, log: new MemoryLog() }
  const series: SeriesStore = influxd
    ? new InfluxSeries({ url: influxd.url, database: 'city', ...common })
    : new SqliteSeries({ file: join(folder, 'series.db'), ...common })
  await series.start()
  const to = Math.floor(Date.now() / 60_000) * 60_000 - 1_800_000
  const from = to - 3_600_000
  let batch: Reading[] = []
  for (const reading of readings(options, from)) {
    batch.push(reading)
    if (batch.length < BATCH) continue
    await series.write(batch, AbortSignal.timeout(60_000))
    batch = []
  }
  await series.write(batch, AbortSignal.timeout(60_000))
  const city = await startCity({ series, now: Date.now, ...(options.dashboardFolder !== undefined && { dashboardFolder: options.dashboardFolder }) })
  city.directory.put(
    ...Array.from({ length: options.buses }, (_, index) => ({ id: idOf(index), org: 'pudong', model: 'bus-unit', name: `Line ${index % 90}` })),
  )
  return {
    city,
    from,
    to,
    stop: async () => {
      await city.server.stop()
      await series.stop()
      await influxd?.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function* readings({ buses, everyS }: { readonly buses: number; readonly everyS: number }, from: number): Generator<Reading> {
  for (let second = 0; second < 3_600; second += everyS) {
    for (let index = 0; index < buses; index++) {
      const at = from + Math.min(3_599_999, Math.round((second + ((index * 7 + second) % 5) * (everyS / 25)) * 1000))
      // Each on its own circle, with a stop of 40 s every three minutes.
      const moving = second - Math.floor(second / 180) * 40 + Math.min(0, 140 - (second % 180))
      const turn = (moving / (600 + (index % 11) * 60)) * 2 * Math.PI + index
      const radius = 0.01 + (index % 40) * 0.004
      yield {
        device: idOf(index),
        org: 'pudong',
        kind: 'bus',
        model: 'bus-unit',
        at,
        sub: index % 1000,
        receivedAt: at + 300,
        values: {
          speed: second % 180 > 140 ? 0 : Math.round((20 + 15 * Math.sin(turn * 3)) * 10) / 10,
          heading: Math.round((((-turn * 180) / Math.PI) % 360) + 360) % 360,
          doorOpen: second % 180 > 150,
        },
        position: { lat: 31.2 + radius * Math.sin(turn), lon: 121.47 + radius * 1.17 * Math.cos(turn) },
        flags: {},
        origin: 0,
      }
    }
  }
}

function idOf(index: number): string {
  return `bus-${String(index).padStart(4, '0')}`
}
