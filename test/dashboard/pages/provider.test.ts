import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AttemptLimiter, personAttemptRules } from '../../../gateway/model/attempts.ts'
import { OidcProvider } from '../../../gateway/oidc/oidc-provider.ts'
import { Registry } from '../../../gateway/registry/registry.ts'
import { type City, furnish, startCity } from '../../api/city.ts'
import { password, usualOptions } from '../../oidc/gateway.ts'
import { type Front, startFront } from '../../support/front.ts'
import { MemoryLog } from '../../support/log.ts'
import { type RealProvider, startRealProvider } from '../../support/real-provider.ts'
import { tester } from '../../support/tester.ts'
import { axeFindings } from '../axe.ts'
import { buildDashboard } from '../built-dashboard.ts'
import { DashboardPage, launchBrowser } from '../dashboard-page.ts'

/** As `expect.poll`, with the patience a busy machine needs. */
const poll: typeof expect.poll = (check, options) => expect.poll(check, { timeout: 20_000, ...options })

/** A real browser, the gateway's own API, and a real provider of OpenID Connect, each at an origin of its own. */
describe('people who sign in at a provider', () => {
  const folder = mkdtempSync(join(tmpdir(), 'citygate-provider-'))
  const log = new MemoryLog()
  const registry = new Registry({ file: join(folder, 'registry.db'), log, now: Date.now })
  const { people } = registry
  let browser: Browser
  let city: City
  let front: Front
  let provider: RealProvider

  const serve = async (dashboardFolder: string): Promise<City> => {
    const clientSecretFile = join(folder, 'secret')
    writeFileSync(clientSecretFile, provider.secret)
    const { issuer, clientId } = provider
    const client = new OidcProvider({ ...usualOptions, issuer, clientId, clientSecretFile }, { publicUrl: front.origin, people, log })
    const signIn = { people, attempts: new AttemptLimiter({ rules: personAttemptRules }), provider: client }
    return await startCity({ access: 'sign-in', dashboardFolder, signIn })
  }

  beforeAll(async () => {
    const built = await buildDashboard()
    browser = await launchBrowser()
    front = await startFront()
    provider = await startRealProvider(`${front.origin}/sign-in/provider`)
    await registry.start()
    await people.addPerson({ id: 'li.wei', name: '李伟', grants: [{ org: 'pudong', role: 'viewer' }] }, tester)
    await people.setPassword('li.wei', password, undefined, tester)
    city = await serve(built.folder)
    furnish(city)
    front.leadTo(city.server.port)
    provider.accounts.set('sub-wei', {})
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await city?.server.stop()
    await front?.stop()
    await provider?.stop()
    await registry.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('are told that the gateway does not know them, connect their account, and come in where they wanted to be', async () => {
    const dashboard = await DashboardPage.open(browser, `${front.origin}/devices?text=bus`)
    const { page } = dashboard
    const withCityAccount = page.getByRole('button', { name: 'Sign in with City account' })
    const enter = async (): Promise<void> => {
      await page.getByLabel('Account', { exact: true }).fill('sub-wei')
      await page.getByRole('button', { name: 'Go on' }).click()
    }
    // Nobody is connected yet.
    await withCityAccount.click()
    await enter()
    await poll(() => page.getByRole('alert').textContent()).toContain('City account knows you, but this gateway does not.')
    expect(await axeFindings(page)).toEqual([])
    // Neither the address nor the history keeps what the provider wrote there.
    expect(new URL(page.url()).search).toBe('')
    await page.getByRole('link', { name: 'Other ways to sign in' }).click()
    await page.getByLabel('Name', { exact: true }).fill('li.wei')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    // They connect their account. The provider still knows the browser.
    await page.getByRole('button', { name: /李伟/ }).click()
    await page.getByRole('menuitem', { name: 'Account' }).click()
    await page.getByRole('button', { name: 'Connect with City account' }).click()
    const section = page.getByRole('region', { name: 'Signing in elsewhere' })
    await section.getByLabel('Password', { exact: true }).fill(password)
    await section.getByRole('button', { name: 'Connect with City account' }).click()
    await section.getByText('as sub-wei').waitFor()
    expect(people.identity(provider.issuer, 'sub-wei')?.id).toBe('li.wei')
    await page.getByRole('button', { name: /李伟/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByLabel('Password', { exact: true }).waitFor()
    // From a page of theirs to the provider and back to it, with a cookie that a page of another site would not bring along.
    await page.goto(`${front.origin}/devices?text=bus`)
    await withCityAccount.click()
    await page.getByRole('button', { name: /李伟/ }).waitFor()
    expect(page.url()).toBe(`${front.origin}/devices?text=bus`)
    expect(people.sessionsOf('li.wei').map(({ means }) => means)).toContain('oidc')
    expect((await page.context().cookies(front.origin)).find(({ name }) => name === 'citygate_session')).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
    // An answer that nobody waits for lets nobody in.
    await page.goto(`${front.origin}/sign-in/provider?code=stolen&state=made-up`)
    await poll(() => page.getByRole('alert').textContent()).toContain('This sign-in is over')
    await dashboard.close()
  }, 120_000)

  it('sign in with the password, in Chinese too, while the provider is down', async () => {
    await provider.stop()
    await city.server.stop()
    // One that has not heard of the provider yet.
    city = await serve(city.options.dashboardFolder)
    front.leadTo(city.server.port)
    const dashboard = await DashboardPage.open(browser, `${front.origin}/devices`, { locale: 'zh-CN' })
    const { page } = dashboard
    await page.getByRole('button', { name: '使用City account登录' }).click()
    await poll(() => page.getByRole('alert').textContent()).toContain('City account暂时没有响应')
    await page.getByLabel('用户名', { exact: true }).fill('li.wei')
    await page.getByLabel('密码', { exact: true }).fill(password)
    await page.getByRole('button', { name: '登录', exact: true }).click()
    await page.getByRole('button', { name: /李伟/ }).waitFor()
    await dashboard.close()
  }, 120_000)
})
