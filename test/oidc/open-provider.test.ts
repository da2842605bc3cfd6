import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkProvider } from '../../gateway/cli/doctor-provider.ts'
import { type Config, loadConfig } from '../../gateway/config/config.ts'
import { openProvider } from '../../gateway/open-provider.ts'
import { PeopleInMemory } from '../api/people-in-memory.ts'
import { type HostileProvider, startHostileProvider } from '../support/hostile-provider.ts'
import { MemoryLog } from '../support/log.ts'

const folder = mkdtempSync(join(tmpdir(), 'citygate-oidc-config-'))
let provider: HostileProvider

beforeAll(async () => {
  provider = await startHostileProvider()
})
afterAll(async () => {
  await provider.stop()
  rmSync(folder, { recursive: true, force: true })
})

function configured(more: Readonly<Record<string, string>> = {}): Config {
  const env = { CITYGATE_OIDC_ISSUER: provider.issuer, CITYGATE_OIDC_CLIENT_ID: 'citygate', CITYGATE_HTTP_PUBLIC_URL: 'https://city.example/', ...more }
  return loadConfig({ env, workingFolder: folder })
}

test('there is a provider where the configuration names one, and people come back to the public address', async () => {
  expect(await openProvider(loadConfig({ env: {}, workingFolder: folder }), new PeopleInMemory(), new MemoryLog())).toEqual({})
  const opened = await openProvider(configured({ CITYGATE_OIDC_NAME: 'City account' }), new PeopleInMemory(), new MemoryLog())
  expect(opened.provider).toMatchObject({ name: 'City account', issuer: provider.issuer, dashboard: 'https://city.example', asksOwnCode: true })
  const { searchParams } = new URL((await opened.provider?.begin())?.url ?? '')
  expect([searchParams.get('redirect_uri'), searchParams.get('scope')]).toEqual(['https://city.example/sign-in/provider', 'openid profile'])
})

test('citygate doctor tells whether it can be used', async () => {
  expect(await checkProvider(loadConfig({ env: {}, workingFolder: folder }))).toEqual([])
  expect(await checkProvider(configured())).toMatchObject([{ ok: true, found: { en: expect.stringContaining('https://city.example/sign-in/provider') } }])
  const [noSecret] = await checkProvider(configured({ CITYGATE_OIDC_CLIENT_SECRET_FILE: 'missing' }))
  expect(noSecret).toMatchObject({ ok: false, found: { en: expect.stringContaining('oidc.clientSecretFile') } })
  const [other] = await checkProvider(configured({ CITYGATE_OIDC_ISSUER: `${provider.issuer}/realms/none` }))
  expect(other).toMatchObject({ ok: false })
})

test.each(['http://id.example', 'https://user:secret@id.example', 'https://id.example?tenant=1'])('%s is no issuer', issuer => {
  expect(() => configured({ CITYGATE_OIDC_ISSUER: issuer })).toThrow(/CITYGATE_OIDC_ISSUER.*expected an https URL/)
})
