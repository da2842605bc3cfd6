import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { datumShift } from '../../../dashboard/map/datum.ts'
import { tokens } from '../../../dashboard/theme/tokens.ts'
import { buildDashboard } from '../built-dashboard.ts'
import { DashboardPage, launchBrowser } from '../dashboard-page.ts'
import { FakeGateway } from '../fake-gateway.ts'
import { pmtilesFile, pngOf, vectorTile } from '../map/pmtiles-file.ts'

/** Base maps of the gateway's own, in a real browser against a FAKE gateway, from files the gateway's own handler serves: nothing is fetched from elsewhere. */
describe('a base map of the gateway’s', { timeout: 120_000 }, () => {
  let browser: Browser
  let gateway: FakeGateway
  let maps: string
  let dashboard: DashboardPage | undefined

  const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 150 })
  const open = async (map: Readonly<Record<string, string>>, path = '/?at=31.2,121.47,10') => {
    gateway.faults.map = map
    dashboard = await DashboardPage.open(browser, gateway.url + path, { patienceMs: 50_000 })
    return dashboard
  }

  beforeAll(async () => {
    const { folder } = await buildDashboard()
    maps = await mkdtemp(join(tmpdir(), 'citygate-maps-'))
    await writeFile(join(maps, 'paper.pmtiles'), pmtilesFile('png', pngOf(0xfa, 0xf0, 0xe6), { attribution: 'Made of paper' }))
    await writeFile(join(maps, 'sea.pmtiles'), pmtilesFile('vector', vectorTile(), { vector_layers: [{ id: 'water' }, { id: 'places' }] }))
    await writeFile(join(maps, 'broken.pmtiles'), 'not a map')
    const style = {
      version: 8,
      sources: { paper: { type: 'raster', url: `pmtiles:///maps/paper.pmtiles`, tileSize: 256 } },
      layers: [{ id: 'paper', type: 'raster', source: 'paper' }],
    }
    await writeFile(join(maps, 'style.json'), JSON.stringify(style))
    browser = await launchBrowser()
    gateway = new FakeGateway({ folder, maps, buses: 30, meters: 3, worksites: 3 })
    await gateway.start()
  })
  afterEach(async () => {
    await dashboard?.close()
    dashboard = undefined
  })
  afterAll(async () => {
    await browser.close()
    await gateway.stop()
    await rm(maps, { recursive: true, force: true })
  })

  it('is a PMTiles file of raster tiles, with marks above and its maker named', async () => {
    const page = await open({ pmtilesUrl: '/maps/paper.pmtiles' })
    await until(async () => expect(await page.pixels('#faf0e6')).toBeGreaterThan(100_000))
    await until(async () => expect(await page.pixels(tokens.kind.light.blue)).toBeGreaterThan(300))
    await page.page.getByText('Made of paper').waitFor()
    expect(await page.page.locator('.cg-district').count()).toBe(0)
    expect(page.problems).toEqual([])
  })

  it('is a PMTiles file of vector tiles, in the colours of the dashboard', async () => {
    const page = await open({ pmtilesUrl: '/maps/sea.pmtiles' })
    await until(async () => expect(await page.pixels(tokens.map.light.water)).toBeGreaterThan(100_000))
    await until(async () => expect(await page.pixels(tokens.kind.light.blue)).toBeGreaterThan(300))
    expect(page.problems).toEqual([])
  })

  it('is a style whose tiles come from a PMTiles file', async () => {
    const page = await open({ styleUrl: '/maps/style.json' })
    await until(async () => expect(await page.pixels('#faf0e6')).toBeGreaterThan(100_000))
  })

  it('gives way to the schematic map where it cannot be read, and says so', async () => {
    const page = await open({ pmtilesUrl: '/maps/broken.pmtiles', datum: 'gcj02' })
    await page.page.getByText(/this is the schematic map/).waitFor()
    await until(async () => expect(await page.pixels(tokens.map.light.line)).toBeGreaterThan(200))
  })

  it('in GCJ-02 has its marks where the map has their place; the address stays WGS-84', async () => {
    const bund = { lat: 31.2397, lon: 121.4905 }
    gateway.city.put(gateway.city.get('bus-0003'), bund.lat, bund.lon)
    const path = `/devices/bus-0003?at=${bund.lat},${bund.lon},15`
    const page = await open({ pmtilesUrl: '/maps/paper.pmtiles', datum: 'gcj02' }, path)
    await page.nameTag.waitFor()
    // In the middle of the view that the address names, whatever the datum…
    await until(async () => expect((await page.nameTagPlace()).x).toBeGreaterThan(300))
    const map = await page.page.locator('.cg-map').boundingBox()
    const middle = (map?.x ?? 0) + (map?.width ?? 0) / 2
    expect((await page.nameTagPlace()).x).toBeCloseTo(middle, -0.5)
    await page.page.getByRole('button', { name: 'Zoom in' }).click()
    await until(async () => {
      const [lat, lon] = (new URL(page.page.url()).searchParams.get('at') ?? '').split(',').map(Number)
      expect([lat, lon]).toEqual([expect.closeTo(bund.lat, 4), expect.closeTo(bund.lon, 4)])
    })
    // …and drawn where GCJ-02 has it: some hundred metres to the south-east.
    const drawn = datumShift('gcj02').toMap(bund)
    expect((drawn.lon - bund.lon) * 95_000).toBeGreaterThan(300)
    expect(page.problems).toEqual([])
  })
})
