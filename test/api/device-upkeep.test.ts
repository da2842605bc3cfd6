import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import type { LiveState } from '../../gateway/model/live.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { Upkeep } from '../../gateway/registry/upkeep.ts'
import { MemoryLog } from '../support/log.ts'
import { type City, NOW, startCity } from './city.ts'

const folder = mkdtempSync(join(tmpdir(), 'citygate-upkeep-'))
const registry = new Registry({ file: join(folder, 'registry.db'), log: new MemoryLog(), now: Date.now })
let city: City

beforeAll(async () => {
  await registry.start()
  const catalogue = await loadCatalogue({})
  city = await startCity({ upkeep: new Upkeep({ registry, catalogue, now: () => NOW }), directory: registry, catalogue })
})

afterAll(async () => {
  await city.server.stop()
  await registry.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Reply {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: what a test looks into
  readonly json: any
}

async function ask(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const answer = await fetch(`http://127.0.0.1:${city.server.port}/api/v1${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    ...sent,
  })
  return { status: answer.status, json: await answer.json() }
}

describe('devices are registered, changed and removed over HTTP', () => {
  it('from the first to the last day, every deed in the audit as the asker’s', async () => {
    const made = await ask('POST', '/devices', {
      id: 'bus-1',
      org: 'pudong',
      model: 'citygate-bus-unit',
      name: '17路',
      tags: ['night'],
      place: { lat: 31.2, lon: 121.4 },
    })
    expect(made).toMatchObject({ status: 200, json: { device: { id: 'bus-1', kind: 'bus', name: '17路', stage: 'enrolled', lifeCycle: 'enrolled' } } })
    expect(registry.device('bus-1', made.json.secret)).toBeDefined()

    const changed = await ask('PATCH', '/devices/bus-1', { name: null, tags: ['day', 'v2'], group: 'North', place: null, stage: 'planned' })
    expect(changed).toMatchObject({ status: 200, json: { tags: ['day', 'v2'], group: 'North', lifeCycle: 'planned' } })
    expect(registry.get('bus-1')).toEqual({ id: 'bus-1', org: 'pudong', model: 'citygate-bus-unit', tags: ['day', 'v2'], group: 'North', stage: 'planned' })
    expect((await ask('PATCH', '/devices/bus-1', { stage: 'enrolled' })).json).toMatchObject({ stage: 'enrolled', group: 'North' })

    const renewed = await ask('POST', '/devices/bus-1/secret', { graceSeconds: 0 })
    expect(renewed).toMatchObject({ status: 200, json: { device: 'bus-1', previousUntil: new Date(NOW).toISOString() } })
    expect(registry.device('bus-1', made.json.secret)).toBeUndefined()
    expect(registry.device('bus-1', renewed.json.secret)).toBeDefined()

    expect(await ask('DELETE', '/devices/bus-1')).toEqual({ status: 200, json: { removed: 'bus-1' } })
    expect((await ask('GET', '/devices/bus-1')).status).toBe(404)
  })

  it('with a link, or behind another, there is no secret to carry anywhere', async () => {
    const link = { url: 'modbus-tcp://10.0.0.5', unit: 7 }
    expect((await ask('POST', '/devices', { id: 'meter-1', org: 'pudong', model: 'eastron-sdm630', link })).json).toEqual({ device: expect.anything() })
    expect(registry.get('meter-1')?.link).toEqual({ url: 'modbus-tcp://10.0.0.5:502', unit: 7 })
    expect(await ask('POST', '/devices/meter-1/secret', {})).toMatchObject({ status: 400, json: { code: 'DEVICE_INVALID' } })
    expect((await ask('PATCH', '/devices/meter-1', { link: { url: 'modbus-tcp://10.0.0.5:502', unit: 8 } })).status).toBe(200)
    expect(registry.get('meter-1')?.link).toEqual({ url: 'modbus-tcp://10.0.0.5:502', unit: 8 })
  })

  const good = { id: 'x', org: 'pudong', model: 'citygate-bus-unit' }
  const refused: readonly (readonly [string, string, string, unknown, number, string, RegExp])[] = [
    ['an id that is taken', 'POST', '/devices', { ...good, id: 'meter-1' }, 409, 'DEVICE_EXISTS', /meter-1 is registered already/],
    ['an id with a wildcard', 'POST', '/devices', { ...good, id: 'bus/#' }, 400, 'DEVICE_INVALID', /^id: 'bus\/#'/],
    ['an id of 64 KB, cut short', 'POST', '/devices', { ...good, id: 'x'.repeat(65_536) }, 400, 'DEVICE_INVALID', /^id: 'x{64}…'/],
    ['a body of 200 KB', 'POST', '/devices', { ...good, name: 'x'.repeat(200_000) }, 413, 'BODY_TOO_LARGE', /100 kB/],
    ['a model that is not there', 'POST', '/devices', { ...good, model: 'no-such' }, 400, 'DEVICE_INVALID', /^model: there is no 'no-such'/],
    ['a member nobody knows', 'POST', '/devices', { ...good, secret: 'mine' }, 400, 'QUERY_INVALID', /secret/],
    ['a stage nobody knows', 'PATCH', '/devices/meter-1', { stage: 'active' }, 400, 'QUERY_INVALID', /stage/],
    ['another id', 'PATCH', '/devices/meter-1', { id: 'meter-2' }, 400, 'QUERY_INVALID', /id/],
    ['another organisation', 'PATCH', '/devices/meter-1', { org: 'minhang' }, 400, 'QUERY_INVALID', /org/],
    ['itself as concentrator', 'PATCH', '/devices/meter-1', { behind: 'meter-1' }, 400, 'DEVICE_INVALID', /itself/],
    ['a name with a line break', 'PATCH', '/devices/meter-1', { name: 'a\nb' }, 400, 'DEVICE_INVALID', /^name: .*control/],
    ['a place without a longitude', 'PATCH', '/devices/meter-1', { place: { lat: 1 } }, 400, 'QUERY_INVALID', /place/],
    ['a time of grace without end', 'POST', '/devices/meter-1/secret', { graceSeconds: 1e9 }, 400, 'QUERY_INVALID', /graceSeconds/],
    ['a device that is not there', 'PATCH', '/devices/nobody', { name: 'x' }, 404, 'DEVICE_UNKNOWN', /nobody/],
    ['removing what is not there', 'DELETE', '/devices/nobody', undefined, 404, 'DEVICE_UNKNOWN', /nobody/],
    ['a list', 'PATCH', '/devices/meter-1', [], 400, 'REQUEST_MALFORMED', /JSON object/],
  ]
  it.each(refused)('refuses %s', async (_, method, path, body, status, code, detail) => {
    const before = registry.get('meter-1')
    const answer = await ask(method, path, body)
    expect(answer).toMatchObject({ status, json: { code, detail: expect.stringMatching(detail) } })
    expect(registry.get('meter-1')).toEqual(before)
  })

  it('refuses a token and a page of another site, whatever the method', async () => {
    for (const [method, path] of [
      ['POST', '/devices'],
      ['PATCH', '/devices/meter-1'],
      ['DELETE', '/devices/meter-1'],
      ['POST', '/devices/meter-1/secret'],
    ] as const) {
      const body = method === 'DELETE' ? undefined : {}
      expect((await ask(method, path, body, { Authorization: 'Bearer cgt_pudong' })).status, method).toBe(403)
      expect((await ask(method, path, body, { Origin: 'https://elsewhere.example' })).json, method).toMatchObject({ code: 'CROSS_ORIGIN' })
    }
    expect(registry.get('meter-1')).toBeDefined()
  })

  it('tells the whole life: enrolled, active, silent; planned and retired as was said', async () => {
    const list = async (lifeCycle: string): Promise<readonly string[]> =>
      (await ask('GET', `/devices?lifeCycle=${lifeCycle}`)).json.devices.map(({ id }: { id: string }) => id)
    const heard = (device: string, receivedAt: number): LiveState => ({
      device,
      org: 'pudong',
      kind: 'bus',
      model: 'citygate-bus-unit',
      at: receivedAt,
      receivedAt,
      values: {},
      flags: {},
      revision: 1,
    })
    for (const id of ['never', 'now', 'once', 'early', 'over']) await ask('POST', '/devices', { ...good, id })
    await ask('PATCH', '/devices/early', { stage: 'planned' })
    await ask('PATCH', '/devices/over', { stage: 'retired' })
    for (const id of ['now', 'early', 'over']) city.states.set(id, heard(id, NOW - 1_000))
    city.states.set('once', heard('once', NOW - 86_400_000))
    expect(await list('active')).toEqual(['now'])
    expect(await list('silent')).toEqual(['once'])
    expect(await list('planned')).toEqual(['early'])
    expect(await list('retired')).toEqual(['over'])
    expect(await list('enrolled')).toContain('never')
    expect((await ask('GET', '/devices?lifeCycle=lost')).status).toBe(400)
  })
})
