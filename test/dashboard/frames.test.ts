import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { loadExampleFrames } from '../../devices/example-frames.ts'
import { CatalogueFrameReader } from '../../gateway/pipeline/frame-reader.ts'
import { type City, NOW, startCity } from '../api/city.ts'
import { MemoryJournal } from '../links/memory-journal.ts'
import { buildDashboard } from './built-dashboard.ts'
import { DashboardPage, launchBrowser } from './dashboard-page.ts'

const PICTURES = process.env.CITYGATE_PICTURES
/** Eastron's own example of a read of voltage L1: request and answer. */
const volts = '01040000000271cb010404436633341b38'
const broken = volts.replace('71cb', '71cc')

/** As `expect.poll`, with the patience a busy machine needs. */
const poll: typeof expect.poll = (check, options) => expect.poll(check, { timeout: 10_000, ...options })

/** The frames page in a real browser against the gateway's own API, with every protocol and model it has. */
describe('the frames page', () => {
  let built: Awaited<ReturnType<typeof buildDashboard>>
  let browser: Browser
  let city: City
  let dashboard: DashboardPage | undefined

  const open = async (hash = '', options: Parameters<typeof DashboardPage.open>[2] = {}) => {
    dashboard = await DashboardPage.open(browser, `http://127.0.0.1:${city.server.port}/frames${hash}`, options)
    return dashboard
  }
  const row = (page: DashboardPage, text: string) => page.page.locator('.cg-parts tbody tr').filter({ hasText: text }).first()
  const run = (page: DashboardPage, name: string | RegExp) => page.page.getByRole('button', { name })
  const picture = async (page: DashboardPage, name: string) => {
    if (PICTURES) await page.page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true })
  }

  beforeAll(async () => {
    built = await buildDashboard()
    browser = await launchBrowser()
    const catalogue = await loadCatalogue()
    const journal = new MemoryJournal()
    for (const hex of [volts, broken, volts]) {
      journal.append({ device: 'meter-1', channel: 'modbus', receivedAt: NOW, payload: Uint8Array.from(Buffer.from(hex, 'hex')) })
    }
    city = await startCity({
      catalogue,
      journal,
      frames: new CatalogueFrameReader(catalogue, await loadExampleFrames(catalogue)),
      dashboardFolder: built.folder,
    })
    city.directory.put({ id: 'meter-1', org: 'pudong', model: 'eastron-sdm630', name: 'Meter of pump 3' })
    city.account.reject(1, 'meter-1')
    if (PICTURES) await mkdir(PICTURES, { recursive: true })
  }, 120_000)
  afterEach(async () => {
    await dashboard?.close()
    dashboard = undefined
  })
  afterAll(async () => {
    await browser?.close()
    await city?.server.stop()
  })

  it('explains pasted bytes, and links ribbon and table both ways', async () => {
    const page = await open()
    await page.page.getByLabel('Frame, in hex or as text').fill('01 04 00 00 00 02 71 CB 01 04 04 43 66 33 34 1B 38')
    await page.page.getByRole('button', { name: 'Explain' }).click()
    await page.page.getByText('Accepted', { exact: true }).waitFor()
    await page.page.getByText('recognised by its frame').waitFor()
    // The bytes alone fit several products: the right one is chosen by hand.
    await page.page.getByRole('button', { name: 'eastron-sdm630' }).click()
    await row(page, 'Voltage L1').waitFor()
    expect(await page.page.locator('[data-field="voltageL1"]').textContent()).toBe('Voltage L1230.20001 V')
    expect(await page.page.locator('.cg-ribbon-name').allTextContents()).toEqual(['Request0…1', 'Answer'])
    await row(page, 'Voltage L1').hover()
    await poll(() => page.page.locator('.cg-run[data-lit="true"]').textContent()).toBe('43663334')
    await run(page, /^6–7: CRC/).hover()
    await poll(() => row(page, '71 CB').getAttribute('data-lit')).toBe('true')
    await picture(page, 'frames-en')
  })

  it('is walked with the keyboard alone', async () => {
    const page = await open(`#protocol=modbus&model=eastron-sdm630&hex=${volts}`)
    await run(page, /^0: Unit/).focus()
    for (let step = 0; step < 4; step++) await page.page.keyboard.press('ArrowRight')
    await poll(() => row(page, 'holds; low byte first').getAttribute('data-lit')).toBe('true')
    await row(page, 'Request').focus()
    await page.page.keyboard.press('ArrowDown')
    await poll(() => run(page, /^0: Unit/).getAttribute('data-lit')).toBe('true')
  })

  it('keeps the frame behind the # and out of what a server is asked for', async () => {
    const page = await open()
    const asked: string[] = []
    page.page.on('request', request => asked.push(request.url()))
    await page.page.getByLabel('Frame, in hex or as text').fill(broken)
    await page.page.keyboard.press('Control+Enter')
    await page.page.getByText('no protocol recognises').or(page.page.getByText('Rejected')).first().waitFor()
    expect(new URL(page.page.url()).hash).toContain(`hex=${broken}`)
    await page.page.reload()
    await page.page.getByText('no protocol recognises').or(page.page.getByText('Rejected')).first().waitFor()
    expect(asked.filter(url => url.split('#')[0]?.includes(broken))).toEqual([])
  })

  it('says what is wrong where it is, and what is wrong with the question', async () => {
    const page = await open(`#protocol=modbus&model=eastron-sdm630&hex=${broken}`)
    await page.page.getByText('Rejected: CRC_MISMATCH').waitFor()
    await row(page, 'does not hold: these bytes give 71 CB').waitFor()
    expect(await run(page, /^6–7: CRC/).getAttribute('data-problem')).toBe('true')
    await page.page.getByLabel('Frame, in hex or as text').fill('01 0')
    await page.page.getByRole('button', { name: 'Explain' }).click()
    await page.page.getByText('half a byte').waitFor()
  })

  it('starts with an example, and hands the frame on as a test vector', async () => {
    const page = await open()
    await page.page.getByRole('combobox', { name: 'Start with an example' }).click()
    await page.page.getByRole('option').first().click()
    await page.page.locator('.cg-frame-verdict').waitFor()
    const downloading = page.page.waitForEvent('download')
    await page.page.getByRole('button', { name: 'Download the test vector' }).click()
    const chunks: Buffer[] = []
    for await (const chunk of await (await downloading).createReadStream()) chunks.push(Buffer.from(chunk))
    const vector: unknown = JSON.parse(Buffer.concat(chunks).toString())
    expect(vector).toMatchObject({ hex: expect.stringMatching(/^[0-9a-f]+$/), expect: { ok: expect.any(Boolean) }, source: '' })
    await page.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.page.getByRole('button', { name: 'Copy as a test vector' }).click()
    await page.page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(JSON.parse(await page.page.evaluate(() => navigator.clipboard.readText()))).toEqual(vector)
  })

  it('lists a device’s frames, accepted and rejected, and opens one', async () => {
    const page = await open('#device=meter-1')
    await page.page.getByRole('heading', { name: 'Frames of Meter of pump 3' }).waitFor()
    const items = page.page.locator('.cg-device-frames li')
    await poll(() => items.count()).toBe(3)
    expect(await page.page.locator('.cg-device-frames li[data-verdict="rejected"]').textContent()).toContain('CRC_MISMATCH')
    await items.nth(1).getByRole('link').click()
    await page.page.getByText('Rejected: CRC_MISMATCH').waitFor()
    await items.nth(0).getByRole('link').click()
    await page.page.locator('.cg-frame-verdict').getByText('Accepted', { exact: true }).waitFor()
    expect(await row(page, '71 CB').textContent()).toContain('holds')
    await picture(page, 'frames-device-en')
  })

  it('is reached from a device’s panel: all its frames, or a rejected one', async () => {
    dashboard = await DashboardPage.open(browser, `http://127.0.0.1:${city.server.port}/devices/meter-1`)
    await dashboard.panel.getByRole('link', { name: 'What each byte means' }).click()
    await dashboard.page.getByText('Rejected: ').waitFor()
    expect(new URL(dashboard.page.url()).hash).toBe('#device=meter-1&model=eastron-sdm630&hex=0104ff')
    await dashboard.page.goBack()
    await dashboard.panel.getByRole('link', { name: 'All frames' }).click()
    await poll(() => dashboard?.page.locator('.cg-device-frames li').count()).toBe(3)
  })

  it('explains frames of every protocol it has examples of', async () => {
    const { protocols } = (await (await fetch(`http://127.0.0.1:${city.server.port}/api/v1/protocols`)).json()) as {
      protocols: { id: string; explains: boolean; examples: { hex: string; model: string }[] }[]
    }
    const page = await open()
    for (const { id, examples } of protocols.filter(({ explains }) => explains)) {
      const [example] = examples
      if (example === undefined) throw new Error(`${id} has no example`)
      const { hex, model } = example
      await page.page.goto(`${page.page.url().split('#')[0]}#${new URLSearchParams({ protocol: id, model, hex }).toString()}`)
      await poll(() => page.page.locator('.cg-run span').count(), { timeout: 10_000 }).toBe(hex.length / 2)
      await picture(page, `frames-${id}-en`)
    }
  })

  it('stays quick with a frame of hundreds of parts: only what is lit is drawn anew', async () => {
    const page = await open(`#protocol=telemetry&hex=${'0801'.repeat(900)}`)
    await poll(() => page.page.locator('.cg-run').count()).toBe(1_800)
    await page.page.evaluate(() => {
      const watched = window as unknown as { changed: number }
      watched.changed = 0
      new MutationObserver(records => (watched.changed += records.length)).observe(document.body, { subtree: true, attributes: true, childList: true })
    })
    await page.page.locator('.cg-run').nth(7).hover()
    await poll(() => page.page.locator('.cg-parts tr[data-lit="true"]').count()).toBe(1)
    // Once more than is lit and was lit, for what else the page does meanwhile; all of them would be thousands.
    expect(await page.page.evaluate(() => (window as unknown as { changed: number }).changed)).toBeLessThan(400)
  })

  it('speaks Chinese, in the dark, on a phone', async () => {
    const chinese = await open(`#protocol=modbus&model=eastron-sdm630&hex=${broken}`, { locale: 'zh-CN', colorScheme: 'dark' })
    await chinese.page.getByText('已拒收: CRC_MISMATCH').waitFor()
    await row(chinese, '不正确：按这些字节应为 71 CB').waitFor()
    expect(await chinese.page.title()).toBe('报文解读 · Citygate')
    await picture(chinese, 'frames-zh-dark')
    await chinese.close()
    const phone = await open(`#protocol=modbus&model=eastron-sdm630&hex=${volts}&device=meter-1`, { locale: 'zh-CN', viewport: { width: 390, height: 844 } })
    await row(phone, 'A相电压').waitFor()
    expect(await phone.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await picture(phone, 'frames-phone-zh')
  })

  it('does not come with the map: its scripts are asked for on its own page alone', async () => {
    dashboard = await DashboardPage.open(browser, `http://127.0.0.1:${city.server.port}/status`)
    const asked: string[] = []
    dashboard.page.on('request', request => asked.push(request.url()))
    await dashboard.page.getByRole('link', { name: 'Frames' }).click()
    await dashboard.page.getByRole('heading', { name: 'What a frame says' }).waitFor()
    expect(asked.some(url => /assets\/frames-page-.*\.js$/.test(url))).toBe(true)
    expect(dashboard.problems.filter(problem => !/WebSocket|mqtt/i.test(problem))).toEqual([])
  })
})
