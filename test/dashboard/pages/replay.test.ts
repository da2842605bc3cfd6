import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Reading } from '../../../gateway/model/reading.ts'
import { SqliteSeries } from '../../../gateway/series/sqlite-series.ts'
import { bus, type City, furnish, meter, NOW, startCity } from '../../api/city.ts'
import { MemoryLog } from '../../support/log.ts'
import { axeFindings } from '../axe.ts'
import { buildDashboard } from '../built-dashboard.ts'
import { DashboardPage, launchBrowser } from '../dashboard-page.ts'

const START = NOW - 3_600_000
const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString().replace('.000Z', 'Z')

function reading(device: string, second: number, north: number, more: Partial<Reading['values']> = {}): Reading {
  return {
    device,
    org: 'pudong',
    kind: 'bus',
    model: 'bus-unit',
    at: START + second * 1000,
    sub: 0,
    receivedAt: START + second * 1000,
    values: { speed: 30, heading: 0, doorOpen: false, ...more },
    position: { lat: 31.2 + north * 1e-5, lon: 121.5 },
    flags: {},
    origin: 0,
  }
}

/** bus-1 drives for ten minutes, stands for five with its door open for one, is silent for twenty, and drives on. bus-2 is seen once. */
const readings: readonly Reading[] = [
  ...Array.from({ length: 60 }, (_, index) => reading('bus-1', index * 10, index * 80)),
  ...Array.from({ length: 31 }, (_, index) => reading('bus-1', 600 + index * 10, 4_800, { speed: 0, doorOpen: index >= 6 && index < 12 })),
  ...Array.from({ length: 60 }, (_, index) => reading('bus-1', 2_100 + index * 10, 4_800 + index * 80)),
  reading('bus-2', 300, 1_000),
]

