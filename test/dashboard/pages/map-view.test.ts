import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { tokens } from '../../../dashboard/theme/tokens.ts'
import { buildDashboard } from '../built-dashboard.ts'
import { DashboardPage, launchBrowser } from '../dashboard-page.ts'
import { FakeGateway } from '../fake-gateway.ts'

/** The map in a real browser against a FAKE gateway: from afar and near, followed, filtered. */
describe('the map', { timeout: 120_000 }, () => {
  let browser: Browser
  let gateway: FakeGateway
  let dashboard: DashboardPage | undefined

  const open = async (path: string) => {
    dashboard = await DashboardPage.open(browser, gateway.url + path, { patienceMs: 50_000 })
    return dashboard
  }
  const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 100 })
  const address = (page: DashboardPage) => new URL(page.page.url())

  beforeAll(async () => {
    const { folder } = await buildDashboard()
    browser = await launchBrowser()
    gateway = new FakeGateway({ folder, buses: 60, meters: 12, worksites: 9 })
    await gateway.start()
  })
  afterEach(async () => {
    await dashboard?.close()
    dashboard = undefined
    gateway.faults.tokenNeeded = false
  })
  afterAll(async () => {
    await browser.close()
    await gateway.stop()
  })

  it('shows crowds from afar, each with its kinds and the state that needs an eye most, and goes into one', async () => {
    const page = await open('/?at=31.2,121.47,7.2')
    const crowds = page.page.locator('.cg-crowd')
    await until(async () => {
      const counts = await crowds.locator('b').allTextContents()
      expect(counts.reduce((sum, text) => sum + Number(text), 0)).toBe(81)
    })
    const largest = crowds.first()
    expect(await largest.locator('.cg-hidden').textContent()).toMatch(/^\d+ devices; \d+ Bus, .*; \d+ flagged/)
    expect(await largest.getAttribute('data-worst')).toBe('flagged')
    expect(await page.pixels(tokens.kind.light.blue)).toBe(0)
    await largest.focus()
    await page.page.keyboard.press('Enter')
    await until(async () => expect(await page.pixels(tokens.kind.light.blue)).toBeGreaterThan(300))
    expect(await crowds.count()).toBe(0)
    expect(page.problems).toEqual([])
  })

  it('names what is near, and lists what stands on one spot', async () => {
    const pile = [...gateway.city.devices.values()].filter(({ kind }) => kind === 'electricity-meter')
    const markup = gateway.city.get('site-1')
    Object.assign(markup, { name: '<img src=x onerror="alert(1)">' })
    gateway.city.put(markup, 31.1996, 121.4712)
    for (const meter of pile) gateway.city.put(meter, 31.2, 121.47)
    const page = await open('/?at=31.2,121.47,16')
    await page.page.locator('.cg-label', { hasText: '<img src=x onerror="alert(1)">' }).waitFor()
    const crowd = page.page.locator('.cg-crowd')
    await until(async () => expect(await crowd.locator('b').textContent()).toBe('8'))
    await crowd.click()
    const list = page.page.getByRole('region', { name: '8 devices here' })
    await list.getByRole('button', { name: 'meter-11' }).waitFor()
    await page.page.keyboard.press('Escape')
    await list.waitFor({ state: 'detached' })
    await crowd.click()
    await list.getByRole('button', { name: 'meter-4' }).click()
    await page.panel.getByRole('heading', { name: 'meter-4' }).waitFor()
    expect(page.problems).toEqual([])
  })

  it('follows a device until the map is dragged, and says so in the address', async () => {
    gateway.city.put(gateway.city.get('bus-0003'), 31.21, 121.46)
    const page = await open('/devices/bus-0003?at=31.21,121.46,14')
    await page.page.getByRole('button', { name: 'Follow' }).click()
    await until(async () => expect(address(page).searchParams.get('follow')).toBe('1'))
    // Far enough to be out of view three times over.
    for (const lon of [121.468, 121.476, 121.484, 121.492, 121.5]) {
      await gateway.move('bus-0003', 31.21, lon)
      await until(async () => expect(Math.abs((await page.nameTagPlace()).x - 480)).toBeLessThan(260))
    }
    await until(async () => expect(Number(address(page).searchParams.get('at')?.split(',')[1])).toBeGreaterThan(121.48))
    const map = await page.page.locator('.cg-map').boundingBox()
    const [x, y] = [(map?.x ?? 0) + 300, (map?.y ?? 0) + 600]
    await page.page.mouse.move(x, y)
    await page.page.mouse.down()
    await page.page.mouse.move(x + 60, y - 40, { steps: 6 })
    await page.page.mouse.up()
    await until(async () => expect(address(page).searchParams.has('follow')).toBe(false))
    await page.page.getByRole('button', { name: 'Follow', exact: true }).waitFor()
  })

  it('filters by organisation, route and district, in the address and back', async () => {
    const page = await open('/?route=3%20%E8%B7%AF')
    await until(async () => expect(await page.count(page.kind('bus'))).toBe(9))
    await page.page.getByRole('combobox', { name: 'District' }).click()
    await page.page.getByRole('option', { name: 'Pudong' }).click()
    await until(async () => expect(address(page).searchParams.get('district')).toBe('310115'))
    await until(async () => expect(await page.count(page.kind('bus'))).toBeLessThan(9))
    await page.page.getByRole('button', { name: 'Show all' }).click()
    await until(async () => expect(await page.count(page.kind('bus'))).toBe(60))
    await page.page.getByRole('combobox', { name: 'Organisation' }).click()
    await page.page.getByRole('option', { name: /^city-works \(\d+\)$/ }).click()
    await until(async () => expect(await page.kind('bus').count()).toBe(0))
    expect(await page.count(page.kind('worksite'))).toBe(9)
    expect(address(page).searchParams.get('org')).toBe('city-works')
  })

  it('says nothing of a live link to who is not signed in, and never “nothing here” of a device opened by link', async () => {
    gateway.city.put(gateway.city.get('bus-0005'), 39.9, 116.4)
    const page = await open('/status')
    await page.page.addInitScript(() => {
      const said: string[] = []
      Object.assign(window, { said })
      new MutationObserver(() => {
        for (const card of document.querySelectorAll('.cg-notice-card')) said.push(card.textContent ?? '')
      }).observe(document, { childList: true, subtree: true })
    })
    await page.page.goto(`${gateway.url}/devices/bus-0005`)
    await page.nameTag.waitFor()
    await until(async () => expect(await page.count(page.kind('bus'))).toBe(1))
    expect(await page.page.evaluate(() => Reflect.get(window, 'said'))).toEqual([])
    await page.close()
    gateway.faults.tokenNeeded = true
    const outside = await open('/')
    await outside.page.getByRole('button', { name: 'I have a token' }).waitFor()
    expect(await outside.link.count()).toBe(0)
  })
})
