import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AttemptLimiter, personAttemptRules } from '../../gateway/model/attempts.ts'
import { openSignInWatches } from '../../gateway/open-sign-in-watches.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { type Fixture, startBroker } from '../broker/fixture.ts'
import { MemoryLog } from '../support/log.ts'
import { tester } from '../support/tester.ts'
import { ask } from './ask.ts'
import { type City, startCity } from './city.ts'

const folder = mkdtempSync(join(tmpdir(), 'citygate-sign-in-audit-'))
const log = new MemoryLog()
const registry = new Registry({ file: join(folder, 'registry.db'), log, now: Date.now })
const good = 'tram ginger oblique 7'
let watches: ReturnType<typeof openSignInWatches>
let city: City
let broker: Fixture

beforeAll(async () => {
  await registry.start()
  watches = openSignInWatches(registry, log, Date.now)
  await registry.people.addPerson({ id: 'li.wei', grants: [{ org: '*', role: 'admin' }] }, tester)
  await registry.people.setPassword('li.wei', good, undefined, tester)
  await registry.people.addPerson({ id: 'bo', grants: [{ org: 'pudong', role: 'viewer' }] }, tester)
  await registry.as(tester).addDevice({ id: 'bus-1', org: 'pudong', model: 'citygate-bus-unit' })
  city = await startCity({
    access: 'sign-in',
    signIn: { people: registry.people, attempts: new AttemptLimiter({ rules: { ...personAttemptRules, wrongsBeforeLock: 3 }, watch: watches.people }) },
  })
  broker = await startBroker({ authenticator: registry, attemptWatch: watches.mqtt, limits: { wrongSignIns: 2 } })
})

afterAll(async () => {
  await broker.close()
  await city.server.stop()
  await registry.stop()
  rmSync(folder, { recursive: true, force: true })
})

it('who failed to sign in, was locked out, or came in stands in the audit, from where, and without what was entered', async () => {
  const enter = async (name: string, password: string): Promise<number> => {
    const headers = { Host: 'city.example', Origin: 'http://city.example' }
    return (await ask(city, '/api/v1/session', { method: 'POST', headers, body: JSON.stringify({ name, password }) })).status
  }
  expect(await enter('li.wei', good)).toBe(200)
  for (let turn = 0; turn < 3; turn++) expect(await enter('li.wei', 'wrong guess')).toBe(401)
  expect(await enter('li.wei', good)).toBe(429)
  expect(await enter(good, 'li.wei')).toBe(401)
  expect(await enter('bo', 'wrong guess')).toBe(401)
  for (let turn = 0; turn < 4; turn++) await expect(broker.connect({ username: 'bus-1', password: 'wrong guess' })).rejects.toThrow()
  await watches.stop()
  const { entries } = await registry.audit.search({ limit: 100 })
  const told = entries
    .map(({ action, subject, org, actor, after }) => ({ action, subject, org, from: actor.address, attempts: after?.['attempts'] }))
    .filter(({ action }) => action.startsWith('sign-in') || action === 'session.open')
    .toReversed()
  const person = { subject: 'person:li.wei', org: undefined, from: '127.0.0.1' }
  const device = { action: 'sign-in.locked', subject: 'device:bus-1', org: 'pudong', from: '127.0.0.1' }
  expect(told.slice(0, 6)).toMatchObject([
    { action: 'session.open', subject: 'person:li.wei', from: '127.0.0.1' },
    { action: 'sign-in.failed', ...person, attempts: 1 },
    { action: 'sign-in.locked', ...person, attempts: 1 },
    { action: 'sign-in.failed', ...person, subject: 'gateway:sign-in', attempts: 1 },
    // All of his roles lie in one organisation, whose administrators see it.
    { action: 'sign-in.failed', subject: 'person:bo', org: 'pudong', from: '127.0.0.1', attempts: 1 },
    { ...device, attempts: 1 },
  ])
  // When it stops, what came after the first is summed up.
  expect(told.slice(6)).toEqual(
    expect.arrayContaining([
      { action: 'sign-in.failed', ...person, attempts: 2 },
      { ...device, attempts: 1 },
    ]),
  )
  expect(told).toHaveLength(8)
  expect(JSON.stringify(entries)).not.toMatch(/tram ginger|wrong guess/)
  expect(await registry.audit.verify()).toMatchObject({ whole: true })
})