/** The page of the past in a real browser, against the gateway's own API over a real store. */
describe('the replay', () => {
  let browser: Browser
  let folder: string
  let series: SqliteSeries
  let city: City
  let dashboard: DashboardPage | undefined

  const open = async (path: string, options: Parameters<typeof DashboardPage.open>[2] = {}) => {
    // A small window: what is drawn in software takes time for each pixel.
    dashboard = await DashboardPage.open(browser, `http://127.0.0.1:${city.server.port}${path}`, { viewport: { width: 1000, height: 620 }, ...options })
    dashboard.page.context().setDefaultTimeout(25_000)
    return dashboard
  }
  const moment = async (page: Page): Promise<number> => Date.parse((await page.locator('.cg-replay-clock').getAttribute('datetime')) ?? '')
  const addressed = (page: Page): string | null => new URL(page.url()).searchParams.get('moment')

  beforeAll(async () => {
    const built = await buildDashboard()
    browser = await launchBrowser()
    folder = await mkdtemp(join(tmpdir(), 'citygate-replay-'))
    series = new SqliteSeries({ file: join(folder, 'series.db'), kinds: [bus, meter], retentionDays: 0, log: new MemoryLog() })
    await series.start()
    await series.write(readings, AbortSignal.timeout(20_000))
    city = await startCity({ series, dashboardFolder: built.folder })
    furnish(city)
  }, 120_000)
  afterEach(async () => {
    await dashboard?.close()
    dashboard = undefined
  })
  afterAll(async () => {
    await browser?.close()
    await city?.server.stop()
    await series?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('shows one vehicle’s past: what happened, any moment of it, played, as a link and as a file', async () => {
    const { page, problems } = await open(`/replay?devices=bus-1&from=${at(0)}&to=${at(3_000)}`)
    const happened = page.locator('.cg-replay-happenings li')
    await expect
      .poll(() => happened.allTextContents(), { timeout: 25_000 })
      .toEqual([expect.stringMatching(/^07:10:00Stood5 min/), expect.stringMatching(/^07:11:00Door open1 min/), expect.stringMatching(/^07:15:00Silent20 min/)])
    expect(await page.locator('.cg-replay-side').textContent()).toContain('Way10.6 km')
    await happened.nth(2).getByRole('button').click()
    await expect.poll(() => addressed(page)).toBe(at(900))
    // Twenty minutes of silence: it stands where it was, whatever the moment, and says so.
    await page.getByLabel('Moment').fill(String(START + 1_800_000))
    await page.getByText('Silent since 07:15:00').waitFor()
    await page.locator('body').press('ArrowRight')
    await page.locator('body').press('Shift+ArrowLeft')
    await expect.poll(() => addressed(page)).toBe(at(1_750))
    await page.getByLabel('Speed', { exact: true }).selectOption('100')
    await page.locator('body').press('Space')
    await expect.poll(() => moment(page)).toBeGreaterThan(START + 1_850_000)
    await page.getByRole('button', { name: 'Pause' }).click()
    const stoodAt = addressed(page)
    expect(Math.abs(Date.parse(stoodAt ?? '') - (await moment(page)))).toBeLessThanOrEqual(500)
    await page.reload()
    await happened.first().waitFor()
    expect([await moment(page), new URL(page.url()).searchParams.get('speed')]).toEqual([Date.parse(stoodAt ?? ''), '100'])
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()])
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n')
    expect([lines.length, lines[1], lines[92]]).toEqual([
      1 + 60 + 31 + 60,
      `bus-1,${new Date(START).toISOString()},31.2,121.5,30,0,`,
      `bus-1,${new Date(START + 2_100_000).toISOString()},31.248,121.5,30,0,silence`,
    ])
    expect(problems.filter(problem => !problem.includes('/mqtt'))).toEqual([])
  }, 90_000)

  it('finds who was in the map’s view, draws them, and says what to do when it is asked for too much', async () => {
    const { page } = await open('/replay?at=31.22,121.5,11', { locale: 'zh-CN', colorScheme: 'dark' })
    await page.getByText('查看车辆过去的位置。').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.getByLabel('开始').fill('2026-05-01T07:00:00')
    await page.getByLabel('结束').fill('2026-07-31T08:00:00')
    await page.getByRole('button', { name: '显示' }).click()
    await page.getByText('31 days').waitFor()
    await page.getByLabel('开始').fill('2026-07-31T07:00:00')
    await page.getByRole('button', { name: '显示' }).click()
    const rows = page.locator('.cg-replay-row')
    await expect.poll(() => rows.allTextContents(), { timeout: 25_000 }).toEqual(['Line 21 / 浦东bus-1', 'bus-2'])
    expect(new URL(page.url()).searchParams.get('from')).toBe(at(0))
    await page.getByText('到此刻 2 辆中有 1 辆有消息').waitFor()
    await page.getByLabel('时刻').fill(String(START + 400_000))
    await page.getByText('1 辆无消息').waitFor()
    await rows.first().click()
    await page.locator('.cg-replay-legend').waitFor()
    // A mark is where the line is: the canvas above the map is not empty.
    const drawn = await page.locator('.cg-replay-marks').evaluate((canvas: HTMLCanvasElement) => {
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
      return data.some(value => value > 0)
    })
    expect(drawn).toBe(true)
    expect(await axeFindings(page)).toEqual([])
    await page.goBack()
    await page.getByText('31 days').waitFor()
  }, 90_000)

  it('is a step from a device’s panel, which knows no time: it becomes the last hour', async () => {
    const { page } = await open('/devices/bus-1')
    const link = await page.getByRole('link', { name: 'Play back where it was in the last hour' }).getAttribute('href')
    expect(link).toBe('/replay?devices=bus-1&last=1h')
    await page.goto(`http://127.0.0.1:${city.server.port}${link}`)
    await expect.poll(() => new URL(page.url()).searchParams.get('from')).toMatch(/^\d{4}-/)
    const { searchParams } = new URL(page.url())
    expect(Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? '')).toBe(3_600_000)
    expect([searchParams.get('devices'), searchParams.has('last')]).toEqual(['bus-1', false])
  }, 90_000)
})
