import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { axeFindings } from '../axe.ts'
import { buildDashboard } from '../built-dashboard.ts'
import { DashboardPage, launchBrowser } from '../dashboard-page.ts'
import { FakeGateway } from '../fake-gateway.ts'

/** The map's tools in a real browser against a FAKE gateway: measuring, districts, wall display. */
describe('the map’s tools', { timeout: 120_000 }, () => {
  let browser: Browser
  let gateway: FakeGateway
  let dashboard: DashboardPage | undefined

  const open = async (path: string) => {
    dashboard = await DashboardPage.open(browser, gateway.url + path, { patienceMs: 50_000 })
    return dashboard
  }
  const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 100 })
  const parameters = (page: DashboardPage) => new URL(page.page.url()).searchParams

  beforeAll(async () => {
    const { folder } = await buildDashboard()
    browser = await launchBrowser()
    gateway = new FakeGateway({ folder, buses: 60, meters: 12, worksites: 9 })
    await gateway.start()
  })
  afterEach(async () => {
    await dashboard?.close()
    dashboard = undefined
  })
  afterAll(async () => {
    await browser.close()
    await gateway.stop()
  })

  it('measure by pointer and by keyboard; Esc ends', async () => {
    const page = await open('/?at=31.2,121.47,14')
    await until(async () => expect(await page.count(page.kind('bus'))).toBeGreaterThan(0))
    await page.page.getByRole('button', { name: 'Measure' }).click()
    const panel = page.page.getByRole('region', { name: 'Measure' })
    const map = await page.page.locator('.cg-map').boundingBox()
    const [x, y] = [(map?.x ?? 0) + 500, (map?.y ?? 0) + 200]
    // A pixel is 360° / (512 · 2^14) of longitude: 200 of them here are 817 m.
    for (const [right, down] of [
      [0, 0],
      [200, 0],
      [200, 200],
    ] as const) {
      await page.page.mouse.click(x + right, y + down)
    }
    await until(async () => expect(await panel.locator('dd').first().textContent()).toMatch(/^1\.6[34]\d? km$/))
    expect(await panel.locator('dd').nth(1).textContent()).toMatch(/^81\d m$/)
    expect(await panel.locator('dd').nth(2).textContent()).toMatch(/^0\.33\d* km²$/)
    await page.page.locator('.cg-map .maplibregl-canvas').focus()
    await page.page.keyboard.press('Backspace')
    await until(async () => expect(await panel.locator('dd').count()).toBe(2))
    await page.page.keyboard.press('Enter')
    await until(async () => expect(await panel.locator('dd').count()).toBe(3))
    await page.page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    expect(new URL(page.page.url()).pathname).toBe('/')
    expect(page.problems).toEqual([])
  })

  it('tell each district’s figures, and show one alone', async () => {
    const page = await open('/?at=31.2,121.47,8.8&districts=1')
    const panel = page.page.getByRole('region', { name: 'Districts' })
    const pudong = panel.locator('tr[data-district="310115"]')
    await until(async () => expect(Number(await pudong.locator('td').first().textContent())).toBeGreaterThan(3))
    const all = Number(await pudong.locator('td').first().textContent())
    expect(await axeFindings(page.page)).toEqual([])
    const states = await pudong.locator('td[data-state]').allTextContents()
    expect(states.reduce((sum, text) => sum + (text === '·' ? 0 : Number(text)), 0)).toBe(all)
    await panel.getByRole('button', { name: 'Pudong' }).click()
    await until(async () => expect(parameters(page).get('district')).toBe('310115'))
    await until(async () => expect(await page.page.locator('.cg-legend h2').textContent()).toMatch(new RegExp(`^${all} of \\d+ in view`)))
    await panel.getByRole('button', { name: 'Pudong' }).click()
    await until(async () => expect(parameters(page).has('district')).toBe(false))
    await page.page.keyboard.press('Escape')
    await until(async () => expect(parameters(page).has('districts')).toBe(false))
    expect(page.problems).toEqual([])
  })

  it('fill a wall: no chrome, the city’s time, and back to the view after a while', async () => {
    const page = await open('/?at=31.2,121.47,11&wall=1')
    const clock = page.page.locator('.cg-wall-clock b')
    await until(async () => expect(await clock.textContent()).toMatch(/^\d\d:\d\d:\d\d$/))
    const shanghai = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', hourCycle: 'h23' }).format(Date.now())
    expect((await clock.textContent())?.slice(0, 2)).toBe(shanghai)
    await until(async () => expect(await page.count(page.kind('bus'))).toBeGreaterThan(10))
    expect(await page.page.getByRole('banner').isVisible()).toBe(false)
    expect(await page.page.getByRole('navigation').isVisible()).toBe(false)
    expect((await page.page.locator('.cg-map').boundingBox())?.height).toBe(800)
    const before = await page.count(page.kind('bus'))
    // Time is the browser's own here: nobody waits a minute and a half.
    await page.page.clock.install()
    await page.page.locator('.cg-map .maplibregl-canvas').focus()
    await page.page.keyboard.press('+')
    await page.page.clock.runFor(3_000)
    await until(async () => expect(await page.count(page.kind('bus'))).toBeLessThan(before))
    expect(parameters(page).get('at')).toBe('31.2,121.47,11')
    await page.page.clock.runFor(100_000)
    await until(async () => {
      await page.page.clock.runFor(2_000)
      expect(await page.count(page.kind('bus'))).toBe(before)
    })
    await page.page.keyboard.press('Escape')
    await until(async () => expect(parameters(page).has('wall')).toBe(false))
    await page.page.getByRole('banner').waitFor()
  })
})
