import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { SqliteSeries } from '../../gateway/series/sqlite-series.ts'
import { seriesContract } from './contract.ts'
import { surveyContract } from './survey-contract.ts'
import { keptLog, kinds } from './town.ts'

const folder = mkdtempSync(join(tmpdir(), 'citygate-series-'))
const store = new SqliteSeries({ file: join(folder, 'deep', 'series.db'), kinds, retentionDays: 90, log: keptLog() })

beforeAll(() => store.start())
afterAll(async () => {
  await store.stop()
  rmSync(folder, { recursive: true })
})

seriesContract('SQLite', () => ({ store, expire: () => store.expire() }))
surveyContract('SQLite', () => ({ store }))
