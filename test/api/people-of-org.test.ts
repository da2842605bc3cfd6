import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AttemptLimiter, personAttemptRules } from '../../gateway/model/attempts.ts'
import type { Grant, Role } from '../../gateway/model/roles.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { MemoryLog } from '../support/log.ts'
import { tester } from '../support/tester.ts'
import { type Answered, get } from './ask.ts'
import { type City, startCity } from './city.ts'

const folder = mkdtempSync(join(tmpdir(), 'citygate-people-of-org-'))
const registry = new Registry({ file: join(folder, 'registry.db'), log: new MemoryLog(), now: Date.now })
const { people } = registry
const signIn = { people, attempts: new AttemptLimiter({ rules: personAttemptRules }) }
const cookies = new Map<string, string>()
let city: City

const grant = (org: string, role: Role): Grant => ({ org, role })
const cast: Readonly<Record<string, readonly Grant[]>> = {
  root: [grant('*', 'admin')],
  boss: [grant('pudong', 'admin')],
  hostile: [grant('minhang', 'admin'), grant('pudong', 'viewer')],
  own: [grant('pudong', 'viewer')],
  both: [grant('minhang', 'engineer'), grant('pudong', 'operator')],
  wide: [grant('*', 'viewer'), grant('pudong', 'viewer')],
  fresh: [],
}

beforeAll(async () => {
  await registry.start()
  city = await startCity({ access: 'sign-in', signIn, audit: registry.audit, now: Date.now })
})

beforeEach(async () => {
  for (const [id, grants] of Object.entries(cast)) {
    if (people.person(id)) await people.changePerson({ id, grants }, tester)
    else await people.addPerson({ id, grants }, tester)
  }
})

