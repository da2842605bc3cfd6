import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DashboardPage, launchBrowser } from '../dashboard/dashboard-page.ts'
import { type GatewayProcess, startGateway } from '../support/gateway.ts'
import { run } from '../support/programs.ts'

const PICTURES = process.env.CITYGATE_PICTURES
const BUS_MODEL = 'citygate-bus-unit'
const SECRET = 'a-secret-of-the-bus-company'
const PROTO = join(import.meta.dirname, '..', '..', 'proto')

let gateway: GatewayProcess
let browser: Browser

/** What `npm start` starts, on free ports. */
beforeAll(async () => {
  gateway = await startGateway({ command: ['demo', '--http', '0', '--mqtt', '0'] })
  browser = await launchBrowser()
  if (PICTURES) await mkdir(PICTURES, { recursive: true })
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await gateway?.stop()
})

async function picture(page: DashboardPage, name: string): Promise<void> {
  if (PICTURES) await page.page.screenshot({ path: join(PICTURES, `${name}.png`) })
}

async function publish(latitude: number, longitude: number): Promise<void> {
  const text = `bus { fix_time_ms: ${Date.now()} latitude: ${latitude} longitude: ${longitude} speed_kmh: 30 route: "71" }`
  const bytes = await run('protoc', ['--encode=citygate.telemetry.v1.Telemetry', `--proto_path=${PROTO}`, 'citygate/telemetry/v1/telemetry.proto'], text)
  await run('mosquitto_pub', ['-p', String(gateway.mqttPort), '-u', 'bus-71', '-P', SECRET, '-q', '1', '-t', 'up/bus-71/telemetry', '-s'], bytes)
}

describe('the city that npm start shows', () => {
  it('has at least 200 buses that move, 50 meters and 20 worksites, all reporting', async () => {
    const page = await DashboardPage.open(browser, gateway.http)
    await expect.poll(() => page.count(page.kind('bus')), { timeout: 20_000 }).toBeGreaterThanOrEqual(200)
    await expect
      .poll(async () => (await page.count(page.kind('electricity-meter'))) + (await page.count(page.kind('water-meter'))), { timeout: 30_000 })
      .toBeGreaterThanOrEqual(50)
    await expect.poll(() => page.count(page.kind('worksite')), { timeout: 20_000 }).toBeGreaterThanOrEqual(20)
    await expect.poll(() => page.link.getAttribute('data-phase'), { timeout: 20_000 }).toBe('live')
    await picture(page, 'map-en')
    const places = async (): Promise<Map<string, string>> => {
      const { features } = await gateway.get<{ features: { geometry: { coordinates: number[] }; properties: { device: string } }[] }>(
        '/live?bbox=120,30,123,32.5&kinds=bus&limit=20000',
      )
      return new Map(features.map(({ geometry, properties }) => [properties.device, geometry.coordinates.join()]))
    }
    const before = await places()
    const moved = new Set<string>()
    await expect
      .poll(
        async () => {
          for (const [device, place] of await places()) if (before.get(device) !== place) moved.add(device)
          return moved.size
        },
        { timeout: 25_000 },
      )
      .toBeGreaterThanOrEqual(200)
    expect(page.problems).toEqual([])
    await page.close()
  }, 120_000)

  it('moves a bus on the open page when it reports from elsewhere, without a reload', async () => {
    const added = await gateway.citygate('device', 'add', '--id', 'bus-71', '--model', BUS_MODEL, '--org', 'pudong-bus', '--secret', SECRET, '--name', 'Bus 71')
    expect(added.code).toBe(0)
    await publish(31.2304, 121.4737)
    await expect
      .poll(() =>
        gateway.get('/devices/bus-71/latest').then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
    const page = await DashboardPage.open(browser, `${gateway.http}/devices/bus-71`)
    await page.nameTag.waitFor()
    await expect.poll(() => page.link.getAttribute('data-phase'), { timeout: 20_000 }).toBe('live')
    const start = await page.nameTagPlace()
    await publish(31.2304, 121.4937)
    await expect.poll(async () => (await page.nameTagPlace()).x - start.x, { timeout: 10_000 }).toBeGreaterThan(10)
    await expect.poll(() => page.panel.textContent()).toContain('71')
    expect(page.problems).toEqual([])
    await page.close()
  }, 60_000)

  it('speaks Chinese in the dark, and fits a phone', async () => {
    const page = await DashboardPage.open(browser, `${gateway.http}/devices/sim-bus-0001`, {
      locale: 'zh-CN',
      colorScheme: 'dark',
      viewport: { width: 1440, height: 900 },
    })
    await expect.poll(() => page.panel.textContent(), { timeout: 20_000 }).toContain('速度')
    await expect.poll(() => page.link.getAttribute('data-phase'), { timeout: 20_000 }).toBe('live')
    await page.page.locator('.cg-panel canvas').waitFor()
    await picture(page, 'device-zh-dark')
    await page.close()
    const phone = await DashboardPage.open(browser, gateway.http, { locale: 'zh-CN', viewport: { width: 390, height: 844 }, hasTouch: true })
    await expect.poll(() => phone.link.getAttribute('data-phase'), { timeout: 20_000 }).toBe('live')
    expect(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    await picture(phone, 'phone-zh')
    expect([...page.problems, ...phone.problems]).toEqual([])
    await phone.close()
  }, 90_000)
})
