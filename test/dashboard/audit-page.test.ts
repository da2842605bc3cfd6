import { describe, expect, it } from 'vitest'
import type { AuditQuery, AuditRecord } from '../../gateway/model/audit.ts'
import { NOW, startCity } from '../api/city.ts'
import { PeopleInMemory, signInOver } from '../api/people-in-memory.ts'
import { CityPages } from './pages/city-pages.ts'

/** 120 entries of a bus that was renamed again and again, each time by one of two. */
const entries = Array.from({ length: 120 }, (_, index): AuditRecord => {
  const seq = 120 - index
  return {
    seq,
    at: NOW - index * 60_000,
    actor: seq % 40 === 0 ? { type: 'person', name: 'li.wei', address: '10.0.0.7' } : { type: 'cli', name: 'root' },
    action: 'device.change',
    subject: 'device:bus-1',
    org: 'pudong',
    before: { name: `Bus ${seq}`, place: { lat: 31.2, lon: 121.5 } },
    after: { name: seq === 120 ? '<img src=x onerror=alert(1)>' : `Bus ${seq + 1}`, place: { lat: 31.2, lon: 121.5 } },
    previousHash: '0'.repeat(64),
    hash: 'a'.repeat(64),
  }
})

/** The audit's page in a real browser against the gateway's own API, with an audit made up for it. */
describe('the page of the audit', () => {
  const asked: AuditQuery[] = []

  const pages = CityPages.over(async dashboardFolder => {
    const city = await startCity({
      dashboardFolder,
      ...signInOver(new PeopleInMemory()),
      audit: {
        search: async query => {
          asked.push(query)
          const { actor, before = 1_000, limit } = query
          const fitting = entries.filter(entry => entry.seq < before && (actor === undefined || entry.actor.name === actor))
          const page = fitting.slice(0, limit)
          return { entries: page, ...(fitting.length > limit && { next: page.at(-1)?.seq ?? 1 }) }
        },
        get: async seq => entries.find(entry => entry.seq === seq),
      },
    })
    return city
  })

  it('searches, keeps the search in the address, and shows what an entry changed', async () => {
    const page = await pages.open('/devices')
    await page.getByRole('link', { name: 'Audit' }).click()
    const rows = page.locator('tr[data-entry]')
    await expect.poll(() => rows.count(), { timeout: 10_000 }).toBe(50)
    await page.getByRole('button', { name: 'Older entries' }).click()
    await expect.poll(() => rows.count(), { timeout: 10_000 }).toBe(100)
    await page.getByLabel('Who', { exact: true }).fill('li.wei')
    await page.getByLabel('From day').fill('2026-07-31')
    await page.getByLabel('From day').press('Enter')
    await expect.poll(() => rows.count(), { timeout: 10_000 }).toBe(3)
    expect(asked.at(-1)).toMatchObject({ actor: 'li.wei', since: Date.parse('2026-07-30T16:00:00Z') })
    await page.getByRole('button', { name: /Details of entry 120/ }).press('Enter')
    await page.locator('.cg-audit-changes').waitFor()
    // Markup in a name is text, and what stayed the same is not told.
    expect(await page.locator('.cg-audit-changes tbody tr').allTextContents()).toEqual(['nameBus 120<img src=x onerror=alert(1)>'])
    expect(await page.locator('.cg-audit-facts').textContent()).toContain('10.0.0.7')
    expect(new URL(page.url()).search).toBe('?who=li.wei&from=2026-07-31&entry=120')
    await page.reload()
    await page.getByRole('button', { name: /Details of entry 120/, expanded: true }).waitFor()
    expect(await rows.count()).toBe(3)
    await page.getByRole('button', { name: 'Show everything' }).click()
    await expect.poll(() => rows.count(), { timeout: 10_000 }).toBe(50)
    expect(pages.problems).toEqual([])
  })

  it('opens an entry by link that is not among those found, and says when nothing fits', async () => {
    const page = await pages.open('/audit?who=nobody&entry=7', { locale: 'zh-CN' })
    await page.getByText('没有符合的记录。').waitFor()
    await page.getByRole('button', { name: /第 7 条的详情/, expanded: true }).waitFor()
    expect(await page.locator('.cg-audit-changes tbody tr').allTextContents()).toEqual(['nameBus 7Bus 8'])
  })

  it('is not offered to the holder of a token, and says plainly why when it is opened by link', async () => {
    const page = await pages.open('/devices')
    await page.getByRole('button', { name: 'Signed in as On this machine' }).waitFor()
    await page.evaluate(() => sessionStorage.setItem('citygate.token', 'cgt_pudong'))
    await page.goto(`${pages.origin}/audit`)
    await page.getByText('The audit is for administrators.').waitFor()
    await page.getByRole('button', { name: 'Signed in as With a token' }).click()
    expect(await page.getByRole('menuitem').allTextContents()).toEqual(['Sign out'])
  })
})
