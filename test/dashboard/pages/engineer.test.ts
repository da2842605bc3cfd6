import { describe, expect, it } from 'vitest'
import type { DtuStatus, DtuView } from '../../../gateway/model/dtu.ts'
import { furnish, linePolls, lines, NOW, named, startCity } from '../../api/city.ts'
import { PeopleInMemory, signInOver } from '../../api/people-in-memory.ts'
import { axeFindings } from '../axe.ts'
import { CityPages, password } from './city-pages.ts'

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
  const people = new PeopleInMemory()
  const pages = CityPages.over(async dashboardFolder => {
    const city = await startCity({
      dashboardFolder,
      access: 'sign-in',
      ...signInOver(people),
      dtus: mockDtus(),
      lines: {
        lines: () => lines.flatMap(line => [line, { ...line, url: 'serial:///dev/ttyUSB0?baud=9600', utilisation: 0.93, connected: false }]),
        polls: linePolls,
      },
      orgs: named,
    })
    furnish(city)
    for (let offset = 1; offset <= 120; offset += 1) city.account.reject(offset, offset % 2 === 0 ? 'bus-1' : 'meter-1')
    city.account.reject(121, 'meter-2')
    city.account.frames.push({
      offset: 7_000,
      device: 'bus-1',
      channel: 'modbus',
      receivedAt: NOW,
      payload: Uint8Array.of(1, 4, 2),
      reason: 'TRUNCATED',
      detail: '<b>ends after 3 bytes</b>',
    })
    city.account.rejectedBy = { CRC_MISMATCH: 121, TRUNCATED: 1 }
    people.put({ id: 'chief', grants: [{ org: '*', role: 'engineer' }] }, password)
    people.put({ id: 'li.wei', grants: [{ org: 'pudong', role: 'engineer' }] }, password)
    people.put({ id: 'watch', grants: [{ org: 'pudong', role: 'operator' }] }, password)
    return city
  })

  it('show lines, the busiest first, and what stands behind a DTU that waits', async () => {
    const page = await pages.openAs('chief', '/lines')
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

  it('show what is asked on a line, of whom, and what that takes of its time at a speed', async () => {
    const page = await pages.openAs('li.wei', '/lines')
    await page.getByRole('button', { name: 'modbus-tcp://10.0.0.9:502' }).click()
    await page.getByText('As planned, all of it takes 1% of the line’s time.').waitFor()
    const share = page.locator('[data-share="sdm630"]')
    expect(await share.locator('tr[data-poll] td').allTextContents()).toEqual(['input registers 0–910 registers', '10 secs', '8 / 25', '50 ms', '0.5%'])
    expect(await share.locator('tr[data-asked]').allTextContents()).toEqual([expect.stringContaining('meter-1'), expect.stringMatching(/meter-gone\s+silent/)])
    await page.getByRole('combobox', { name: 'Line speed' }).click()
    await page.getByRole('option', { name: '2,400 baud' }).click()
    await expect.poll(() => new URL(page.url()).search).toBe('?line=modbus-tcp%3A%2F%2F10.0.0.9%3A502&baud=2400')
    expect(await axeFindings(page)).toEqual([])
    await page.reload()
    await share.waitFor()
    await share.getByRole('link', { name: 'sdm630' }).click()
    await page.waitForURL('**/models/sdm630')
  })

  it('count rejected frames by reason, list those of one, and lead to what their bytes mean', async () => {
    const page = await pages.openAs('chief', '/rejected')
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

  it('show an engineer of one organisation the lines whose devices are all its own', async () => {
    const page = await pages.openAs('li.wei', '/devices')
    await page.getByRole('link', { name: 'Lines' }).click()
    const rows = page.locator('tr[data-line]')
    // The other line has no device at all, and so belongs to nobody; nor does the DTU that waits.
    await expect.poll(() => rows.locator('code').allTextContents()).toEqual(['modbus-tcp://10.0.0.9:502'])
    await page.getByText('No DTU is connected whose devices are all of organisations that you look after.').waitFor()
    await page.getByText('Shown are those whose devices are all of organisations that you look after.').waitFor()
    expect(await axeFindings(page)).toEqual([])
  })

  it('tell an operator who looks after lines, and do not offer them', async () => {
    const page = await pages.openAs('watch', '/lines', { locale: 'zh-CN' })
    await page.getByText('总线与 DTU 由工程师维护。').waitFor()
    await page.getByText('请联系本单位的工程师。').waitFor()
    expect(await page.getByRole('link', { name: '总线' }).count()).toBe(0)
  })

  it('show the rejected frames of one organisation and kind, counted for them alone, and the devices they are of', async () => {
    const page = await pages.openAs('chief', '/rejected?org=pudong')
    const rows = page.locator('tr[data-offset]')
    await expect.poll(() => rows.count()).toBe(50)
    await page.getByRole('combobox', { name: 'Organisation' }).and(page.locator('[value="Pudong Bus"]')).waitFor()
    // By the account of the one device that has one.
    expect(await page.locator('.cg-reasons button').allTextContents()).toEqual([expect.stringMatching(/^CRC_MISMATCH.*2$/)])
    await page.getByRole('combobox', { name: 'Kind' }).click()
    await page.getByRole('option', { name: 'Electricity meter' }).click()
    await expect.poll(async () => new Set(await rows.locator('td:nth-child(2) a').allTextContents())).toEqual(new Set(['meter-1']))
    expect(new URL(page.url()).search).toBe('?org=pudong&kind=electricity-meter')
    await page.getByRole('link', { name: 'The devices they are of' }).click()
    await page.waitForURL('**/devices?kinds=electricity-meter&org=pudong&with=rejected&sort=-rejected')
  })

  it('show the limits on the status page', async () => {
    const page = await pages.openAs('chief', '/status')
    await page.getByText('limits.connections').waitFor()
    await page.getByText('20,000').waitFor()
  })
})
