import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Registry } from '../../../gateway/registry/registry.ts'
import { TokenOffice } from '../../../gateway/registry/token-office.ts'
import { get } from '../../api/ask.ts'
import { furnish, startCity } from '../../api/city.ts'
import { PeopleInMemory, signInOver } from '../../api/people-in-memory.ts'
import { MemoryLog } from '../../support/log.ts'
import { tester } from '../../support/tester.ts'
import { axeFindings } from '../axe.ts'
import { CityPages, password } from './city-pages.ts'

const day = 86_400_000

/** The page of tokens in a real browser against the gateway's own API and a registry on disk. */
describe('the page of tokens', () => {
  const folder = mkdtempSync(join(tmpdir(), 'citygate-tokens-page-'))
  let ahead = 0
  const now = (): number => Date.now() + ahead
  const registry = new Registry({ file: join(folder, 'registry.db'), log: new MemoryLog(), now })
  const people = new PeopleInMemory()
  const pages = CityPages.over(
    async dashboardFolder => {
      await registry.start()
      const city = await startCity({
        ...signInOver(people),
        access: 'sign-in',
        authenticator: registry,
        tokens: new TokenOffice(registry),
        dashboardFolder,
        now,
      })
      furnish(city)
      people.put({ id: 'chief', grants: [{ org: '*', role: 'admin' }] }, password)
      people.put({ id: 'li.wei', grants: [{ org: 'pudong', role: 'admin' }] }, password)
      people.put({ id: 'engineer', grants: [{ org: 'pudong', role: 'engineer' }] }, password)
      return city
    },
    async () => {
      await registry.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  )

  it('has an administrator make a token whose secret is shown once and works, and remove it after a question', async () => {
    await registry.as(tester).addToken({ org: 'minhang', title: 'of another organisation' })
    const page = await pages.openAs('li.wei', '/devices')
    await page.getByRole('link', { name: 'Tokens' }).click()
    await page.getByText('No program signs in yet.').waitFor()
    await page.getByRole('button', { name: 'Make a token' }).click()
    const form = page.getByRole('form', { name: 'Make a token' })
    await form.getByLabel('What for').fill('<b>报站屏</b>')
    expect(await form.getByLabel('Organisation').locator('option').allTextContents()).toEqual(['pudong'])
    await form.getByLabel('Kind').selectOption('bus')
    await form.getByLabel('May give orders').check()
    await form.getByLabel('Ends after').selectOption('day')
    await form.getByRole('button', { name: 'Make token' }).click()
    await form.getByText('Choose a day that is still to come.').waitFor()
    await form.getByLabel('Ends after').selectOption('30d')
    await form.getByRole('button', { name: 'Make token' }).click()
    const secret = (await page.locator('[data-secret]').textContent()) ?? ''
    await page.locator('tr[data-token]').waitFor()
    expect(await axeFindings(page)).toEqual([])
    expect(registry.token(secret)).toMatchObject({ type: 'token', org: 'pudong', kind: 'bus', command: true })
    const row = page.locator('tr[data-token]')
    await row.waitFor()
    expect(await row.count()).toBe(1)
    // Markup in a title is text.
    expect((await row.locator('td').allTextContents()).slice(0, 4)).toEqual([expect.stringContaining('<b>报站屏</b>'), 'pudong', 'Bus', 'read, give orders'])
    expect(await get(pages.city, '/api/v1/devices', { token: secret })).toMatchObject({ status: 200 })

    await page.reload()
    await row.waitFor()
    expect(await page.content()).not.toContain(secret)
    await row.getByRole('button', { name: /Remove the token/ }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect(registry.token(secret)).toBeDefined()
    await row.getByRole('button', { name: /Remove the token/ }).click()
    await page.getByRole('button', { name: 'Yes, remove' }).click()
    await page.getByText('No program signs in yet.').waitFor()
    expect(registry.token(secret)).toBeUndefined()
  })

  it('tells which end soon or are over, in Chinese too, and finds one by a text that stands in the address', async () => {
    const add = (title: string, days: number) => registry.as(tester).addToken({ org: 'pudong', title, expiresAt: Date.now() + days * day + 3_600_000 })
    ahead = -2 * day
    await add('over', -1)
    ahead = 0
    await add('soon', 3)
    await add('years', 700)
    const page = await pages.openAs('chief', '/tokens?text=pudong', { locale: 'zh-CN' })
    const cells = page.locator('tr[data-token] td:nth-child(5)')
    await expect.poll(() => cells.allTextContents(), { timeout: 10_000 }).toEqual(['已到期', '3天后', expect.stringMatching(/^\d{4}\/\d{2}\/\d{2}$/)])
    await page.getByRole('searchbox', { name: '查找令牌' }).fill('another')
    await expect.poll(() => page.locator('tr[data-token]').count(), { timeout: 10_000 }).toBe(1)
    expect(new URL(page.url()).search).toBe('?text=another')
  })

  it('is not offered to an engineer, who is told why when it is opened by link', async () => {
    const page = await pages.openAs('engineer', '/tokens')
    await page.getByText('Tokens are looked after by administrators.').waitFor()
    expect(await page.getByRole('link', { name: 'Tokens' }).count()).toBe(0)
  })
})
