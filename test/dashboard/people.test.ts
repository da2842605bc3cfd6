import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { AttemptLimiter, personAttemptRules } from '../../gateway/model/attempts.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { startCity } from '../api/city.ts'
import { tester } from '../support/tester.ts'
import { CityPages, password } from './pages/city-pages.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** As `expect.poll`, with the patience a busy machine needs. */
const poll: typeof expect.poll = (check, options) => expect.poll(check, { timeout: 10_000, ...options })

/** Signing in with a real browser against the gateway's own API and a registry on disk. */
describe('people at the dashboard', () => {
  const folder = mkdtempSync(join(tmpdir(), 'citygate-people-'))
  const registry = new Registry({ file: join(folder, 'registry.db'), log: quiet, now: Date.now })

  const enter = async (page: Page, word: string, name = 'li.wei'): Promise<void> => {
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByLabel('Password', { exact: true }).fill(word)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }

  const pages = CityPages.over(
    async dashboardFolder => {
      await registry.start()
      await registry.people.addPerson({ id: 'admin', grants: [{ org: '*', role: 'admin' }] }, tester)
      await registry.people.addPerson({ id: 'li.wei', name: '李伟', grants: [{ org: 'pudong', role: 'viewer' }] }, tester)
      await registry.people.setPassword('li.wei', password, undefined, tester)
      await registry.organisations.add('pudong', { zh: '浦东公交', en: 'Pudong Bus' }, tester)
      await registry.people.addPerson({ id: 'boss', grants: [{ org: 'pudong', role: 'admin' }] }, tester)
      await registry.people.setPassword('boss', password, undefined, tester)
      const both = [
        { org: 'minhang', role: 'admin' },
        { org: 'pudong', role: 'viewer' },
      ] as const
      await registry.people.addPerson({ id: 'zhang', grants: both }, tester)
      const city = await startCity({
        access: 'sign-in',
        dashboardFolder,
        audit: registry.audit,
        orgs: registry.organisations,
        now: Date.now,
        signIn: { people: registry.people, attempts: new AttemptLimiter({ rules: personAttemptRules }) },
      })
      return city
    },
    async () => {
      await registry.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  )

  it('sign in where they wanted to be, are told when something is wrong, and sign out', async () => {
    const page = await pages.open('/devices')
    await enter(page, 'not the right one at all')
    await poll(() => page.getByRole('alert').textContent()).toContain('Name or password is not right')
    await enter(page, password)
    await poll(() => page.getByRole('link', { name: 'Devices' }).getAttribute('aria-current')).toBe('page')
    await page.getByRole('button', { name: /李伟/ }).click()
    await page.getByText('Viewer', { exact: false }).first().waitFor()
    // A viewer has no people to look after.
    expect(await page.getByRole('menuitem').allTextContents()).toEqual(['Account', 'Sign out'])
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByLabel('Password', { exact: true }).waitFor()
    expect(registry.people.sessionsOf('li.wei')).toEqual([])
  })

  it('choose a password by an invitation, which is good once, and look after others as administrators', async () => {
    const { token } = await registry.people.invite('admin', tester)
    const page = await pages.open(`/invitation#${token}`)
    await page.getByLabel('New password').fill('password2026')
    let looks = 0
    page.on('request', request => {
      if (request.url().endsWith('/invitations/look')) looks += 1
    })
    await page.getByRole('button', { name: 'Save and sign in' }).click()
    await page.getByText('it is among the first that anybody would try', { exact: false }).waitFor()
    await page.getByLabel('New password').fill(password)
    await page.getByRole('button', { name: 'Save and sign in' }).click()
    await page.getByRole('link', { name: 'People' }).click()
    await page.getByText('李伟').waitFor()
    // The link was looked at before, and not again now that it is used.
    expect(looks).toBe(0)
    await page.goto(`${pages.origin}/invitation#${token}`)
    await page.reload()
    await page.getByText('This link is not good any more.').waitFor()
  })

  it('are looked after by the administrator of their organisation, who reaches no other', async () => {
    const page = await pages.open('/people')
    await enter(page, password, 'boss')
    const row = page.getByRole('row').filter({ hasText: 'zhang' })
    await poll(() => row.textContent()).toMatch(/Viewer, Pudong Bus.*also elsewhere/)
    expect(await page.getByRole('table').textContent()).not.toMatch(/minhang|admin /)
    await page.getByRole('button', { name: 'zhang' }).click()
    await page.getByText('roles that are not shown to you', { exact: false }).waitFor()
    expect(await page.getByRole('button', { name: 'Link for a new password' }).count()).toBe(0)
    expect(await page.getByLabel('Organisation').locator('option').allTextContents()).toEqual(['Pudong Bus'])
    await page.getByLabel('Role', { exact: true }).selectOption('engineer')
    await page.getByRole('button', { name: 'Save' }).click()
    await poll(() => row.textContent()).toContain('Engineer, Pudong Bus')
    expect(registry.people.person('zhang')?.grants).toEqual([
      { org: 'minhang', role: 'admin' },
      { org: 'pudong', role: 'engineer' },
    ])
    await page.getByRole('button', { name: 'Add somebody' }).click()
    await page.getByLabel('Name to sign in with').fill('chen')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await poll(() => page.locator('[data-link]').textContent()).toContain('/invitation#')
    expect(registry.people.person('chen')?.grants).toEqual([{ org: 'pudong', role: 'viewer' }])
    // The audit of what was done there, and of nothing else.
    await page.getByRole('link', { name: 'Audit' }).click()
    await page.getByText('What was done in your organisation', { exact: false }).waitFor()
    await poll(() => page.locator('main').textContent()).toContain('person:chen')
    expect(await page.locator('main').textContent()).not.toMatch(/person:zhang|person:admin|audit verify/)
    const table = await page.request.get(new URL((await page.getByRole('link', { name: 'Export as CSV' }).getAttribute('href')) ?? '', page.url()).href)
    expect(await table.text()).toMatch(/^seq,at,.*\r\n(.*\r\n)*.*person\.add,person:chen,pudong/)
  })

  it('set up a second factor, and are asked for a code', async () => {
    const page = await pages.open('/account')
    await enter(page, password)
    await page.getByRole('button', { name: 'Set up' }).click()
    await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor()
    await page.getByLabel('Code from the app').fill('000000')
    await page.getByRole('button', { name: 'Switch on' }).click()
    await poll(() => page.locator('main').textContent()).toMatch(/not right|does not fit/)
    expect(registry.people.person('li.wei')?.secondFactor).toBe(false)
  })

  it('see that they are signed out, and what they saw stays', async () => {
    const page = await pages.open('/devices')
    await enter(page, password)
    await page.getByRole('button', { name: /李伟/ }).waitFor()
    await registry.people.closeSessions('li.wei', undefined, tester)
    // The first answer that is refused tells.
    await page.getByRole('link', { name: 'Frames' }).click()
    await page.getByText('You are signed out.', { exact: false }).waitFor()
    await page.getByRole('button', { name: 'Sign in again' }).click()
    await enter(page, password)
    await poll(() => page.getByText('You are signed out.', { exact: false }).count()).toBe(0)
  })
})
