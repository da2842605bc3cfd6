import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings } from '../axe.ts'
import { buildDashboard } from '../built-dashboard.ts'
import { DashboardPage, launchBrowser } from '../dashboard-page.ts'
import { FakeGateway } from '../fake-gateway.ts'

/** What surrounds every page, in a real browser. The gateway is the fake one: nothing here is about its answers. */
describe('the shell of the dashboard', () => {
  let browser: Browser
  let gateway: FakeGateway
  let dashboard: DashboardPage | undefined

  const open = async (path: string, options: Parameters<typeof DashboardPage.open>[2] = {}) => {
    dashboard = await DashboardPage.open(browser, `${gateway.url}${path}`, options)
    return dashboard.page
  }

  beforeAll(async () => {
    const { folder } = await buildDashboard()
    browser = await launchBrowser()
    gateway = new FakeGateway({ folder, buses: 30, meters: 4, worksites: 2 })
    await gateway.start()
  }, 120_000)
  afterEach(async () => {
    expect(dashboard?.problems ?? []).toEqual([])
    await dashboard?.close()
    dashboard = undefined
  })
  afterAll(async () => {
    await browser?.close()
    await gateway?.stop()
  })

  it('leads anywhere from the palette, by keyboard alone', { timeout: 60_000 }, async () => {
    const page = await open('/devices')
    await page.locator('tbody tr').first().waitFor()
    await page.keyboard.press('Control+k')
    const field = page.getByRole('textbox', { name: 'A page, a device or a command' })
    await field.waitFor()
    await page.keyboard.type('status')
    await page.getByRole('option', { name: 'Go to Status' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Status of the gateway' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/status')
    expect(await page.getByRole('link', { name: 'Status' }).getAttribute('aria-current')).toBe('page')

    await page.keyboard.press('Control+k')
    await field.waitFor()
    await page.keyboard.type('中文')
    await expect.poll(() => page.getByRole('option').allTextContents()).toEqual(['Use Chinese (中文)Command'])
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: '地图' }).waitFor()

    await page.keyboard.press('Control+k')
    await page.getByRole('textbox', { name: '页面、设备或命令' }).waitFor()
    await page.keyboard.type('bus-0007')
    await page.getByRole('option', { name: 'bus-0007' }).first().waitFor()
    await page.keyboard.press('Enter')
    await page.locator('.cg-panel').waitFor()
  })

  it('tells its keys, but not to somebody who types a question mark', async () => {
    const page = await open('/devices')
    await page.locator('tbody tr').first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('what?')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('what?')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
  })

  it('turns to high contrast by the system or by choice, and remembers the choice', async () => {
    const page = await open('/status', { contrast: 'more' })
    await page.locator('html[data-contrast="high"]').waitFor()
    await page.getByRole('button', { name: 'High contrast' }).click()
    await page.locator('html[data-contrast="usual"]').waitFor()
    await page.reload()
    await page.locator('html[data-contrast="usual"]').waitFor()
  })

  it('can be installed: a manifest with pictures of the sizes it names', async () => {
    const page = await open('/devices')
    const address = await page.locator('link[rel="manifest"]').getAttribute('href')
    const manifest = await (await fetch(`${gateway.url}${address}`)).json()
    expect(manifest).toMatchObject({ name: 'Citygate', display: 'standalone', start_url: '/' })
    const pictures: readonly { readonly src: string; readonly sizes: string; readonly type: string }[] = manifest.icons
    const sizes = await page.evaluate(
      async sources =>
        Promise.all(
          sources.map(async source => {
            const image = await createImageBitmap(await (await fetch(source)).blob())
            return `${image.width}x${image.height}`
          }),
        ),
      pictures.filter(({ type }) => type === 'image/png').map(({ src }) => src),
    )
    expect(sizes).toEqual(pictures.filter(({ type }) => type === 'image/png').map(picture => picture.sizes))
    expect(sizes).toEqual(expect.arrayContaining(['192x192', '512x512']))
  })

  it('has nothing that axe objects to, on the pages that every visitor has, light, dark and in high contrast', { timeout: 120_000 }, async () => {
    for (const [path, ready] of [
      ['/devices/bus-0001', '.cg-panel [data-field]'],
      ['/devices', 'tbody tr'],
      ['/status', '.cg-verdict'],
    ] as const) {
      const page = await open(path)
      await page.locator(ready).first().waitFor()
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor()
        expect(await axeFindings(page), `${path} ${colorScheme}`).toEqual([])
        await page.getByRole('button', { name: 'High contrast' }).click()
        expect(await axeFindings(page), `${path} ${colorScheme}, high contrast`).toEqual([])
        await page.getByRole('button', { name: 'High contrast' }).click()
      }
      expect(dashboard?.problems).toEqual([])
      await dashboard?.close()
    }
    dashboard = undefined
  })
})
