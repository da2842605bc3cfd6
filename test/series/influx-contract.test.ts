import { afterAll, beforeAll } from 'vitest'
import { InfluxSeries } from '../../gateway/series/influx-series.ts'
import { type Influxd, startInfluxd } from '../support/influxd.ts'
import { seriesContract } from './contract.ts'
import { surveyContract } from './survey-contract.ts'
import { keptLog, kinds } from './town.ts'

let influxd: Influxd
let store: InfluxSeries

beforeAll(async () => {
  influxd = await startInfluxd()
  store = new InfluxSeries({ url: influxd.url, database: 'city "one"', kinds, retentionDays: 90, log: keptLog() })
  await store.start()
})
afterAll(async () => {
  await store?.stop()
  await influxd?.stop()
})

// InfluxDB drops what is too old when it is written, and whole shards later: there is nothing to hurry.
seriesContract('InfluxDB', () => ({ store, expire: async () => undefined }))
surveyContract('InfluxDB', () => ({ store }))
