import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { Arrivals } from '../../gateway/registry/provisioning/arrivals.ts'
import { WaitingList } from '../../gateway/registry/provisioning/waiting-list.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { MemoryLog } from '../support/log.ts'
import { tester } from '../support/tester.ts'
import { type City, startCity } from './city.ts'

const folder = mkdtempSync(join(tmpdir(), 'citygate-enrolments-'))
const registry = new Registry({ file: join(folder, 'registry.db'), log: new MemoryLog(), now: Date.now })
const secret = 'the own secret of this device'
let city: City

beforeAll(async () => {
  await registry.start()
  city = await startCity({ enrolments: new WaitingList(registry), directory: registry, catalogue: await loadCatalogue({}) })
  const rule = { org: 'pudong', model: 'citygate-bus-unit', accept: false, most: 10, expiresAt: Date.now() + 60_000 }
  const { key } = await registry.as(tester).addProvisioningKey(rule)
  const arrivals = new Arrivals({ registry, log: new MemoryLog(), now: Date.now })
  for (const id of ['bus-1', 'bus-2', 'bus-3']) await arrivals.arrive(id, `${key}.${secret}`, '10.0.0.1')?.soon
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

describe('devices that announced themselves, over HTTP', () => {
  it('are listed without secrets, registered, and refused', async () => {
    const { json } = await ask('GET', '?limit=2')
    expect(json).toMatchObject({
      total: 3,
      enrolments: [{ device: 'bus-1', org: 'pudong', state: 'waiting', address: '10.0.0.1', contested: 0 }, { device: 'bus-2' }],
    })
    expect(Object.keys(json.enrolments[0]).sort()).toEqual(['address', 'contested', 'device', 'firstAt', 'key', 'lastAt', 'model', 'org', 'state'])

    expect(await ask('POST', '/bus-1/approve')).toMatchObject({ status: 200, json: { id: 'bus-1', org: 'pudong', kind: 'bus', lifeCycle: 'enrolled' } })
    expect(registry.device('bus-1', secret)).toBeDefined()
    expect(await ask('POST', '/bus-2/refuse')).toEqual({ status: 200, json: { refused: 'bus-2' } })
    expect((await ask('GET', '?state=refused')).json).toMatchObject({ total: 1, enrolments: [{ device: 'bus-2' }] })
    expect((await ask('GET', '?state=waiting')).json).toMatchObject({ total: 1, enrolments: [{ device: 'bus-3' }] })
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
