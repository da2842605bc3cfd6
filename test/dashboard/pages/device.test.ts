import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContextOptions, Download } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { Reading } from '../../../gateway/model/reading.ts'
import { SqliteSeries } from '../../../gateway/series/sqlite-series.ts'
import { bus, furnish, meter, startCity } from '../../api/city.ts'
import { MemoryLog } from '../../support/log.ts'
import { axeFindings } from '../axe.ts'
import { CityPages } from './city-pages.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** More than one page of the API. */
const SECONDS = 10_800
/** Readings are relative to it: the page asks for periods that end now. */
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE
/** A busy machine draws the first chart of a page late: how late is no finding here. */
const PATIENCE_MS = 40_000
const NAME = '<img src=x onerror=alert(1)> 浦东'

/** As `expect.poll`, with the same patience. */
const poll: typeof expect.poll = (check, options) => expect.poll(check, { timeout: PATIENCE_MS, ...options })

/** A device's page in a real browser, against the gateway's own API with readings in a SQLite store. */
describe('the page of a device', () => {
  let folder: string
  let series: SqliteSeries
  const tokens = new Set(['cgt_short'])
  const open = (path: string, options: BrowserContextOptions = {}) => pages.open(path, { patienceMs: PATIENCE_MS, ...options })

  const reading = (device: string, kind: string, at: number, values: Reading['values'], position?: Reading['position']): Reading => ({
    device,
    org: 'pudong',
    kind,
    model: kind === 'bus' ? 'bus-unit' : 'sdm630',
    at,
    sub: 0,
    receivedAt: at + 100,
    values,
    flags: {},
    origin: 0,
    ...(position && { position }),
  })

  const pages = CityPages.over(
    async dashboardFolder => {
      folder = await mkdtemp(join(tmpdir(), 'citygate-device-page-'))
      series = new SqliteSeries({ file: join(folder, 'series.db'), kinds: [bus, meter], retentionDays: 0, log: new MemoryLog() })
      await series.start()
      const drive = Array.from({ length: SECONDS }, (_, second) =>
        reading(
          'bus-1',
          'bus',
          NOW - (second + 1) * 1_000,
          { speed: 40 + (second % 40), doorOpen: second % 60 < 20 },
          { lat: 31.2 + second / 1e6, lon: 121.4 },
        ),
      )
      // An outage of an hour in the middle.
      const other = drive.filter((_, second) => second % 10 === 0 && (second < 3_600 || second > 7_200)).map(each => ({ ...each, device: 'bus-2' }))
      // The meter's second reading lies before the period.
      const counts = [90, 25].map((minutes, index) => reading('meter-1', 'electricity-meter', NOW - minutes * MINUTE, { importEnergy: 100 + index * 5 }))
      const single = reading('meter-2', 'electricity-meter', NOW - 5 * MINUTE, { importEnergy: 7 })
      await series.write([...drive, ...other, ...counts, single], AbortSignal.timeout(30_000))
      const city = await startCity({
        series,
        now: Date.now,
        dashboardFolder,
        authenticator: {
          device: () => undefined,
          token: token => (tokens.has(token) ? { type: 'token', id: 't1', org: 'pudong' } : undefined),
          tokenHolds: () => true,
        },
      })
      furnish(city)
      city.directory.put(
        { id: 'bus-1', org: 'pudong', model: 'bus-unit', name: NAME, sim: '89860321849876543210', tags: ['night'] },
        { id: 'bus-2', org: 'minhang', model: 'bus-unit', name: 'Bus two' },
        { id: 'bus-3', org: 'minhang', model: 'bus-unit', stage: 'retired' },
      )
      const state = city.states.get('bus-1')
      if (!state) throw new Error('the town has no bus-1')
      const values = { ...state.values, speed: { value: 1e308, at: NOW }, heading: { value: 90, at: NOW } }
      city.states.set('bus-1', { ...state, at: NOW, receivedAt: NOW, values })
      city.account.reject(3, 'bus-1')
      return city
    },
    async () => {
      await series?.stop()
      if (folder) await rm(folder, { recursive: true, force: true })
    },
  )

  it('tells what the device says, compares it, is looked through by mouse and keys, and can be sent as a link', { timeout: 150_000 }, async () => {
    const page = await open('/devices/bus-1')
    // By key: where the map is drawn in software, a click waits long for it.
    await page.getByRole('link', { name: 'All about this device' }).press('Enter')
    const plot = page.locator('.cg-compare-plot[data-drawn]')
    await plot.waitFor()
    expect(new URL(page.url()).pathname).toBe('/devices/bus-1/details')
    // Markup in a name is text.
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(NAME)
    const speed = page.locator('tr[data-field="speed"]')
    expect(await speed.textContent()).toMatch(/out of range/)
    expect((await speed.textContent())?.length).toBeLessThan(80)
    await speed.getByRole('img', { name: 'above 120' }).waitFor()
    expect(await page.locator('.cg-facts').textContent()).toContain('89860321849876543210')
    const rows = page.locator('tr[data-line]')
    expect(await rows.textContent()).toMatch(/buckets of [25] min/)

    await page.getByRole('button', { name: 'Heading in the chart' }).click()
    await page.getByRole('searchbox', { name: 'Compare with a device' }).fill('two')
    await page.getByRole('option', { name: /Bus two/ }).click()
    await poll(() => rows.count()).toBe(3)
    expect(new URL(page.url()).searchParams.get('series')).toBe('bus-1:speed,bus-1:heading,bus-2:speed')
    await page.getByRole('button', { name: `Remove ${NAME} · Heading` }).click()
    await poll(() => rows.count()).toBe(2)

    // An hour: near enough for the readings themselves.
    await page.getByText('1 h', { exact: true }).click()
    await poll(() => rows.first().textContent()).toMatch(/3,(599|6\d\d|5\d\d) readings as stored/)
    const drawn = await plot.getAttribute('data-drawn')
    const box = await plot.boundingBox()
    if (!box) throw new Error('the chart has no place')
    await page.mouse.move(box.x + box.width * 0.4, box.y + 150)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.6, box.y + 150, { steps: 4 })
    await page.mouse.up()
    await poll(() => plot.getAttribute('data-drawn')).not.toBe(drawn)
    const zoomed = new URL(page.url()).searchParams
    const length = Date.parse(zoomed.get('to') ?? '') - Date.parse(zoomed.get('from') ?? '')
    expect(length).toBeGreaterThan(0.1 * HOUR)
    expect(length).toBeLessThan(0.3 * HOUR)

    await plot.focus()
    await page.keyboard.press('Home')
    const first = await rows.first().textContent()
    await page.keyboard.press('ArrowRight')
    await poll(() => rows.first().textContent()).not.toBe(first)
    // Whoever does not see the chart is told the moment.
    expect(await page.getByRole('slider').getAttribute('aria-valuetext')).toMatch(/\d\d:\d\d:\d\d/)
    // The wheel belongs to the chart that has the focus; a double click goes back.
    const brushed = page.url()
    await page.mouse.move(box.x + box.width * 0.5, box.y + 150)
    await page.mouse.wheel(0, 300)
    await poll(() => page.url()).not.toBe(brushed)
    await page.mouse.dblclick(box.x + box.width * 0.5, box.y + 150)
    await poll(() => page.url()).toBe(brushed)
    await plot.focus()
    await page.keyboard.press('+')
    await poll(() => new URL(page.url()).searchParams.get('from')).not.toBe(zoomed.get('from'))
    const near = page.url()
    await page.reload()
    await plot.waitFor()
    expect(page.url()).toBe(near)
    expect(await rows.count()).toBe(2)
    await page.goBack()
    await poll(() => new URL(page.url()).searchParams.get('from')).toBe(zoomed.get('from'))
    await page.locator('.cg-place-map canvas').waitFor()
    expect(await axeFindings(page)).toEqual([])
    expect(pages.problems).toEqual([])
  })

  it('hands out all readings as CSV and the chart as a picture', { timeout: 150_000 }, async () => {
    const page = await open('/devices/bus-1/details?period=6h', { acceptDownloads: true, locale: 'zh-CN', colorScheme: 'dark' })
    await page.locator('.cg-compare-plot[data-drawn]').waitFor()
    const save = async (item: string): Promise<Download> => {
      await page.getByRole('button', { name: '导出' }).click()
      const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: item }).click()])
      return saved
    }
    const csv = await save(`CSV：${NAME} 的全部读数`)
    const lines = (await readFile(await csv.path(), 'utf8')).trimEnd().split('\r\n')
    expect(lines[0]).toBe('at,lat,lon,speed,heading,doorOpen,route,flags')
    expect(lines).toHaveLength(SECONDS + 1)
    expect(new Set(lines).size).toBe(SECONDS + 1)
    expect(csv.suggestedFilename()).toMatch(/^bus-1_\d{8}T\d{4}_\d{8}T\d{4}\.csv$/)
    await page.getByText('已写入 10,800 行。').waitFor()

    const png = await readFile(await (await save('PNG：图表图片')).path())
    const { width, colours } = await page.evaluate(async base64 => {
      const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))
      const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d')
      context?.drawImage(image, 0, 0)
      const data = context?.getImageData(0, 0, image.width, image.height).data ?? new Uint8ClampedArray()
      const found = new Set<number>()
      for (let at = 0; at < data.length; at += 4) found.add(((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0))
      return { width: image.width, colours: [...found] }
    }, png.toString('base64'))
    expect(width).toBeGreaterThan(400)
    // The dark page's surface and the line's blue.
    expect(colours).toEqual(expect.arrayContaining([0x1c232a, 0x6aa3ff]))
  })

  it('gives an order after asking once more, and shows what became of it', { timeout: 150_000 }, async () => {
    const page = await open('/devices/meter-1/details?period=1h')
    // One reading within the hour, and what it grew by since the one before.
    const line = page.locator('tr[data-line="meter-1:importEnergy"]')
    await poll(() => line.textContent()).toMatch(/5\s*kWh/)
    const orders = page.getByRole('region', { name: 'Orders' })
    await orders.getByLabel('Value (°C)').fill('99')
    await orders.getByRole('button', { name: 'Give the order' }).click()
    await orders.getByText('5 to 30').waitFor()
    await orders.getByLabel('Value (°C)').fill('21.5')
    await orders.getByRole('button', { name: 'Give the order' }).click()
    await orders.getByText('Give “Set-point 21.5” to meter-1?').waitFor()
    await orders.getByRole('button', { name: 'Yes, give it' }).click()
    await poll(() => orders.locator('tr[data-command]').textContent()).toMatch(/Set-point 21.5.*confirmed.*read back/)
  })

  it('says why nothing is shown, and keeps what it showed when the session ends', { timeout: 150_000 }, async () => {
    let page = await open('/devices/meter-2/details')
    await page.getByText('one reading: what it grew by shows with the next').first().waitFor()
    await page.goto(`${pages.origin}/devices/bus-3/details`)
    await page.getByText('No readings in this period.').waitFor()
    await page.getByText('This device is retired', { exact: false }).waitFor()
    await page.goto(`${pages.origin}/devices/nobody/details`)
    await page.getByText('There is no device with this id.').waitFor()
    await page.evaluate(() => sessionStorage.setItem('citygate.token', 'cgt_short'))
    await page.goto(`${pages.origin}/devices/bus-1/details?series=bus-1:speed,bus-1:nothing`)
    await page.locator('.cg-compare-plot[data-drawn]').waitFor()
    await page.getByText('bus-1:nothing is not known', { exact: false }).waitFor()
    // A token that may not give orders is not offered to.
    await page.getByText('Orders are given by operators', { exact: false }).waitFor()
    tokens.clear()
    await page.getByText('You are signed out.', { exact: false }).waitFor()
    expect(await page.locator('.cg-compare-plot[data-drawn]').count()).toBe(1)

    page = await open('/devices/bus-2/details')
    await page.locator('.cg-compare-plot[data-drawn]').waitFor()
    pages.city.directory.devices.delete('bus-2')
    // As when somebody comes back to the tab.
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
    await page.getByText('This device is no longer registered', { exact: false }).waitFor()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Bus two')
  })
})
