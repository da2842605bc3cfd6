import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDistricts } from '../../../gateway/api/tables/outlines.ts'
import type { Catalogue, ModelEntry } from '../../../gateway/model/device.ts'
import type { Kind } from '../../../gateway/model/kind.ts'
import type { LiveState } from '../../../gateway/model/live.ts'
import type { Reading, Values } from '../../../gateway/model/reading.ts'
import { SqliteSeries } from '../../../gateway/series/sqlite-series.ts'
import { named, startCity } from '../../api/city.ts'
import { MemoryLog } from '../../support/log.ts'
import { axeFindings } from '../axe.ts'
import { CityPages } from './city-pages.ts'

const HOUR = 3_600_000
/** The browser's clock is the machine's, so the city moves with it: into a time zone in which it is between twelve and one. */
const NOW = Date.now()
const AHEAD = 12 - new Date(NOW).getUTCHours()
const timeZone = `Etc/GMT${AHEAD > 0 ? '-' : '+'}${Math.abs(AHEAD)}`
/** Midnight six days ago. */
const START = NOW - (NOW % HOUR) - 12 * HOUR - 6 * 24 * HOUR
const METERS = 150

/** Kinds of a city's own: the pages know them by their fields alone. */
const well: Kind = {
  id: 'well',
  title: { en: 'Well', zh: '水井' },
  moves: false,
  staleAfterSeconds: 3600,
  fields: {
    flow: { unit: 'm³/h', title: { en: 'Flow', zh: '流量' } },
    drawn: { unit: 'm³', counter: true, title: { en: 'Drawn', zh: '取水量' } },
  },
}
const yard: Kind = {
  id: 'yard',
  title: { en: 'Yard', zh: '堆场' },
  moves: false,
  staleAfterSeconds: 3600,
  fields: {
    dust: { unit: 'µg/m³', range: [0, 500], title: { en: 'Dust', zh: '扬尘' } },
    noise: { unit: 'dB(A)', range: [20, 90], title: { en: 'Noise', zh: '噪声' } },
  },
}
const tram: Kind = {
  id: 'tram',
  title: { en: 'Tram', zh: '有轨电车' },
  moves: true,
  staleAfterSeconds: 60,
  fields: {
    route: { type: 'string', title: { en: 'Route', zh: '线路' } },
    run: { unit: 'km', counter: true, title: { en: 'Run', zh: '里程' } },
    speed: { unit: 'km/h', range: [0, 80], title: { en: 'Speed', zh: '速度' } },
  },
}
const kinds = [well, yard, tram]
const models = kinds.map((kind): ModelEntry => {
  const model = { id: `${kind.id}-unit`, maker: 'Acme', title: kind.title, kind: kind.id, protocol: 'telemetry', source: '-', verified: '-', mapping: {} }
  return { model, kind, decoderFor: () => undefined }
})
const catalogue: Catalogue = {
  kind: id => kinds.find(kind => kind.id === id),
  kinds: () => kinds,
  model: id => models.find(({ model }) => model.id === id),
  models: () => models,
}

function reading(device: string, kind: string, at: number, values: Values): Reading {
  return { device, org: 'o', kind, model: `${kind}-unit`, at, sub: 0, receivedAt: at, values, flags: {}, origin: 0 }
}

/** 150 wells, read every hour; the first was swapped, the second was silent for two days. */
function* wells(): Generator<Reading> {
  for (let index = 0; index < METERS; index++) {
    for (let at = START; at < NOW; at += HOUR) {
      const hours = (at - START) / HOUR
      if (index === 1 && hours >= 24 && hours < 72) continue
      const drawn = index === 0 && hours > 100 ? hours - 100 : 1_000 + hours * (1 + index / 100)
      yield reading(`well-${index}`, 'well', at, { drawn, flow: 0.5 })
    }
  }
}

