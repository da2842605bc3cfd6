import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import type { TakenList } from '../../gateway/model/enrolment.ts'
import type { Grant } from '../../gateway/model/roles.ts'
import { ListTaker } from '../../gateway/registry/enrolment/list-taker.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { MemoryLog } from '../support/log.ts'
import { tester } from '../support/tester.ts'
import { type Answered, ask } from './ask.ts'
import { type City, startCity } from './city.ts'
import { PeopleInMemory, signInOver } from './people-in-memory.ts'

const folder = mkdtempSync(join(tmpdir(), 'citygate-import-of-org-'))
const registry = new Registry({ file: join(folder, 'registry.db'), log: new MemoryLog(), now: Date.now })
const people = new PeopleInMemory()
let city: City

beforeAll(async () => {
  await registry.start()
  const lists = new ListTaker(registry, await loadCatalogue({}))
  city = await startCity({ access: 'sign-in', lists, directory: registry, ...signInOver(people) })
})

beforeEach(async () => {
  await registry.as(tester).removeDevices([...registry.all()].map(({ id }) => id))
  await registry
    .as(tester)
    .addDevices([
      { device: { id: 'bus-1', org: 'pudong', model: 'citygate-bus-unit', name: 'Line 21' }, secret: 'the secret of bus 1' },
      { device: { id: 'theirs', org: 'minhang', model: 'citygate-bus-unit', name: 'Hidden name', group: 'Depot 3' }, secret: 'the secret of theirs' },
      { device: { id: 'their-dtu', org: 'minhang', model: 'eastron-sdm630' } },
      { device: { id: 'meter-1', org: 'pudong', model: 'eastron-sdm630', link: { url: 'modbus-tcp://10.0.0.9:502', unit: 3 } } },
    ])
})

afterAll(async () => {
  await city.server.stop()
  await registry.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function post(grant: Grant, body: object): Promise<Answered & { readonly json: TakenList }> {
  people.put({ id: 'asker', grants: [grant] }, 'a very long password')
  const { token } = await people.openSession('asker', { means: 'password', address: '127.0.0.1', agent: '' }, tester)
  const headers = { Host: 'city.example', Origin: 'http://city.example', Cookie: `citygate_session=${token}` }
  const answered = await ask(city, '/api/v1/imports/devices', { method: 'POST', headers, body: JSON.stringify(body) })
  return { ...answered, json: answered.json as TakenList }
}

const engineer: Grant = { org: 'pudong', role: 'engineer' }
const hidden = /minhang|Hidden|Depot 3/

it('an engineer of an organisation registers and changes devices of it', async () => {
  const { json } = await post(engineer, { list: 'id,name\nbus-1,Line 22\n', update: true })
  expect(json).toMatchObject({ written: true, changed: 1, problems: [] })
  expect(registry.get('bus-1')?.name).toBe('Line 22')
  const added = await post({ org: 'pudong', role: 'admin' }, { list: 'id,model\nbus-7,citygate-bus-unit\n', org: 'pudong' })
  expect(added.json).toMatchObject({ written: true, added: 1 })
  expect(registry.device('bus-7', added.json.secrets[0]?.secret ?? '')).toBeDefined()
  expect((await post({ org: 'pudong', role: 'operator' }, { list: 'id\n' })).status).toBe(403)
})

it('each line for another organisation is refused by its line, and nothing is written', async () => {
  const { json } = await post(engineer, {
    list: 'id,org,model\nbus-8,pudong,citygate-bus-unit\nbus-9,minhang,citygate-bus-unit\nbus-10,*,citygate-bus-unit\nbus-1,minhang,citygate-bus-unit\n',
    update: true,
  })
  expect(json).toMatchObject({
    written: false,
    problemCount: 3,
    problems: ["line 3: org: you may not maintain devices of 'minhang'", expect.stringMatching(/^line 4: org/), expect.stringMatching(/^line 5: org/)],
  })
  expect(registry.get('bus-8')).toBeUndefined()
  expect((await post(engineer, { list: 'id,model\nbus-9,citygate-bus-unit\n', org: 'minhang' })).json).toMatchObject({ written: false, problemCount: 1 })
})

it.each([
  ['id,model\ntheirs,citygate-bus-unit\n', true],
  ['id,org,model\ntheirs,pudong,citygate-bus-unit\n', true],
  ['id,org,model\ntheirs,pudong,citygate-bus-unit\n', false],
  // A guess at its secret, and at what it stands behind.
  ['id,org,model,secret\ntheirs,pudong,citygate-bus-unit,the secret of theirs\n', true],
  ['id,org,model,secret\ntheirs,pudong,citygate-bus-unit,another secret of theirs\n', true],
])('a device of another organisation is neither changed nor told of: %j, update %j', async (list, update) => {
  const before = registry.get('theirs')
  const answered = await post(engineer, { list, org: 'pudong', update })
  expect(answered.json).toMatchObject({ written: false, problems: ['line 2: id: theirs is taken: choose another id'], unchanged: 0, changed: 0 })
  expect(answered.text).not.toMatch(hidden)
  expect(registry.get('theirs')).toEqual(before)
})

it('a concentrator of another organisation is as if it were not there', async () => {
  const [theirs, none] = [
    await post(engineer, { list: 'id,org,model,behind\nm-1,pudong,eastron-sdm630,their-dtu\n' }),
    await post(engineer, { list: 'id,org,model,behind\nm-1,pudong,eastron-sdm630,no-dtu-at\n' }),
  ]
  expect(theirs.json).toMatchObject({ written: false, problemCount: 1 })
  expect(theirs.text.replaceAll('their-dtu', 'no-dtu-at')).toBe(none.text)
  // Nor by standing in the list itself.
  const both = await post(engineer, { list: 'id,org,model,behind\nm-1,pudong,eastron-sdm630,their-dtu\ntheir-dtu,pudong,eastron-sdm630,\n' })
  expect(both.json).toMatchObject({ written: false })
  expect(both.text).not.toMatch(hidden)
})

it('links stay as they are or go; to make or change one takes the right over every organisation', async () => {
  const head = 'id,org,model,name,link,unit\n'
  const changed = await post(engineer, { list: `${head}meter-1,pudong,eastron-sdm630,Cellar,modbus-tcp://10.0.0.9:502,3\n`, update: true })
  expect(changed.json).toMatchObject({ written: true, changed: 1 })
  for (const link of ['modbus-tcp://127.0.0.1:22,3', 'dtu://somebodys,3', 'modbus-tcp://10.0.0.9:502,4']) {
    const { json } = await post(engineer, { list: `${head}meter-1,pudong,eastron-sdm630,Cellar,${link}\n`, update: true })
    expect(json, link).toMatchObject({ written: false, problems: [expect.stringMatching(/^line 2: link: takes the right/)] })
    const add = await post(engineer, { list: `${head}meter-9,pudong,eastron-sdm630,,${link}\n` })
    expect(add.json, link).toMatchObject({ written: false, problemCount: 1 })
  }
  expect((await post({ org: '*', role: 'engineer' }, { list: `${head}meter-9,pudong,eastron-sdm630,,dtu://somebodys,3\n` })).json).toMatchObject({
    written: true,
  })
})
