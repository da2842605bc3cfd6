import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { DtuStatus, DtuView } from '../../../gateway/model/dtu.ts'
import { type City, furnish, lines, NOW, startCity } from '../../api/city.ts'
import { PeopleInMemory, signInOver } from '../../api/people-in-memory.ts'
import { axeFindings } from '../axe.ts'
import { buildDashboard } from '../built-dashboard.ts'
import { DashboardPage, launchBrowser } from '../dashboard-page.ts'

const waiting: DtuStatus = {
  id: 'dtu-77',
  address: '10.0.0.77:40100',
  state: 'waiting',
  since: NOW - 60_000,
  heardAt: NOW - 5_000,
  bytesIn: 1_234,
  bytesOut: 0,
  heartbeats: 3,
  devices: 0,
  seen: [
    {
      protocol: 'dlt645',
      what: { en: 'Answer of a meter', zh: '电表应答' },
      sender: '000000000012',
      count: 2,
      frame: Uint8Array.of(0x68, 0x12),
      lastAt: NOW - 5_000,
    },
  ],
  lastBytes: Uint8Array.of(0x68),
  proposals: ['dlt645-single-phase'],
}

/** A mock of the DTUs: one waits, and of the two units behind it the second answers. */
function mockDtus(): DtuView {
  let asked = 0
  return {
    list: () => [waiting],
    figures: () => ({ connected: 1, strangers: 1, registered: 1, heartbeats: 3, handedOver: 0, replaced: 0, refusedClaims: 0, displaced: 0 }),
    probe: () => ({ state: 'running', asked, of: 2, found: [] }),
    probed: () => {
      asked = Math.min(2, asked + 1)
      return {
        state: asked === 2 ? 'done' : 'running',
        asked,
        of: 2,
        found: asked === 2 ? [{ protocol: 'modbus', address: '2', asked: 'holding register 0' }] : [],
      }
    },
  }
}

/** The engineer's pages in a real browser against the gateway's own API over mocks of what is behind it. */
describe('the pages of the engineer', () => {
  let browser: Browser
  let city: City
  let dashboard: DashboardPage | undefined

  const open = async (path: string): Promise<Page> => {
    dashboard = await DashboardPage.open(browser, `http://127.0.0.1:${city.server.port}${path}`)
    return dashboard.page
  }

  beforeAll(async () => {
    const { folder } = await buildDashboard()
    browser = await launchBrowser()
    city = await startCity({
      dashboardFolder: folder,
      ...signInOver(new PeopleInMemory()),
      dtus: mockDtus(),
      lines: { lines: () => lines.flatMap(line => [line, { ...line, url: 'serial:///dev/ttyUSB0?baud=9600', utilisation: 0.93, connected: false }]) },
    })
    furnish(city)
    for (let offset = 1; offset <= 120; offset += 1) city.account.reject(offset, offset % 2 === 0 ? 'bus-1' : 'meter-1')
    city.account.frames.push({
      offset: 7_000,
      device: 'bus-1',
      channel: 'modbus',
      receivedAt: NOW,
      payload: Uint8Array.of(1, 4, 2),
      reason: 'TRUNCATED',
      detail: '<b>ends after 3 bytes</b>',
    })
    city.account.rejectedBy = { CRC_MISMATCH: 120, TRUNCATED: 1 }
  }, 120_000)
  afterEach(async () => {
    // This server speaks no MQTT.
    expect(dashboard?.problems.filter(problem => !problem.includes('/mqtt')) ?? []).toEqual([])
    await dashboard?.close()
    dashboard = undefined
  })
  afterAll(async () => {
    await browser?.close()
    await city?.server.stop()
  })

  it('show lines, the busiest first, and what stands behind a DTU that waits', async () => {
    const page = await open('/lines')
    const rows = page.locator('tr[data-line]')
    await expect.poll(() => rows.count()).toBe(2)
    expect(await rows.first().textContent()).toContain('serial:///dev/ttyUSB0')
    expect(await rows.first().textContent()).toContain('not connected')
    expect(await rows.first().locator('meter').getAttribute('value')).toBe('93')
    await page.getByRole('button', { name: 'dtu-77' }).click()
    expect(new URL(page.url()).searchParams.get('dtu')).toBe('dtu-77')
    await page.getByText('Models that speak this: dlt645-single-phase').waitFor()
    expect(await page.getByRole('link', { name: 'What each byte means' }).getAttribute('href')).toBe('/frames#protocol=dlt645&hex=6812')
    await page.getByRole('button', { name: 'Look what is behind it' }).click()
    await page.getByText('Unit 2 answers (holding register 0)').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.reload()
    await page.getByText('Models that speak this: dlt645-single-phase').waitFor()
  })

  it('count rejected frames by reason, list those of one, and lead to what their bytes mean', async () => {
    const page = await open('/rejected')
    const rows = page.locator('tr[data-offset]')
    await expect.poll(() => rows.count()).toBe(50)
    await page.getByRole('button', { name: 'Older frames' }).click()
    await expect.poll(() => rows.count()).toBe(100)
    await page.getByRole('button', { name: 'TRUNCATED' }).click()
    await expect.poll(() => rows.count()).toBe(1)
    expect(await rows.first().textContent()).toContain('<b>ends after 3 bytes</b>')
    expect(new URL(page.url()).searchParams.get('reason')).toBe('TRUNCATED')
    expect(await axeFindings(page)).toEqual([])
    await rows.getByRole('link', { name: 'What each byte means' }).click()
    await page.getByRole('heading', { name: 'What a frame says', exact: true }).waitFor()
  })

  it('show the limits on the status page', async () => {
    const page = await open('/status')
    await page.getByText('limits.connections').waitFor()
    await page.getByText('20,000').waitFor()
  })
})