/** Two yards, the first dusty now and then; trams that run two kilometres an hour, of which one stopped reporting two hours ago and one never did. */
function* yardsAndTrams(): Generator<Reading> {
  for (let at = START; at < NOW; at += HOUR) {
    const hours = (at - START) / HOUR
    yield reading('yard-0', 'yard', at, { dust: hours === 100 ? 700 : 40, noise: 60 })
    yield reading('yard-1', 'yard', at, { dust: hours === 90 ? 200 : 40, noise: 60 })
    for (const tram of [0, 1, 2]) if (tram < 2 || at < NOW - 30 * HOUR) yield reading(`tram-${tram}`, 'tram', at, { run: 9_000 + Math.min(hours, 55) * 2 })
  }
}

function live(device: string, kind: string, receivedAt: number, values: Values): LiveState {
  const latest = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, at: receivedAt }]))
  return { device, org: 'o', kind, model: `${kind}-unit`, at: receivedAt, receivedAt, values: latest, flags: {}, revision: 1 }
}

/** Tables in a real browser, against the gateway's own API and an embedded series store. */
describe('tables', { timeout: 90_000 }, () => {
  let series: SqliteSeries
  let folder: string

  const pages = CityPages.over(
    async dashboardFolder => {
      folder = await mkdtemp(join(tmpdir(), 'citygate-tables-'))
      series = new SqliteSeries({ file: join(folder, 'series.db'), kinds, retentionDays: 0, log: new MemoryLog() })
      await series.start()
      await series.write([...wells(), ...yardsAndTrams()], new AbortController().signal)
      const districts = readDistricts(JSON.parse(await readFile(new URL('../../../dashboard/public/shanghai_districts.geojson', import.meta.url), 'utf8')))
      const city = await startCity({
        dashboardFolder,
        catalogue,
        series,
        orgs: named,
        mapSettings: { timeZone, datum: 'wgs84' },
        now: Date.now,
        ...(districts && { districts }),
      })
      for (let index = 0; index < METERS; index++) {
        const place = index % 2 === 0 ? { lat: 31.2, lon: 121.6 } : { lat: 31.1, lon: 121.4 }
        city.directory.put({
          id: `well-${index}`,
          org: index < 100 ? 'pudong' : 'minhang',
          model: 'well-unit',
          place,
          ...(index === 3 && { name: '<b>Three</b>' }),
        })
      }
      for (const index of [0, 1]) city.directory.put({ id: `yard-${index}`, org: 'pudong', model: 'yard-unit' })
      for (const index of [0, 1, 2, 3]) city.directory.put({ id: `tram-${index}`, org: 'pudong', model: 'tram-unit' })
      // Told by a clock that is ahead of any the test will see: in service as long as it runs.
      for (const index of [0, 1]) city.states.set(`tram-${index}`, live(`tram-${index}`, 'tram', NOW + HOUR, { route: 'T1', speed: 30 }))
      city.states.set('tram-2', live('tram-2', 'tram', NOW - 2 * HOUR, { route: 'T1', speed: 0 }))
      return city
    },
    async () => {
      await series?.stop()
      if (folder) await rm(folder, { recursive: true, force: true })
    },
  )

  it('of meters: used by the day, by district, with what was swapped and not read; narrowed, sorted, saved, and kept in the address', async () => {
    const page = await pages.open('/meters')
    const row = (name: string) => page.locator('.cg-table tbody tr', { hasText: name })
    // Unless told otherwise, of the kind there is most of, the highest first.
    await row('well-149').waitFor()
    expect(await page.locator('.cg-table tbody tr').count()).toBeLessThan(60)
    const pudong = page.locator('[data-group="310115"]')
    expect(await pudong.locator('td').first().textContent()).toBe('75')
    // By name; one that nobody named in this language by another.
    await expect.poll(() => page.locator('[data-group="minhang"] button, [data-group="pudong"] button').allTextContents()).toEqual(['闵行水务', 'Pudong Bus'])
    await page.getByRole('button', { name: 'Missing reads' }).click()
    await page.waitForURL('**sort=-missing')
    await expect.poll(() => page.locator('.cg-table .cg-device-link').first().textContent()).toBe('well-1')
    expect(await page.locator('.cg-table tbody tr').first().textContent()).toContain('48')
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Pudong', exact: true }).click()
    await page.waitForURL('**district=310115**')
    await page.getByText('Devices 75').waitFor()
    await page.getByRole('button', { name: 'Used' }).click()
    await page.getByRole('button', { name: 'Used' }).click()
    // The one that was swapped used what both its meters counted, and the page says so.
    await expect.poll(() => page.locator('.cg-table tbody tr').first().textContent()).toContain('swapped or reset 1×')
    await page.getByText('Hour', { exact: true }).click()
    await page.getByRole('combobox', { name: 'Period' }).click()
    await page.getByRole('option', { name: 'Today' }).click()
    await page.waitForURL(url => url.searchParams.get('every') === 'hour' && url.searchParams.get('days') === '1')
    // The address is ahead of the page by a moment.
    await expect.poll(() => page.getByRole('combobox', { name: 'Period' }).inputValue()).toBe('Today')
    await page.getByText('Devices 75').waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()])
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n')
    expect([download.suggestedFilename(), lines.length]).toEqual(['well-drawn.csv', 76])
    // Twelve hours of today and the one that runs, each a column.
    expect(lines[0]?.split(',').filter(column => column.endsWith('Z'))).toHaveLength(13)
    await page.reload()
    await page.getByText('Devices 75').waitFor()
    expect(pages.problems).toEqual([])
  })

  it('of worksites: what lay beyond the range, and beyond a limit of one’s own', async () => {
    const page = await pages.open('/worksites')
    const row = (name: string) => page.locator('.cg-table tbody tr', { has: page.getByRole('link', { name, exact: true }) })
    // Kinds that only count have no place here.
    await row('yard-0').waitFor()
    expect(await row('yard-0').textContent()).toContain('700')
    expect(await row('yard-1').locator('.cg-bad-number').count()).toBe(0)
    await page.getByText('Limits: 0 – 500').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('textbox', { name: 'Limit' }).fill('150')
    await page.getByRole('textbox', { name: 'Limit' }).press('Enter')
    await page.waitForURL('**limit=150**')
    await row('yard-1').locator('.cg-bad-number').waitFor()
    await page.getByRole('combobox', { name: 'Field' }).click()
    await page.getByRole('option', { name: 'Noise' }).click()
    await page.getByText('Limits: 20 – 90').waitFor()
    expect(new URL(page.url()).search).toBe('?field=noise')
  })

  it('of fleets: in service, late and silent, by route', async () => {
    const page = await pages.open('/fleets')
    await page.getByText('Devices 4').waitFor()
    const line = page.locator('[data-group="T1"] td')
    // Two in service, one late, none silent, and what their odometers grew by.
    expect(await line.allTextContents()).toEqual(['2', '1', '0', '330 km'])
    await page.getByRole('button', { name: 'T1' }).click()
    await page.waitForURL('**route=T1**')
    await page.getByText('Devices 3').waitFor()
    await page.getByRole('combobox', { name: 'State' }).click()
    await page.getByRole('option', { name: 'Late' }).click()
    await page.getByText('Devices 1', { exact: true }).waitFor()
    expect(await page.locator('.cg-table tbody .cg-condition').textContent()).toBe('Late')
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await page.getByText('Devices 4').waitFor()
    expect(new URL(page.url()).search).toBe('')
  })

  it('say in Chinese when a part of the map holds none of them, and why a table can not be had', async () => {
    const page = await pages.open('/meters?bbox=0,0,1,1', { locale: 'zh-CN', viewport: { width: 390, height: 844 } })
    await page.getByText('没有符合条件的设备。').waitFor()
    await page.getByRole('button', { name: '仅限来时的地图范围' }).click()
    await page.getByRole('link', { name: /well-149/ }).waitFor()
    await page.goto(`${pages.origin}/meters?days=700`)
    await page.getByRole('alert').waitFor()
  })
})
