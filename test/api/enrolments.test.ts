import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import type { Role } from '../../gateway/model/roles.ts'
import { Arrivals } from '../../gateway/registry/provisioning/arrivals.ts'
import { WaitingList } from '../../gateway/registry/provisioning/waiting-list.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { MemoryLog } from '../support/log.ts'
import { tester } from '../support/tester.ts'
import { type City, startCity } from './city.ts'
import { PeopleInMemory, signInOver } from './people-in-memory.ts'

const folder = mkdtempSync(join(tmpdir(), 'citygate-enrolments-'))
const registry = new Registry({ file: join(folder, 'registry.db'), log: new MemoryLog(), now: Date.now })
const people = new PeopleInMemory()
const secret = 'the own secret of this device'
let city: City

beforeAll(async () => {
  await registry.start()
  city = await startCity({ enrolments: new WaitingList(registry), directory: registry, catalogue: await loadCatalogue({}), ...signInOver(people) })
  const rule = { org: 'pudong', model: 'citygate-bus-unit', accept: false, most: 10, expiresAt: Date.now() + 60_000 }
  const { key } = await registry.as(tester).addProvisioningKey(rule)
  const arrivals = new Arrivals({ registry, log: new MemoryLog(), now: Date.now })
  for (const id of ['bus-1', 'bus-2', 'bus-3', 'bus-4', 'bus-5']) await arrivals.arrive(id, `${key}.${secret}`, '10.0.0.1')?.soon
  const { key: other } = await registry.as(tester).addProvisioningKey({ ...rule, org: 'minhang' })
  await arrivals.arrive('theirs', `${other}.${secret}`, '10.0.0.2')?.soon
})

afterAll(async () => {
  await city.server.stop()
  await registry.stop()
  rmSync(folder, { recursive: true, force: true })
})

// biome-ignore lint/suspicious/noExplicitAny: what a test looks into
async function ask(method: 'GET' | 'POST', path: string, headers: Readonly<Record<string, string>> = {}): Promise<{ status: number; json: any }> {
  const answer = await fetch(`http://127.0.0.1:${city.server.port}/api/v1/enrolments${path}`, { method, headers })
  return { status: answer.status, json: await answer.json() }
}

/** What somebody with a grant sends along. */
async function as(org: string, role: Role): Promise<Readonly<Record<string, string>>> {
  people.put({ id: 'asker', grants: [{ org, role }] }, 'a very long password')
  const { token } = await people.openSession('asker', { means: 'password', address: '127.0.0.1', agent: '' }, tester)
  return { Cookie: `citygate_session=${token}`, Origin: `http://127.0.0.1:${city.server.port}` }
}

describe('devices that announced themselves, over HTTP', () => {
  it('are listed without secrets, registered, and refused', async () => {
    const { json } = await ask('GET', '?limit=2')
    expect(json).toMatchObject({
      total: 6,
      enrolments: [{ device: 'bus-1', org: 'pudong', state: 'waiting', address: '10.0.0.1', contested: 0 }, { device: 'bus-2' }],
    })
    expect(Object.keys(json.enrolments[0]).sort()).toEqual(['address', 'contested', 'device', 'firstAt', 'key', 'lastAt', 'model', 'org', 'state'])

    const keys = await (await fetch(`http://127.0.0.1:${city.server.port}/api/v1/provisioning-keys`)).json()
    expect(keys).toMatchObject({ keys: [{ org: 'pudong', model: 'citygate-bus-unit', accept: false, most: 10, used: 5 }, {}] })
    expect(JSON.stringify(keys)).not.toMatch(/cgp_|salt|hash|secret/)

    expect(await ask('POST', '/bus-1/approve')).toMatchObject({ status: 200, json: { id: 'bus-1', org: 'pudong', kind: 'bus', lifeCycle: 'enrolled' } })
    expect(registry.device('bus-1', secret)).toBeDefined()
    expect(await ask('POST', '/bus-2/refuse')).toEqual({ status: 200, json: { refused: 'bus-2' } })
    expect((await ask('GET', '?state=refused')).json).toMatchObject({ total: 1, enrolments: [{ device: 'bus-2' }] })
    expect((await ask('GET', '?state=waiting')).json).toMatchObject({ total: 4, enrolments: [{ device: 'bus-3' }, {}, {}, { device: 'theirs' }] })
  })

  it('that do not wait, no ids, a token and a page of another site are turned away', async () => {
    for (const verb of ['approve', 'refuse']) {
      expect(await ask('POST', `/nobody/${verb}`)).toMatchObject({ status: 404, json: { code: 'ENROLMENT_UNKNOWN' } })
      expect((await ask('POST', `/${encodeURIComponent('#/+')}/${verb}`)).status).toBe(400)
      expect((await ask('POST', `/bus-3/${verb}`, { Authorization: 'Bearer cgt_pudong' })).status).toBe(403)
      expect((await ask('POST', `/bus-3/${verb}`, { Origin: 'https://elsewhere.example' })).status).toBe(403)
    }
    expect((await ask('GET', '', { Authorization: 'Bearer cgt_pudong' })).status).toBe(403)
    expect(registry.get('bus-3')).toBeUndefined()
  })
})

describe('devices that came with the key of an organisation', () => {
  it('are seen, registered and refused by its engineers, and not by its operators', async () => {
    const engineer = await as('pudong', 'engineer')
    const { json } = await ask('GET', '', engineer)
    expect(json.total).toBe(json.enrolments.length)
    expect(new Set(json.enrolments.map((one: { org: string }) => one.org))).toEqual(new Set(['pudong']))
    expect(await ask('POST', '/bus-4/approve', engineer)).toMatchObject({ status: 200, json: { id: 'bus-4', org: 'pudong' } })
    expect(await ask('POST', '/bus-5/refuse', engineer)).toMatchObject({ status: 200, json: { refused: 'bus-5' } })
    const operator = await as('pudong', 'operator')
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/bus-3/approve'],
      ['POST', '/bus-3/refuse'],
    ] as const)
      expect((await ask(method, path, operator)).status, path).toBe(403)
  })

  it('are as if they were not there for the administrator of another', async () => {
    const admin = await as('minhang', 'admin')
    expect(await ask('GET', '', admin)).toMatchObject({ status: 200, json: { total: 1, enrolments: [{ device: 'theirs' }] } })
    for (const verb of ['approve', 'refuse']) {
      const [others, nobodys] = [await ask('POST', `/bus-3/${verb}`, admin), await ask('POST', `/bus-0/${verb}`, admin)]
      expect(others).toMatchObject({ status: 404, json: { code: 'ENROLMENT_UNKNOWN' } })
      expect(JSON.stringify(others).replaceAll('bus-3', 'bus-0')).toBe(JSON.stringify(nobodys))
    }
    expect(registry.get('bus-3')).toBeUndefined()
    expect((await ask('GET', '?state=waiting')).json).toMatchObject({ enrolments: [{ device: 'bus-3' }, { device: 'theirs' }] })
  })
})
