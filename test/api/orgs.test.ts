import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Grant } from '../../gateway/model/roles.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { MemoryLog } from '../support/log.ts'
import { tester } from '../support/tester.ts'
import { type Answered, get } from './ask.ts'
import { type City, startCity } from './city.ts'
import { PeopleInMemory, signInOver } from './people-in-memory.ts'

const folder = mkdtempSync(join(tmpdir(), 'citygate-orgs-'))
const registry = new Registry({ file: join(folder, 'registry.db'), log: new MemoryLog(), now: Date.now })
const people = new PeopleInMemory()
let city: City

beforeAll(async () => {
  await registry.start()
  city = await startCity({ access: 'sign-in', ...signInOver(people), orgs: registry.organisations })
  await registry.organisations.add('minhang', { zh: '闵行水务' }, tester)
})

afterAll(async () => {
  await city.server.stop()
  await registry.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function as(grants: readonly Grant[], method: string, path: string, body?: object): Promise<Answered> {
  people.put({ id: 'asker', grants }, 'a very long password')
  const { token } = await people.openSession('asker', { means: 'password', address: '127.0.0.1', agent: '' }, tester)
  const headers = { Host: 'city.example', Origin: 'http://city.example', Cookie: `citygate_session=${token}` }
  return get(city, path.startsWith('/api') ? path : `/api/v1/orgs${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
}

const root: readonly Grant[] = [{ org: '*', role: 'admin' }]
const boss: readonly Grant[] = [{ org: 'pudong', role: 'admin' }]

it('are looked after by who administers all, and seen by whom they concern', async () => {
  expect(await as(root, 'POST', '', { id: 'pudong', name: { zh: '浦东公交' } })).toMatchObject({
    status: 200,
    json: { id: 'pudong', name: { zh: '浦东公交' } },
  })
  expect(await as(root, 'POST', '', { id: 'pudong' })).toMatchObject({ status: 409, json: { code: 'ORGANISATION_EXISTS' } })
  expect((await as(root, 'PATCH', '/pudong', { name: { en: 'Pudong Bus', zh: null } })).json).toMatchObject({ name: { en: 'Pudong Bus' } })
  const own = await as(boss, 'GET', '')
  expect(own.json).toMatchObject({ total: 1, orgs: [{ id: 'pudong', name: { en: 'Pudong Bus' } }] })
  expect(own.text).not.toMatch(/minhang|闵行/)
  expect((await as([{ org: '*', role: 'viewer' }], 'GET', '')).json).toMatchObject({ total: 2 })
  // A role in an organisation that is not there tells of none.
  expect((await as([{ org: 'nowhere', role: 'viewer' }], 'GET', '')).json).toEqual({ orgs: [], total: 0 })
  for (const [method, path, body] of [
    ['POST', '', { id: 'mine' }],
    ['PATCH', '/pudong', { name: { en: 'Mine' } }],
    ['PATCH', '/minhang', { retired: true }],
    ['DELETE', '/pudong', undefined],
  ] as const)
    expect((await as(boss, method, path, body)).status, `${method} ${path}`).toBe(403)
  expect((await as(root, 'PATCH', '/pudong', { retired: true })).json).toMatchObject({ retiredAt: expect.any(String) })
  expect((await as(root, 'DELETE', '/pudong')).json).toEqual({ removed: 'pudong' })
  expect(await as(root, 'DELETE', '/pudong')).toMatchObject({ status: 404, json: { code: 'ORGANISATION_UNKNOWN' } })
})

it('say what is wrong', async () => {
  expect(await as(root, 'POST', '', { id: 'a b' })).toMatchObject({ status: 400, json: { code: 'ORGANISATION_INVALID' } })
  expect(await as(root, 'PATCH', '/minhang', { name: { zh: '\u0007' } })).toMatchObject({ status: 400, json: { code: 'ORGANISATION_INVALID' } })
  expect(await as(root, 'PATCH', '/minhang', { name: { fr: 'Minhang' } })).toMatchObject({ status: 400, json: { code: 'QUERY_INVALID' } })
  await registry.as(tester).addDevice({ id: 'meter-1', org: 'minhang', model: 'sdm630' })
  city.directory.put({ id: 'meter-1', org: 'minhang', model: 'sdm630' })
  expect(await as(root, 'DELETE', '/minhang')).toMatchObject({
    status: 409,
    json: { code: 'ORGANISATION_IN_USE', detail: expect.stringContaining('minhang still has 1 device:') },
  })
})

it('tell administrators of everything how much belongs to each', async () => {
  people.put({ id: 'both', grants: [{ org: 'minhang', role: 'viewer' }] }, 'a very long password')
  const holdings = await as(root, 'GET', '/api/v1/org-holdings')
  expect(holdings.json).toEqual({ orgs: [{ org: 'minhang', devices: 1, people: 1, tokens: 0, provisioningKeys: 0 }] })
  expect((await as(boss, 'GET', '/api/v1/org-holdings')).status).toBe(403)
})
