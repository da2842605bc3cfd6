import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AttemptLimiter, personAttemptRules } from '../../gateway/model/attempts.ts'
import type { Grant } from '../../gateway/model/roles.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { MemoryLog } from '../support/log.ts'
import { tester } from '../support/tester.ts'
import { type Answered, get } from './ask.ts'
import { type City, startCity } from './city.ts'

const folder = mkdtempSync(join(tmpdir(), 'citygate-audit-of-org-'))
const registry = new Registry({ file: join(folder, 'registry.db'), log: new MemoryLog(), now: Date.now })
const { people } = registry
const cookies = new Map<string, string>()
let city: City

const cast: Readonly<Record<string, readonly Grant[]>> = {
  root: [{ org: '*', role: 'admin' }],
  boss: [{ org: 'pudong', role: 'admin' }],
  hostile: [
    { org: 'minhang', role: 'admin' },
    { org: 'pudong', role: 'engineer' },
  ],
  two: [
    { org: 'pudong', role: 'admin' },
    { org: 'baoshan', role: 'admin' },
  ],
}

beforeAll(async () => {
  await registry.start()
  city = await startCity({
    access: 'sign-in',
    signIn: { people, attempts: new AttemptLimiter({ rules: personAttemptRules }) },
    directory: registry,
    audit: registry.audit,
    now: Date.now,
  })
  for (const [id, grants] of Object.entries(cast)) await people.addPerson({ id, grants }, tester)
  const writer = registry.as(tester)
  for (const org of ['pudong', 'minhang', 'baoshan']) {
    await writer.addDevice({ id: `bus-${org}`, org, model: 'citygate-bus-unit', name: '=1+1' })
    await writer.changeDevices([{ id: `bus-${org}`, org, model: 'citygate-bus-unit', name: `Of ${org}` }])
  }
  await people.addPerson({ id: 'li.wei', grants: [{ org: 'pudong', role: 'viewer' }] }, tester)
  await people.changePerson({ id: 'li.wei', grants: [...(cast.boss ?? []), { org: 'minhang', role: 'viewer' }] }, tester)
})

afterAll(async () => {
  await city.server.stop()
  await registry.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function as(id: string, query: string): Promise<Answered> {
  const cookie = cookies.get(id) ?? `citygate_session=${(await people.openSession(id, { means: 'password', address: '127.0.0.1', agent: '' }, tester)).token}`
  cookies.set(id, cookie)
  return get(city, `/api/v1/audit${query}`, { headers: { Host: 'city.example', Cookie: cookie } })
}

interface Entry {
  readonly seq: number
  readonly org?: string
  readonly subject: string
  readonly action: string
  readonly hash?: string
}

const entriesOf = ({ json }: Answered): readonly Entry[] => (json as { entries: readonly Entry[] }).entries

describe('the audit as an administrator of one organisation sees it', () => {
  it('holds what belongs to it, and nothing else however it is asked for', async () => {
    const answered = await as('boss', '?action=device')
    expect(entriesOf(answered).map(({ subject, action }) => `${action} ${subject}`)).toEqual([
      'device.change device:bus-pudong',
      'device.add device:bus-pudong',
    ])
    for (const query of [
      '',
      '?limit=10000',
      '?subject=device:bus-minhang',
      '?org=minhang',
      '?text=minhang',
      '?actor=tester',
      '?subject=person:li.wei',
      '?format=csv',
    ]) {
      const { text, status } = await as('boss', query)
      expect(status, query).toBe(200)
      expect(text.replaceAll(/text=minhang|org=minhang/g, ''), query).not.toMatch(/minhang|baoshan|hostile|root|audit\.begin/)
    }
    expect(entriesOf(await as('boss', '?org=minhang'))).toEqual([])
    expect(new Set(entriesOf(await as('two', '?action=device')).map(({ org }) => org))).toEqual(new Set(['pudong', 'baoshan']))
    expect(new Set(entriesOf(await as('hostile', '')).map(({ org }) => org))).toEqual(new Set(['minhang']))
  })

  it('holds what was done to its people, while they belong to nobody else', async () => {
    const done = entriesOf(await as('boss', '?subject=person:li.wei')).map(({ action }) => action)
    expect(done).toEqual(['person.add'])
    expect(entriesOf(await as('root', '?subject=person:li.wei')).map(({ action }) => action)).toEqual(['person.change', 'person.add'])
    expect(entriesOf(await as('boss', '?action=session')).every(({ subject }) => subject === 'person:boss')).toBe(true)
  })

  it('answers an entry of another, of none, and one that is not there alike', async () => {
    const all = entriesOf(await as('root', '?limit=1000'))
    const missing = await as('boss', '/99999')
    expect(missing).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } })
    for (const { seq, org } of all) {
      const answered = await as('boss', `/${seq}`)
      if (org === 'pudong') expect(answered).toMatchObject({ status: 200, json: { seq, org } })
      else expect(answered.text.replaceAll(new RegExp(`\\b${seq}\\b`, 'g'), '99999'), `${seq} of ${org}`).toBe(missing.text)
    }
  })

  it('has no hashes: whoever guesses what the entry before says could try it by them', async () => {
    const { text } = await as('boss', '')
    expect(text).not.toMatch(/hash|[0-9a-f]{64}/i)
    expect((await as('boss', '?format=csv')).text).not.toMatch(/hash|[0-9a-f]{64}/i)
    expect(entriesOf(await as('root', '?limit=1'))[0]?.hash).toMatch(/^[0-9a-f]{64}$/)
    expect((await as('root', '?format=csv&limit=1')).text).toMatch(/,previousHash,hash\r\n.*[0-9a-f]{64},[0-9a-f]{64}\r\n$/)
  })

  it('is exported as a table, a page after another', async () => {
    const first = await as('boss', '?action=device&format=csv&limit=1')
    expect(first.headers).toMatchObject({ 'content-type': expect.stringMatching(/^text\/csv/), 'content-disposition': 'attachment; filename="audit.csv"' })
    const [header, row] = first.text.split('\r\n')
    expect(header).toBe('seq,at,actorType,actor,address,action,subject,org,before,after')
    expect(row).toMatch(/^\d+,[^,]+,cli,tester,test-machine,device\.change,device:bus-pudong,pudong,"\{""name"":""=1\+1""\}",/)
    const next = /^<\/api\/v1\/audit(\?[^>]+)>; rel="next"$/.exec(String(first.headers.link))?.[1] ?? ''
    const second = await as('boss', next)
    expect(second.text).toContain('device.add,device:bus-pudong')
    expect(second.text).not.toContain('device.change')
  })
})
