import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { ListTaker } from '../../gateway/registry/enrolment/list-taker.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { MemoryLog } from '../support/log.ts'
import { get } from './ask.ts'
import { type City, startCity } from './city.ts'

const folder = mkdtempSync(join(tmpdir(), 'citygate-audit-'))
const registry = new Registry({ file: join(folder, 'registry.db'), log: new MemoryLog(), now: Date.now })
let city: City

beforeAll(async () => {
  await registry.start()
  city = await startCity({ lists: new ListTaker(registry, await loadCatalogue({})), directory: registry, audit: registry.audit, now: Date.now })
  const list = Array.from({ length: 5 }, (_, n) => `bus-${n},citygate-bus-unit\n`).join('')
  await get(city, '/api/v1/imports/devices', { method: 'POST', body: JSON.stringify({ list: `id,model\n${list}`, org: 'pudong' }) })
})
afterAll(async () => {
  await city.server.stop()
  await registry.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('GET /api/v1/audit', () => {
  it('tells who asked for what, from where, a page at a time', async () => {
    const first = await get(city, '/api/v1/audit?action=device&limit=3')
    expect(first).toMatchObject({
      status: 200,
      json: {
        entries: [4, 3, 2].map(n => ({
          actor: { type: 'person', name: 'local', address: '127.0.0.1' },
          action: 'device.add',
          subject: `device:bus-${n}`,
          org: 'pudong',
          after: { id: `bus-${n}`, org: 'pudong', model: 'citygate-bus-unit' },
          hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        })),
      },
    })
    const { next, entries } = first.json as { next: number; entries: { seq: number; at: string }[] }
    expect(Date.parse(entries[0]?.at ?? '')).toBeGreaterThan(Date.now() - 600_000)
    expect((await get(city, `/api/v1/audit?action=device&limit=3&before=${next}`)).json).toMatchObject({
      entries: [{ subject: 'device:bus-1' }, { subject: 'device:bus-0' }],
    })
    expect((await get(city, `/api/v1/audit/${entries[0]?.seq}`)).json).toEqual(entries[0])
    expect(await get(city, '/api/v1/audit/99999')).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } })
  })

  it('is searched by time, subject and text', async () => {
    const subjects = async (query: string): Promise<unknown> =>
      ((await get(city, `/api/v1/audit?${query}`)).json as { entries: { subject: string }[] }).entries.map(({ subject }) => subject)
    expect(await subjects('subject=device:bus-2&since=-1h')).toEqual(['device:bus-2'])
    expect(await subjects('until=2001-01-01T00:00:00Z')).toEqual([])
    expect(await subjects('text=BUS-3')).toEqual(['device:bus-3'])
    expect(await get(city, '/api/v1/audit?since=yesterday')).toMatchObject({ status: 400, json: { code: 'QUERY_INVALID' } })
  })

  it('is for no token, and nobody writes to it', async () => {
    for (const path of ['/api/v1/audit', '/api/v1/audit/1']) {
      expect(await get(city, path, { token: 'cgt_pudong' })).toMatchObject({ status: 403 })
      expect(await get(city, path, { method: 'POST', body: '{}' })).toMatchObject({ status: 405 })
      expect(await get(city, path, { method: 'DELETE' })).toMatchObject({ status: 405 })
    }
  })
})
