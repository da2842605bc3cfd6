import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { WaitingList } from '../../../gateway/registry/provisioning/waiting-list.ts'
import { Registry } from '../../../gateway/registry/registry.ts'
import { TokenOffice } from '../../../gateway/registry/token-office.ts'
import { startCity } from '../../api/city.ts'
import { PeopleInMemory, signInOver } from '../../api/people-in-memory.ts'
import { MemoryLog } from '../../support/log.ts'
import { tester } from '../../support/tester.ts'
import { axeFindings } from '../axe.ts'
import { CityPages, password } from './city-pages.ts'

/** The page of organisations in a real browser against the gateway's own API and a registry on disk. */
describe('the page of organisations', () => {
  const folder = mkdtempSync(join(tmpdir(), 'citygate-orgs-page-'))
  const registry = new Registry({ file: join(folder, 'registry.db'), log: new MemoryLog(), now: Date.now })
  const people = new PeopleInMemory()
  const pages = CityPages.over(
    async dashboardFolder => {
      await registry.start()
      await registry.organisations.add('minhang', { zh: '闵行水务' }, tester)
      await registry.as(tester).addDevice({ id: 'meter-1', org: 'minhang', model: 'sdm630' })
      await registry.as(tester).addDevice({ id: 'meter-2', org: 'minhang', model: 'sdm630' })
      await registry.as(tester).addToken({ org: 'minhang', title: 'screens' })
      people.put({ id: 'chief', grants: [{ org: '*', role: 'admin' }] }, password)
      people.put({ id: 'li.wei', grants: [{ org: 'minhang', role: 'admin' }] }, password)
      return startCity({
        ...signInOver(people),
        access: 'sign-in',
        dashboardFolder,
        orgs: registry.organisations,
        directory: registry,
        authenticator: registry,
        tokens: new TokenOffice(registry),
        enrolments: new WaitingList(registry),
        now: Date.now,
      })
    },
    async () => {
      await registry.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  )

  it('adds one, says what it is called, retires it and takes it back, and removes it after a question', async () => {
    const page = await pages.openAs('chief', '/overview')
    await page.getByRole('link', { name: 'Orgs' }).click()
    const row = page.locator('tr[data-org="pudong"]')
    await page.locator('tr[data-org="minhang"]').waitFor()
    await page.getByRole('button', { name: 'Add an organisation' }).click()
    expect(new URL(page.url()).search).toBe('?org=')
    await page.reload()
    const form = page.getByRole('form', { name: 'Add an organisation' })
    await form.getByLabel('Id').fill('pu dong')
    await form.getByRole('button', { name: 'Add' }).click()
    await form.getByRole('alert').getByText('is no id', { exact: false }).waitFor()
    await form.getByLabel('Id').fill('pudong')
    await form.getByLabel('Name in English').fill('<b>Pudong Bus</b>')
    await form.getByRole('button', { name: 'Add' }).click()
    // Markup in a name is text.
    await row.getByText('<b>Pudong Bus</b>').waitFor()
    expect(await axeFindings(page)).toEqual([])

    await row.getByRole('button').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name in Chinese').fill('浦东公交')
    await dialog.getByLabel('Name in English').fill('')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await row.getByText('浦东公交').waitFor()
    expect(registry.organisations.get('pudong')?.name).toEqual({ zh: '浦东公交' })

    await row.getByRole('button').click()
    await dialog.getByRole('button', { name: 'Retire' }).click()
    await dialog.getByRole('button', { name: 'Take back into service' }).waitFor()
    expect(registry.organisations.get('pudong')?.retiredAt).toBeDefined()
    expect(await axeFindings(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Take back into service' }).click()
    await dialog.getByRole('button', { name: 'Retire' }).waitFor()
    expect(registry.organisations.get('pudong')?.retiredAt).toBeUndefined()

    await dialog.getByRole('button', { name: 'Remove' }).click()
    await dialog.getByText('Really remove 浦东公交?', { exact: false }).waitFor()
    await dialog.locator('.cg-org-ending').getByRole('button', { name: 'Cancel' }).click()
    expect(registry.organisations.get('pudong')).toBeDefined()
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await dialog.getByRole('button', { name: 'Yes, remove' }).click()
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(() => row.count()).toBe(0)
    expect(registry.organisations.get('pudong')).toBeUndefined()
  })

  it('tells what belongs to one, leads to it, and does not remove it while anything does; in Chinese, on a phone', async () => {
    const page = await pages.openAs('chief', '/organisations?text=闵行', { locale: 'zh-CN', viewport: { width: 390, height: 844 } })
    const row = page.locator('tr[data-org="minhang"]')
    await expect.poll(async () => (await row.locator('td').allTextContents()).slice(1, 5)).toEqual(['2', '1', '1', '0'])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    await row.getByRole('button').click()
    await page.getByText('该单位还有 2 台设备、1 个令牌、1 名用户的角色。', { exact: false }).waitFor()
    expect(await page.getByRole('button', { name: '删除' }).isDisabled()).toBe(true)
    expect(await axeFindings(page)).toEqual([])
    await page.keyboard.press('Escape')
    await row.getByRole('link').first().click()
    await page.waitForURL('**/devices?org=minhang')
    await page.getByText('2 台设备').waitFor()
  })

  it('is not offered to the administrator of one organisation, who is told why when it is opened by link', async () => {
    const page = await pages.openAs('li.wei', '/organisations')
    await page.getByText('Organisations are looked after by administrators of the whole gateway.').waitFor()
    expect(await page.getByRole('link', { name: 'Orgs' }).count()).toBe(0)
  })
})
