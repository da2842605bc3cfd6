import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { originOf } from '../../gateway/api/security-headers.ts'
import { ask } from './ask.ts'
import { type City, furnish, startCity } from './city.ts'

let folder: string
let city: City

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'citygate-dashboard-'))
  await mkdir(join(folder, 'assets'))
  await mkdir(join(folder, 'maps', 'glyphs'), { recursive: true })
  await writeFile(join(folder, 'maps', 'city.pmtiles'), 'PMTiles, or what passes for it')
  await writeFile(join(folder, 'maps', 'style.json'), '{"version":8}')
  await writeFile(join(folder, 'maps', '.key'), 'secret')
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Dashboard</title><script type="module" src="/assets/index-abc123.js"></script>')
  await writeFile(join(folder, 'assets', 'index-abc123.js'), 'document.title = "started"')
  await writeFile(join(folder, 'logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  await writeFile(join(folder, '.hidden'), 'secret')
  await writeFile(join(folder, '..', 'citygate-beside.txt'), 'beside')
  city = await startCity({
    dashboardFolder: folder,
    mapSettings: {
      timeZone: 'Asia/Shanghai',
      styleUrl: 'https://maps.example:8443/style.json?key=k',
      tilesUrl: 'https://{s}.tiles.example/{z}/{x}/{y}.png',
      pmtilesUrl: 'https://files.example/city.pmtiles',
      datum: 'gcj02',
      folder: join(folder, 'maps'),
    },
  })
  furnish(city)
})

afterAll(async () => {
  await city.server.stop()
  await rm(folder, { recursive: true, force: true })
  await rm(join(folder, '..', 'citygate-beside.txt'), { force: true })
})

const html = { Accept: 'text/html,application/xhtml+xml' }

describe('the dashboard’s files', () => {
  it.each(['/', '/devices/bus-1', '/map?lang=zh'])('%s is the page, asked for each time', async path => {
    const answered = await ask(city, path, { headers: html })
    expect(answered).toMatchObject({ status: 200, headers: { 'cache-control': 'no-cache' }, text: expect.stringContaining('<title>Dashboard') })
  })

  it('assets are kept for ever, other files are asked for', async () => {
    const asset = await ask(city, '/assets/index-abc123.js')
    expect(asset).toMatchObject({ status: 200, headers: { 'cache-control': 'public, max-age=31536000, immutable' } })
    expect(asset.headers['content-type']).toMatch(/javascript/)
    expect(await ask(city, '/logo.svg')).toMatchObject({ status: 200, headers: { 'cache-control': 'no-cache' } })
  })

  it.each([
    '/assets/index-gone.js',
    '/.hidden',
    '/../citygate-beside.txt',
    '/%2e%2e/citygate-beside.txt',
    '/..%2fcitygate-beside.txt',
    '/assets/..%2f..%2fcitygate-beside.txt',
  ])('%s is not there', async path => expect(await ask(city, path)).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } }))

  it('says how to build what is not built', async () => {
    const empty = await startCity()
    try {
      const answered = await ask(empty, '/', { headers: html })
      expect(answered).toMatchObject({ status: 503, text: expect.stringMatching(/npm run build:dashboard.*尚未构建/s) })
    } finally {
      await empty.server.stop()
    }
  })
})