afterAll(async () => {
  await city.server.stop()
  await registry.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function as(id: string, method: string, path: string, body?: object): Promise<Answered> {
  const cookie =
    cookies.get(id) ?? `citygate_session=${(await people.openSession(id, { means: 'password', address: '127.0.0.1', agent: 'Firefox' }, tester)).token}`
  cookies.set(id, cookie)
  const headers = { Host: 'city.example', Origin: 'http://city.example', Cookie: cookie }
  return get(city, `/api/v1/people${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
}

const grantsOf = (id: string): readonly Grant[] | undefined => people.person(id)?.grants

describe('an administrator of one organisation', () => {
  it('sees who has a role there, and no role elsewhere', async () => {
    const { json, text } = await as('boss', 'GET', '')
    const seen = (json as { people: { id: string; grants: Grant[]; elsewhere?: true }[] }).people
    expect(Object.fromEntries(seen.map(({ id, grants, elsewhere }) => [id, [grants, elsewhere]]))).toEqual({
      boss: [[grant('pudong', 'admin')], undefined],
      own: [[grant('pudong', 'viewer')], undefined],
      both: [[grant('pudong', 'operator')], true],
      hostile: [[grant('pudong', 'viewer')], true],
      wide: [[grant('pudong', 'viewer')], true],
    })
    expect(text).not.toMatch(/minhang|"\*"|root|fresh/)
  })

  it('invites people into it, and into no other', async () => {
    expect(await as('boss', 'POST', '', { id: 'new', name: 'New', grants: [grant('pudong', 'admin')] })).toMatchObject({ status: 200, json: { id: 'new' } })
    expect((await as('boss', 'POST', '/new/invitation')).json).toMatchObject({ token: expect.any(String) })
    for (const grants of [[grant('minhang', 'viewer')], [grant('*', 'viewer')], [grant('pudong', 'viewer'), grant('*', 'admin')]]) {
      expect(await as('boss', 'POST', '', { id: 'other', grants }), JSON.stringify(grants)).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } })
    }
    // Somebody without a role would be nobody's to look after.
    expect(await as('boss', 'POST', '', { id: 'other', grants: [] })).toMatchObject({ status: 400, json: { code: 'PERSON_INVALID' } })
    expect(people.person('other')).toBeUndefined()
    // Names are of the whole gateway; whose it is, is not told.
    for (const taken of ['root', 'fresh']) {
      const answered = await as('boss', 'POST', '', { id: taken, grants: [grant('pudong', 'viewer')] })
      expect(answered).toMatchObject({ status: 409, json: { code: 'PERSON_EXISTS' } })
      expect(answered.text).not.toMatch(/minhang|"\*"/)
    }
    expect(await as('boss', 'DELETE', '/new')).toMatchObject({ status: 200, json: { removed: 'new' } })
  })

  it('changes roles there alone; those elsewhere stay', async () => {
    expect(await as('boss', 'PATCH', '/both', { grants: [grant('pudong', 'engineer')] })).toMatchObject({
      status: 200,
      json: { grants: [grant('pudong', 'engineer')], elsewhere: true },
    })
    expect(grantsOf('both')).toEqual([grant('minhang', 'engineer'), grant('pudong', 'engineer')])
    for (const grants of [[grant('minhang', 'engineer')], [grant('minhang', 'admin'), grant('pudong', 'viewer')], [grant('*', 'viewer')]]) {
      const answered = await as('boss', 'PATCH', '/both', { grants })
      expect(answered, JSON.stringify(grants)).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } })
      // The same whether the person has that role or not.
      expect((await as('boss', 'PATCH', '/own', { grants })).text.replaceAll('/own', '/both')).toBe(answered.text)
    }
    // Taken away here, they are as if they were not there.
    expect((await as('boss', 'PATCH', '/both', { grants: [] })).status).toBe(404)
    expect(grantsOf('both')).toEqual([grant('minhang', 'engineer')])
    expect(await as('boss', 'PATCH', '/own', { grants: [] })).toMatchObject({ status: 400, json: { code: 'PERSON_INVALID' } })
    expect(grantsOf('own')).toEqual(cast.own)
  })

  it('can not raise themselves', async () => {
    for (const grants of [[grant('*', 'admin')], [grant('minhang', 'viewer'), grant('pudong', 'admin')]])
      expect((await as('boss', 'PATCH', '/boss', { grants })).status).toBe(403)
    // An administrator there and viewer here stays a viewer here.
    expect((await as('hostile', 'PATCH', '/hostile', { grants: [grant('pudong', 'admin')] })).status).toBe(403)
    expect((await as('hostile', 'PATCH', '/hostile', { grants: [grant('minhang', 'admin')] })).status).toBe(200)
    expect(new Set(grantsOf('hostile'))).toEqual(new Set(cast.hostile))
    expect(grantsOf('boss')).toEqual(cast.boss)
  })

  const wholly: readonly { readonly method: string; readonly path: string; readonly body?: object }[] = [
    { method: 'DELETE', path: '' },
    { method: 'POST', path: '/invitation' },
    { method: 'DELETE', path: '/second-factor' },
    { method: 'GET', path: '/sessions' },
    { method: 'DELETE', path: '/sessions' },
    { method: 'PATCH', path: '', body: { name: 'Renamed' } },
    { method: 'PATCH', path: '', body: { disabled: true } },
  ]

  it.each(wholly)('%o: only of people whose every role is theirs', async ({ method, path, body }) => {
    for (const id of ['both', 'wide']) {
      const before = people.person(id)
      const answered = await as('boss', method, `/${id}${path}`, body)
      expect(answered, id).toMatchObject({ status: 403, json: { code: 'PERSON_ELSEWHERE' } })
      expect(answered.text).not.toMatch(/minhang|engineer/)
      expect(people.person(id)).toEqual(before)
    }
    const [others, nobodys] = [await as('hostile', method, `/own${path}`, body), await as('hostile', method, `/nobody${path}`, body)]
    expect(others).toMatchObject({ status: 404, json: { code: 'PERSON_UNKNOWN' } })
    expect(others.text.replaceAll('/own', '/nobody')).toBe(nobodys.text)
    // Neither those who administer everything, nor those without a role.
    for (const id of ['root', 'fresh']) expect((await as('boss', method, `/${id}${path}`, body)).status, id).toBe(404)
    expect((await as('boss', method, `/own${path}`, body)).status).toBe(200)
  })

  it('somebody who comes to another organisation is no longer theirs alone: an invitation made before is good no more', async () => {
    const { token } = (await as('boss', 'POST', '/own/invitation')).json as { token: string }
    expect(people.invitation(token)?.id).toBe('own')
    expect((await as('root', 'PATCH', '/own', { grants: [grant('pudong', 'viewer'), grant('minhang', 'engineer')] })).status).toBe(200)
    expect(people.invitation(token)).toBeUndefined()
    await expect(people.redeemInvitation(token, 'tram ginger oblique 7', tester)).rejects.toMatchObject({ code: 'INVITATION_INVALID' })
  })

  it('roles in two organisations that are changed at once are both kept', async () => {
    await people.changePerson({ id: 'both', grants: [grant('minhang', 'viewer'), grant('pudong', 'viewer')] }, tester)
    const changes = await Promise.all([
      as('boss', 'PATCH', '/both', { grants: [grant('pudong', 'engineer')] }),
      as('hostile', 'PATCH', '/both', { grants: [grant('minhang', 'operator')] }),
    ])
    expect(changes.map(({ status }) => status)).toEqual([200, 200])
    expect(new Set(grantsOf('both'))).toEqual(new Set([grant('minhang', 'operator'), grant('pudong', 'engineer')]))
  })
})

it('who administers everything sees all, and people without a role among them', async () => {
  const { json } = await as('root', 'GET', '')
  const seen = (json as { people: { id: string; elsewhere?: true }[] }).people
  expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(Object.keys(cast)))
  expect(seen.filter(({ elsewhere }) => elsewhere)).toEqual([])
  expect((await as('root', 'PATCH', '/both', { grants: [] })).status).toBe(200)
  expect(grantsOf('both')).toEqual([])
})
