import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { MinuteRing } from '../../../gateway/hours/minute-ring.ts'
import { HOUR_MS, MINUTE_MS } from '../../../gateway/model/hours.ts'
import { furnish, NOW, startCity } from '../../api/city.ts'
import { axeFindings } from '../axe.ts'
import { CityPages } from './city-pages.ts'

/** Buses of the list that is too long to be drawn whole. */
const MANY = 1_200

/** Heard of every minute of the last hours but for the last so many minutes; some of them out of range. */
function heard(hours: number, gapMinutes: number, badMinutes: number): MinuteRing {
  const begin = NOW - hours * HOUR_MS
  const ring = MinuteRing.begin(begin)
  for (let minute = 0; minute < hours * 60 - gapMinutes; minute++) ring.mark(begin + minute * MINUTE_MS, minute < badMinutes)
  return ring
}

/** The overview and the list of devices in a real browser, against the gateway's own API over a city made up for it. */
describe('the overview', { timeout: 90_000 }, () => {
  const pages = CityPages.over(async dashboardFolder => {
    const city = await startCity({ dashboardFolder })
    furnish(city)
    for (let index = 0; index < MANY; index++) {
      const id = `bus-x${String(index).padStart(4, '0')}`
      city.directory.put({ id, org: index % 2 === 0 ? 'pudong' : 'minhang', model: 'bus-unit', ...(index === 7 && { name: '<img src=x onerror=alert(1)>' }) })
    }
    city.hours.set('bus-1', heard(4, 0, 17))
    city.hours.set('bus-2', heard(4, 0, 0))
    city.hours.set('bus-x0007', heard(2, 30, 40))
    city.hours.set('meter-1', heard(4, 120, 0))
    city.clocks.set('bus-x0007', { device: 'bus-x0007', fault: 'ahead', offsetMs: 3_600_000, since: NOW })
    return city
  })

  it('shows what a shift begins with, and each number leads to its list', async () => {
    const page = await pages.open('/overview')
    const tile = (label: string) => page.locator('.cg-tile', { has: page.getByText(label, { exact: true }) })
    await expect.poll(() => tile('Devices').locator('.cg-tile-value').textContent()).toBe('1,204')
    expect(await tile('Silent').locator('.cg-tile-value').textContent()).toBe('1')
    expect(await tile('Out of range, 24 h').locator('.cg-tile-value').textContent()).toBe('2')
    // The planned bus owes nothing; of the other two one was silent for the last half hour. Of a meter one reading an hour is due.
    await page.locator('tr[data-row="bus"]').waitFor()
    const cells = page.locator('tr[data-row="bus"] .cg-heat-cell')
    expect(await cells.count()).toBe(24)
    expect(await cells.nth(22).getAttribute('data-level')).toBe('low')
    expect(await cells.nth(22).getAttribute('title')).toBe('Bus, 07:00: 75%, 89 of 118')
    expect(await cells.nth(20).getAttribute('data-level')).toBe('full')
    expect(await cells.nth(3).getAttribute('data-level')).toBe('unknown')
    expect(await page.locator('tr[data-row="electricity-meter"] .cg-heat-cell').nth(20).getAttribute('data-level')).toBe('full')
    expect(await page.locator('tr[data-row="electricity-meter"] .cg-heat-cell').nth(21).getAttribute('data-level')).toBe('bad')
    expect(await page.locator('tr[data-row="electricity-meter"] .cg-heat-cell').nth(22).getAttribute('data-level')).toBe('unknown')
    // Markup in a name is text.
    await page.locator('.cg-top-name', { hasText: '<img src=x onerror=alert(1)>' }).first().waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.goto(`${pages.origin}/overview?org=pudong&kind=bus`)
    await expect.poll(() => tile('With rejected frames').getAttribute('href')).toBe('/rejected?kind=bus&org=pudong')
    await page.goBack()
    await page.getByRole('radiogroup', { name: 'Rows' }).getByText('Organisations').click()
    await page.locator('tr[data-row="pudong"]').waitFor()
    expect(new URL(page.url()).search).toBe('?by=org')
    await page.getByRole('link', { name: 'All 2' }).click()
    await page.waitForURL('**/devices?with=outOfRange&sort=-outOfRange')
    await expect.poll(() => page.locator('.cg-table tbody code').allTextContents()).toEqual(['bus-x0007', 'bus-1'])
    await page.goBack()
    await page.locator('tr[data-row="pudong"]').waitFor()
    expect(pages.problems).toEqual([])
  })

  it('lists thousands of devices, drawing and fetching only those in sight; sorted and filtered by the gateway; and saves all that fit', async () => {
    const page = await pages.open('/devices?kinds=bus&sort=-id')
    await page.getByText('1,202 devices').waitFor()
    await page.getByRole('link', { name: /bus-x1199/ }).waitFor()
    expect(await page.locator('.cg-table tbody tr').count()).toBeLessThan(60)
    await page.locator('.cg-table').evaluate(box => box.scrollTo({ top: box.scrollHeight }))
    await page.getByRole('link', { name: /bus-1$/ }).waitFor()
    expect(await page.locator('.cg-table tbody tr').count()).toBeLessThan(60)
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Rejected' }).click()
    await page.waitForURL('**sort=-rejected')
    await page.getByRole('combobox', { name: 'Organisation' }).click()
    await page.getByRole('option', { name: 'minhang' }).click()
    await page.getByText('601 devices').waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()])
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n')
    expect([download.suggestedFilename(), lines.length]).toEqual(['devices.csv', 602])
    await page.reload()
    await page.getByText('601 devices').waitFor()
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await page.getByText('1,204 devices').waitFor()
  })

  it('says in Chinese that nothing fits, takes over the map’s filter, and tells why a list can not be had', async () => {
    const page = await pages.open('/devices?states=stale&kinds=electricity-meter', { locale: 'zh-CN', viewport: { width: 390, height: 844 } })
    await page.getByText('1 台设备').waitFor()
    await page.getByRole('link', { name: 'meter-1' }).waitFor()
    await page.goto(`${pages.origin}/devices?with=clock&org=nobody`)
    await page.getByText('没有符合条件的设备').waitFor()
    await page.goto(`${pages.origin}/devices?sort=colour`)
    await page.getByRole('alert').waitFor()
  })
})