describe('the files of maps', () => {
  it('are given in the ranges that are asked for', async () => {
    const part = await ask(city, '/maps/city.pmtiles', { headers: { Range: 'bytes=0-6' } })
    expect(part).toMatchObject({ status: 206, text: 'PMTiles', headers: { 'content-range': 'bytes 0-6/30', 'content-length': '7' } })
    expect(part.headers['content-encoding']).toBeUndefined()
    expect(part.headers.etag).toBeDefined()
    expect(await ask(city, '/maps/city.pmtiles', { headers: { Range: 'bytes=900-901' } })).toMatchObject({ status: 416 })
    const whole = await ask(city, '/maps/style.json')
    expect(whole).toMatchObject({ status: 200, json: { version: 8 }, headers: { 'cache-control': 'public, max-age=3600' } })
  })

  it.each([
    '/maps',
    '/maps/',
    '/maps/glyphs',
    '/maps/none.pmtiles',
    '/maps/.key',
    '/maps/../.hidden',
    '/maps/../index.html',
    '/maps/%2e%2e/index.html',
    '/maps/..%2findex.html',
    '/maps/glyphs/..%2f..%2f.hidden',
    '/maps/..%5c.hidden',
    '/maps/city.pmtiles%00.json',
  ])('%s is not there', async path => {
    const answered = await ask(city, path, { headers: html })
    expect([answered.status, answered.text.includes('secret') || answered.text.includes('Dashboard')]).toEqual([404, false])
  })

  it('are none without a folder', async () => {
    const bare = await startCity()
    try {
      expect(await ask(bare, '/maps/city.pmtiles', { headers: html })).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } })
    } finally {
      await bare.server.stop()
    }
  })
})

describe('the content security policy', () => {
  it('allows what the map needs, and no inline script', async () => {
    const Host = `localhost:${city.server.port}`
    const policy = String((await ask(city, '/', { headers: { ...html, Host } })).headers['content-security-policy'])
    const directives = new Map(policy.split(';').map(text => [text.split(' ')[0], text]))
    expect(directives.get('script-src')).toBe("script-src 'self'")
    expect(directives.get('worker-src')).toBe("worker-src 'self' blob:")
    expect(directives.get('connect-src')).toBe(
      `connect-src 'self' ws://${Host} wss://${Host} https://maps.example:8443 https://*.tiles.example https://files.example`,
    )
    expect(directives.get('img-src')).toBe("img-src 'self' data: blob: https://maps.example:8443 https://*.tiles.example https://files.example")
    expect(policy).not.toContain('upgrade-insecure-requests')
  })

  it('can not be widened by a Host header', async () => {
    const { headers } = await ask(city, '/', { headers: { ...html, Host: "x; script-src 'unsafe-inline' *" } })
    expect(headers['content-security-policy']).not.toMatch(/script-src[^;]*\*/)
  })

  it.each([
    ['https://a.example/style.json', 'https://a.example'],
    ['https://user:pass@a.example/x', 'https://a.example'],
    ['https://webrd0{s}.is.example.com/{x}', 'https://*.is.example.com'],
    ['/own/style.json', undefined],
    ['javascript:alert(1)', undefined],
    ["https://a;script-src 'unsafe-inline'/x", undefined],
    [undefined, undefined],
  ])('takes from %s the origin %s', (address, origin) => expect(originOf(address)).toBe(origin))
})

describe('in a browser', () => {
  let browser: Browser

  beforeAll(async () => {
    const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run', '--disable-component-update']
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args })
  })

  afterAll(() => browser.close())

  it.each(['light', 'dark'] as const)('the API’s page reads the description and asks the API, all from this server (%s)', async colorScheme => {
    const page = await browser.newPage({ colorScheme })
    const complaints: string[] = []
    const elsewhere: string[] = []
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    page.on('pageerror', error => complaints.push(error.message))
    page.on('request', request => {
      if (!request.url().startsWith(`http://127.0.0.1:${city.server.port}/`) && !request.url().startsWith('data:')) elsewhere.push(request.url())
    })
    await page.goto(`http://127.0.0.1:${city.server.port}/api/v1/docs`)
    await page.locator('#operations-Devices-listDevices').waitFor()
    expect(await page.locator('.opblock').count()).toBeGreaterThan(15)
    await page.locator('#operations-Devices-listDevices .opblock-summary-control').click()
    await page.locator('#operations-Devices-listDevices button.execute').click()
    await page.locator('#operations-Devices-listDevices .live-responses-table').getByText('meter-2').first().waitFor()
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    expect(background === 'rgb(28, 32, 34)').toBe(colorScheme === 'dark')
    expect(complaints).toEqual([])
    expect(elsewhere).toEqual([])
    await page.close()
  })

  it('the dashboard’s page starts under the policy', async () => {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${city.server.port}/any/page`)
    await expect.poll(() => page.title()).toBe('started')
    await page.close()
  })
})
