import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { tokens } from '../../dashboard/theme/tokens.ts'
import { buildDashboard } from './built-dashboard.ts'
import { DashboardPage, launchBrowser } from './dashboard-page.ts'
import { FakeGateway } from './fake-gateway.ts'

/** The page in a real browser against a FAKE gateway. What the real one does is tested end to end elsewhere. */
describe('the dashboard', () => {
  let built: Awaited<ReturnType<typeof buildDashboard>>
  let browser: Browser
  let gateway: FakeGateway
  let dashboard: DashboardPage | undefined

  const open = async (path = '/', options: Parameters<typeof DashboardPage.open>[2] = {}) => {
    dashboard = await DashboardPage.open(browser, gateway.url + path, options)
    return dashboard
  }
  const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 15_000, interval: 100 })
  const shows = (page: DashboardPage, text: string) => page.page.getByText(text, { exact: true }).first().waitFor({ timeout: 15_000 })

  /** The buses in view, once the map has come to rest: while it still moves and is laid out, the view differs from look to look. */
  const settledCount = async (page: DashboardPage): Promise<number> => {
    const seen: number[] = []
    await until(async () => {
      seen.push(await page.count(page.kind('bus')))
      const last = seen.slice(-10)
      expect(last).toHaveLength(10)
      expect(last[0]).toBeGreaterThan(0)
      expect(new Set(last).size).toBe(1)
    })
    return seen.at(-1) ?? 0
  }

  beforeAll(async () => {
    built = await buildDashboard()
    browser = await launchBrowser()
  })
  beforeEach(async () => {
    gateway = new FakeGateway({ folder: built.folder, buses: 60, meters: 12, worksites: 9 })
    await gateway.start()
  })
  afterEach(async () => {
    await dashboard?.close()
    dashboard = undefined
    await gateway.stop()
  })
  afterAll(async () => {
    await browser.close()
  })

  it('draws every device in view, counts them, and breaks no content security rule', async () => {
    const page = await open()
    await until(async () => expect(await page.count(page.kind('bus'))).toBe(60))
    expect(await page.count(page.kind('electricity-meter'))).toBe(8)
    expect(await page.count(page.kind('water-meter'))).toBe(4)
    expect(await page.count(page.state('stale'))).toBe(2)
    await page.page.getByRole('button', { name: /^Flagged\s*2$/ }).waitFor()
    await until(async () => expect(await page.pixels(tokens.kind.light.blue)).toBeGreaterThan(1_000))
    expect(await page.pixels(tokens.kind.light.violet)).toBeGreaterThan(200)
    expect(await page.pixels(tokens.map.light.line)).toBeGreaterThan(200)
    await shows(page, 'Simulated city')
    await shows(page, 'Live')
    expect(page.problems).toEqual([])
  })

  it('filters by kind and state, and keeps the filter and the view in the address', async () => {
    const page = await open()
    await until(async () => expect(await page.pixels(tokens.kind.light.blue)).toBeGreaterThan(1_000))
    await page.kind('worksite').click()
    await until(async () => expect(await page.pixels(tokens.kind.light.blue)).toBe(0))
    expect(await page.pixels(tokens.kind.light.violet)).toBeGreaterThan(200)
    expect(new URL(page.page.url()).searchParams.get('kinds')).toBe('worksite')
    await page.page.reload()
    await until(async () => expect(await page.pixels(tokens.kind.light.violet)).toBeGreaterThan(200))
    expect(await page.pixels(tokens.kind.light.blue)).toBe(0)
    await page.page.getByRole('button', { name: 'Zoom in' }).click()
    await until(async () => expect(new URL(page.page.url()).searchParams.get('at')).toMatch(/^31\.\d+,121\.\d+,11\.2/))
    expect(page.problems).toEqual([])
  })

  it('moves a device on the screen when its tile comes, gliding and never beyond the fix', async () => {
    gateway.city.put(gateway.city.get('bus-0003'), 31.2, 121.47)
    const page = await open('/devices/bus-0003?at=31.2,121.47,14')
    await shows(page, 'Live')
    await until(async () => expect((await page.nameTagPlace()).x).toBeGreaterThan(300))
    const before = await page.nameTagPlace()
    const watch = await page.watchNameTag()
    // 0.004° of longitude are 93.2 pixels at this zoom (512 pixels for the whole world at zoom 0).
    await gateway.move('bus-0003', 31.2, 121.474)
    await until(async () => expect((await page.nameTagPlace()).x - before.x).toBeGreaterThan(92))
    const shifts = (await watch()).map(x => x - before.x)
    expect(Math.max(...shifts)).toBeLessThan(95)
    expect(shifts.filter(shift => shift > 3 && shift < 90).length).toBeGreaterThan(1)
    expect(shifts).toEqual([...shifts].sort((a, b) => a - b))
    expect((await page.nameTagPlace()).y).toBeCloseTo(before.y, 0)
  })

  it('opens a device from the map: values with units, history, account and rejected frames; Esc closes', async () => {
    gateway.city.put(gateway.city.get('meter-1'), 31.2, 121.47)
    const page = await open('/?at=31.2,121.47,15&kinds=electricity-meter')
    await until(async () => expect(await page.pixels(tokens.kind.light.amber)).toBeGreaterThan(50))
    const map = await page.page.locator('.cg-map').boundingBox()
    await page.page.mouse.click((map?.x ?? 0) + (map?.width ?? 0) / 2, (map?.y ?? 0) + (map?.height ?? 0) / 2)
    await page.panel.getByRole('heading', { name: 'meter-1' }).waitFor()
    expect(new URL(page.page.url()).pathname).toBe('/devices/meter-1')
    await until(async () => expect(await page.panel.locator('[data-field="voltageL1"]').textContent()).toMatch(/Voltage L1[\d.]+V/))
    expect(await page.panel.locator('[data-field="voltageL2"]').textContent()).toMatch(/Voltage L2[\d.]+Vinstrument fault/)
    await page.panel.getByRole('img', { name: 'Chart of Voltage L1 over the last hour' }).waitFor()
    await page.panel.getByText('Week', { exact: true }).click()
    await page.panel.getByRole('img', { name: 'Chart of Voltage L1 over the last week' }).waitFor()
    await until(async () => expect(await page.panel.locator('.cg-account').textContent()).toContain('Received1,204'))
    await page.panel.getByText('01 04 00 00 00 06 30 08').waitFor()
    expect(await page.page.title()).toBe('meter-1 · Citygate')
    await page.page.keyboard.press('Escape')
    await page.panel.waitFor({ state: 'detached' })
    expect(new URL(page.page.url()).pathname).toBe('/')
    expect(page.problems).toEqual([])
  })

  it('finds a device with the keyboard alone', async () => {
    const page = await open()
    await shows(page, 'Live')
    await page.page.keyboard.press('/')
    await page.page.keyboard.type('site-4')
    await page.page.locator('[role="option"][data-combobox-selected]', { hasText: 'site-4' }).waitFor()
    await page.page.keyboard.press('Enter')
    await page.panel.getByRole('heading', { name: '工地 4 号' }).waitFor()
  })

  it('speaks Chinese to a Chinese browser, English when told so, and remembers it', async () => {
    const page = await open('/', { locale: 'zh-CN' })
    await shows(page, '公交车')
    await shows(page, '浦东新区')
    expect(await page.page.locator('html').getAttribute('lang')).toBe('zh-CN')
    await page.page.getByText('EN', { exact: true }).click()
    await shows(page, 'Construction site')
    await shows(page, 'Pudong')
    await page.page.reload()
    await shows(page, 'Construction site')
  })

  it('turns dark and remembers it', async () => {
    const page = await open('/', { colorScheme: 'light' })
    await until(async () => expect(await page.pixels(tokens.map.light.land)).toBeGreaterThan(10_000))
    await page.page.locator('.cg-scheme', { hasText: 'Dark' }).click()
    await until(async () => expect(await page.pixels(tokens.map.dark.land)).toBeGreaterThan(10_000))
    await until(async () => expect(await page.pixels(tokens.kind.dark.blue)).toBeGreaterThan(1_000))
    await page.page.reload()
    await until(async () => expect(await page.pixels(tokens.map.dark.land)).toBeGreaterThan(10_000))
    expect(page.problems).toEqual([])
  })

  it('says offline when the broker is gone, and is live again with what it missed when it is back', async () => {
    gateway.city.put(gateway.city.get('bus-0003'), 31.2, 121.47)
    const page = await open('/devices/bus-0003?at=31.2,121.47,14')
    await shows(page, 'Live')
    await page.nameTag.waitFor()
    const before = await page.nameTagPlace()
    await gateway.stopBroker()
    await shows(page, 'Offline')
    await page.link.click()
    await page.page.getByRole('button', { name: 'Connect now' }).waitFor()
    gateway.city.put(gateway.city.get('bus-0003'), 31.203, 121.474)
    await gateway.startBroker()
    await shows(page, 'Live')
    await until(async () => expect((await page.nameTagPlace()).x - before.x).toBeGreaterThan(92))
  })

  it('says delayed when what comes is late', async () => {
    const page = await open()
    await shows(page, 'Live')
    const bus = gateway.city.get('bus-0003')
    await until(async () => {
      await gateway.tell([bus])
      await gateway.tell([bus], { lateMs: 9_000 })
      // Both at one moment: a second later it may be live again.
      const { phase, said } = await page.link.evaluate(link => ({ phase: link.getAttribute('data-phase'), said: link.textContent }))
      expect(phase).toBe('delayed')
      expect(said).toMatch(/Delayed \d+ sec/)
    })
  })

  it('fetches a new snapshot when a tile was missed', async () => {
    const page = await open('/?at=31.2,121.47,12')
    await shows(page, 'Live')
    await until(async () => expect(await page.pixels(tokens.kind.light.blue)).toBeGreaterThan(0))
    const before = await settledCount(page)
    const [stranger] = [...gateway.city.devices.values()].filter(device => device.kind === 'bus' && Math.abs(device.lon - 121.47) > 0.12)
    if (!stranger) throw new Error('the fake city has no bus out of view')
    await gateway.tell([gateway.city.get('bus-0003')])
    // It comes into view, but the tile that says so is lost; the next tile of another bus shows the gap.
    gateway.city.put(stranger, 31.2, 121.47)
    gateway.loseNextTile(gateway.city.get('bus-0003'))
    await gateway.tell([gateway.city.get('bus-0003')])
    await until(async () => expect(await page.count(page.kind('bus'))).toBe(before + 1))
  })

  it('fits a phone: nothing wider than the screen, the panel as a sheet from below', async () => {
    const page = await open('/devices/bus-0003', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
    await page.panel.getByRole('heading').first().waitFor()
    const sheet = await page.panel.boundingBox()
    expect(sheet?.x).toBe(0)
    expect(sheet?.width).toBe(390)
    expect(sheet?.y).toBeGreaterThan(380)
    await page.page.getByRole('button', { name: 'Enlarge the panel' }).click()
    await until(async () => expect((await page.panel.boundingBox())?.y).toBeLessThan(80))
    expect(await page.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    await page.page.getByRole('button', { name: 'Close the device panel' }).click()
    await page.page.getByRole('button', { name: /Show legend/ }).click()
    await page.kind('bus').waitFor()
    await page.page.getByRole('button', { name: 'Menu' }).click()
    await page.page.getByRole('menuitem', { name: 'Status' }).click()
    await page.page.getByText('Receipts hold; something behind them lags or fails').waitFor()
    expect(page.problems).toEqual([])
  })

  it('says what is wrong: an unknown device, an API that is down, a token that is needed, no WebGL', async () => {
    let page = await open('/devices/nobody')
    await shows(page, 'There is no device with this id.')
    await page.close()
    gateway.faults.down = true
    page = await open('/')
    await shows(page, 'The gateway refused: The fake gateway is told to be down.')
    gateway.faults.down = false
    await page.page.getByRole('button', { name: 'Try again' }).click()
    await until(async () => expect(await page.count(page.kind('bus'))).toBe(60))
    await page.close()
    gateway.faults.tokenNeeded = true
    page = await open('/')
    await page.page.getByRole('button', { name: 'I have a token' }).click()
    await page.page.getByLabel('Token', { exact: true }).fill('cgt_made-up')
    await page.page.getByRole('button', { name: 'Enter', exact: true }).click()
    await until(async () => expect(await page.count(page.kind('bus'))).toBe(60))
  })

  it('lists devices where the map cannot be drawn', async () => {
    const page = await open('/status')
    await page.page.addInitScript(() => {
      HTMLCanvasElement.prototype.getContext = () => null
    })
    await page.page.goto(`${gateway.url}/`)
    await shows(page, 'The map cannot be drawn here.')
    await page.page.getByRole('link', { name: 'To the list of devices' }).click()
    await page.page.getByRole('link', { name: /bus-0001/ }).waitFor()
    await page.page.getByText('81 devices', { exact: true }).waitFor()
  })
})
