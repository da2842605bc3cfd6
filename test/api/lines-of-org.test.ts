import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Role } from '../../gateway/model/roles.ts'
import { tester } from '../support/tester.ts'
import { type Answered, get } from './ask.ts'
import { type City, linePolls, lines, startCity } from './city.ts'
import { dtu } from './dtu-status.ts'
import { PeopleInMemory, signInOver } from './people-in-memory.ts'

const figures = { connected: 4, strangers: 1, registered: 3, heartbeats: 0, handedOver: 0, replaced: 0, refusedClaims: 0, displaced: 0 }
const people = new PeopleInMemory()
const probed: string[] = []
let city: City

const line = (url: string) => lines.map(one => ({ ...one, url }))
const on = (id: string, org: string, url: string, more: object = {}) => ({ id, org, model: 'sdm630', link: { url, unit: 1 }, ...more })

beforeAll(async () => {
  city = await startCity({
    access: 'sign-in',
    ...signInOver(people),
    lines: { lines: () => ['own', 'theirs', 'shared', 'left', 'free'].flatMap(name => line(`modbus-tcp://${name}:502`)), polls: linePolls },
    dtus: {
      list: () => [dtu('own'), dtu('theirs'), dtu('shared'), dtu('free'), dtu()],
      figures: () => figures,
      probe: id => {
        probed.push(id)
        return { state: 'running', asked: 0, of: 1, found: [] }
      },
      probed: () => ({ state: 'done', asked: 1, of: 1, found: [] }),
    },
  })
})

beforeEach(() => {
  city.directory.devices.clear()
  probed.length = 0
  for (const scheme of ['modbus-tcp://%:502', 'dtu://%']) {
    const at = (name: string): string => scheme.replace('%', name)
    const of = (name: string): string => `${scheme.slice(0, 3)}-${name}`
    city.directory.put(
      on(of('1'), 'pudong', at('own')),
      on(of('2'), 'minhang', at('theirs')),
      on(of('3'), 'pudong', at('shared')),
      on(of('4'), 'minhang', at('shared')),
      // Out of service, and still a part of the figures.
      on(of('5'), 'pudong', at('left')),
      on(of('6'), 'minhang', at('left'), { stage: 'retired' }),
    )
  }
})

afterAll(() => city.server.stop())

async function as(org: string, role: Role, path: string, method = 'GET'): Promise<Answered> {
  people.put({ id: 'asker', grants: [{ org, role }] }, 'a very long password')
  const { token } = await people.openSession('asker', { means: 'password', address: '127.0.0.1', agent: '' }, tester)
  return get(city, path, { method, headers: { Host: 'city.example', Origin: 'http://city.example', Cookie: `citygate_session=${token}` } })
}

const urlsOf = ({ json }: Answered): readonly string[] => (json as { lines: { url: string }[] }).lines.map(({ url }) => url)
const idsOf = ({ json }: Answered): readonly (string | null)[] => (json as { dtus: { id: string | null }[] }).dtus.map(({ id }) => id)

it('a line is seen by who maintains every device on it', async () => {
  expect(urlsOf(await as('pudong', 'engineer', '/api/v1/lines'))).toEqual(['modbus-tcp://own:502'])
  expect(urlsOf(await as('minhang', 'admin', '/api/v1/lines'))).toEqual(['modbus-tcp://theirs:502'])
  expect(urlsOf(await as('*', 'engineer', '/api/v1/lines'))).toHaveLength(5)
  expect((await as('pudong', 'operator', '/api/v1/lines')).status).toBe(403)
  // Once the other organisation's device is gone.
  city.directory.devices.delete('mod-6')
  city.directory.put()
  expect(urlsOf(await as('pudong', 'engineer', '/api/v1/lines'))).toEqual(['modbus-tcp://own:502', 'modbus-tcp://left:502'])
})

it('so is what is asked on it, with the share of its time, reckoned for the speed that was asked for', async () => {
  const path = (name: string, more = ''): string => `/api/v1/lines/plan?url=${encodeURIComponent(`modbus-tcp://${name}:502`)}${more}`
  expect((await as('pudong', 'engineer', path('own', '&baud=2400'))).json).toMatchObject({
    url: 'modbus-tcp://own:502',
    baud: 2400,
    known: false,
    models: [
      {
        model: 'sdm630',
        polls: [{ place: { table: 4, address: 0, count: 10 }, ms: 50 }],
        devices: [{ device: 'meter-1' }, { device: 'meter-gone', silent: true }],
      },
    ],
  })
  for (const name of ['theirs', 'shared', 'nowhere'])
    expect((await as('pudong', 'engineer', path(name))).json).toMatchObject({ status: 404, code: 'LINE_UNKNOWN' })
  expect((await as('pudong', 'engineer', path('own', '&baud=x'))).json).toMatchObject({ status: 400, errors: [{ field: 'baud' }] })
})

it('so is a DTU; strangers and the figures of the port are for who maintains every organisation', async () => {
  const own = await as('pudong', 'engineer', '/api/v1/dtus')
  expect(idsOf(own)).toEqual(['own'])
  expect(own.json).toMatchObject({ listening: true, total: 1 })
  expect(own.json).not.toHaveProperty('figures')
  const all = await as('*', 'engineer', '/api/v1/dtus')
  expect(idsOf(all)).toEqual(['own', 'theirs', 'shared', 'free', null])
  expect(all.json).toMatchObject({ figures })
})

it.each(['theirs', 'shared', 'free', 'nowhere'])('nobody asks what stands behind the DTU “%s” of others, and nobody learns that it is there', async id => {
  for (const method of ['POST', 'GET']) {
    const answered = await as('pudong', 'admin', `/api/v1/dtus/${id}/probe`, method)
    expect(answered).toMatchObject({ status: 404, json: { code: 'DEVICE_UNKNOWN', detail: `No DTU “${id}” is connected, or it was never probed.` } })
  }
  expect(probed).toEqual([])
  expect((await as('pudong', 'engineer', '/api/v1/dtus/own/probe', 'POST')).status).toBe(200)
  expect(probed).toEqual(['own'])
})
