import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import type { TakenList } from '../../gateway/model/enrolment.ts'
import { ListTaker } from '../../gateway/registry/enrolment/list-taker.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { MemoryLog } from '../support/log.ts'
import { type City, startCity } from './city.ts'

const folder = mkdtempSync(join(tmpdir(), 'citygate-import-'))
const registry = new Registry({ file: join(folder, 'registry.db'), log: new MemoryLog(), now: Date.now })
let city: City

beforeAll(async () => {
  await registry.start()
  city = await startCity({ lists: new ListTaker(registry, await loadCatalogue({})), directory: registry })
})

afterAll(async () => {
  await city.server.stop()
  await registry.stop()
  rmSync(folder, { recursive: true, force: true })
})

function post(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const json = { 'Content-Type': 'application/json', ...headers }
  return fetch(`http://127.0.0.1:${city.server.port}/api/v1/imports/devices`, { method: 'POST', headers: json, body: JSON.stringify(body) })
}

describe('POST /api/v1/imports/devices', () => {
  it('checks, then writes the whole list, and tells the secrets once', async () => {
    const list = 'id,model\nbus-1,citygate-bus-unit\nmeter-1,eastron-sdm630\n'
    const checked: TakenList = await (await post({ list, org: 'pudong', dryRun: true })).json()
    expect(checked).toEqual({ written: false, rows: 2, added: 2, changed: 0, unchanged: 0, problems: [], problemCount: 0, secrets: [] })
    expect(registry.size).toBe(0)
    const written: TakenList = await (await post({ list, org: 'pudong' })).json()
    expect(written).toMatchObject({ written: true, added: 2, problems: [] })
    expect(written.secrets.map(({ id }) => id)).toEqual(['bus-1', 'meter-1'])
    for (const { id, secret } of written.secrets) expect(registry.device(id, secret)).toBeDefined()
    const again: TakenList = await (await post({ list: `${list}bus-2,nothing\n`, org: 'pudong' })).json()
    expect(again).toMatchObject({
      written: false,
      problemCount: 3,
      problems: [expect.stringMatching(/^line 2: id: bus-1 is registered already/), expect.anything(), expect.stringMatching(/^line 4: model/)],
    })
    const changed: TakenList = await (await post({ list: 'id,stage\nbus-1,retired\nmeter-1,\n', update: true })).json()
    expect(changed).toMatchObject({ written: true, added: 0, changed: 1, unchanged: 1, secrets: [] })
    expect(await (await fetch(`http://127.0.0.1:${city.server.port}/api/v1/devices/bus-1`)).json()).toMatchObject({ stage: 'retired' })
  })

  it('refuses what is no list, too many rows, unknown members, another site and a token', async () => {
    expect(await (await post({ list: 'id,modell\n' })).json()).toMatchObject({
      status: 400,
      code: 'IMPORT_INVALID',
      detail: expect.stringContaining("there is no column 'modell'"),
    })
    const many = `id,org,model\n${Array.from({ length: 1_001 }, (_, n) => `b${n},o,citygate-bus-unit`).join('\n')}`
    expect(await (await post({ list: many })).json()).toMatchObject({ status: 400, detail: expect.stringContaining('more than 1000 rows') })
    expect((await post({ list: 'id\n', secrets: true })).status).toBe(400)
    expect((await post({ list: 'id,org,model\nx,o,citygate-bus-unit\n' }, { Origin: 'https://elsewhere.example' })).status).toBe(403)
    expect((await post({ list: 'id\n' }, { Authorization: 'Bearer pudong' })).status).toBeGreaterThanOrEqual(401)
    expect(registry.get('x')).toBeUndefined()
  })
})
