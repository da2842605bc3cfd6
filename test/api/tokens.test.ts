import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Registry } from '../../gateway/registry/registry.ts'
import { TokenOffice } from '../../gateway/registry/token-office.ts'
import { MemoryLog } from '../support/log.ts'
import { tester } from '../support/tester.ts'
import { type Answered, get } from './ask.ts'
import { type City, furnish, startCity } from './city.ts'
import { PeopleInMemory, signInOver } from './people-in-memory.ts'

const folder = mkdtempSync(join(tmpdir(), 'citygate-tokens-'))
let ahead = 0
const now = (): number => Date.now() + ahead
const registry = new Registry({ file: join(folder, 'registry.db'), log: new MemoryLog(), now })
const people = new PeopleInMemory()
const cookies = new Map<string, string>()
let city: City

beforeAll(async () => {
  await registry.start()
  city = await startCity({
    ...signInOver(people),
    access: 'sign-in',
    authenticator: registry,
    tokens: new TokenOffice(registry),
    audit: registry.audit,
    now,
  })
  furnish(city)
  for (const org of ['pudong', 'minhang', '*']) {
    people.put({ id: org, grants: [{ org, role: 'admin' }] }, 'a very long password')
    const opened = await people.openSession(org, { means: 'password', address: '127.0.0.1', agent: '' }, tester)
    cookies.set(org, `citygate_session=${opened.token}`)
  }
})

afterAll(async () => {
  await city.server.stop()
  await registry.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** As the administrator of an organisation, over every one with `*`. */
async function ask(org: string, method: 'GET' | 'POST' | 'DELETE', path = '', body?: object): Promise<Answered> {
  const headers = { Host: 'city.example', Origin: 'http://city.example', Cookie: cookies.get(org) ?? '' }
  return await get(city, `/api/v1/tokens${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
}

interface Created {
  readonly token: { readonly id: string }
  readonly secret: string
}

async function created(org: string, body: object): Promise<Created> {
  const answered = await ask(org, 'POST', '', { org, ...body })
  expect(answered).toMatchObject({ status: 200, json: { token: { id: expect.stringMatching(/^[0-9a-f]{12}$/), org } } })
  return answered.json as Created
}

it('an administrator makes a token, reads its secret once, and removes it; it reaches what was said until then', async () => {
  const expiresAt = new Date(now() + 90 * 86_400_000).toISOString()
  const { token, secret } = await created('pudong', { kind: 'bus', command: true, expiresAt, title: '报站屏' })
  expect(secret).toMatch(new RegExp(`^cgt_${token.id}_[A-Za-z0-9_-]{43}$`))
  expect(token).toMatchObject({ kind: 'bus', command: true, expiresAt, title: '报站屏' })
  const listed = await ask('pudong', 'GET')
  expect(listed.json).toEqual({ tokens: [{ ...token, createdAt: expect.any(String) }], total: 1 })
  expect(listed.text).not.toContain(secret.split('_').slice(2).join('_'))

  expect((await get(city, '/api/v1/devices', { token: secret })).json).toMatchObject({ devices: [{ id: 'bus-1' }] })
  expect(await get(city, '/api/v1/devices/bus-2', { token: secret })).toMatchObject({ status: 404 })
  const order = { method: 'POST', body: JSON.stringify({ name: 'setPoint', value: 20 }), token: secret } as const
  expect(await get(city, '/api/v1/devices/bus-1/commands', order)).toMatchObject({ status: 202 })

  expect(await ask('pudong', 'DELETE', `/${token.id}`)).toMatchObject({ status: 200, json: { removed: token.id } })
  expect(await get(city, '/api/v1/devices', { token: secret })).toMatchObject({ status: 401, json: { code: 'TOKEN_INVALID' } })
  expect(await ask('pudong', 'DELETE', `/${token.id}`)).toMatchObject({ status: 404, json: { code: 'TOKEN_UNKNOWN' } })
  const { entries } = await registry.audit.search({ subject: `token:${token.id}`, limit: 10 })
  expect(entries).toMatchObject([
    { action: 'token.remove', actor: { type: 'person', name: 'pudong', address: '127.0.0.1' }, org: 'pudong', before: { title: '报站屏', command: true } },
    { action: 'token.add', actor: { type: 'person', name: 'pudong' }, after: { kind: 'bus', expiresAt } },
  ])
})

it('a token that is over is refused, and listed as such', async () => {
  const { token, secret } = await created('pudong', { expiresAt: new Date(now() + 3_600_000).toISOString() })
  expect(await get(city, '/api/v1/devices', { token: secret })).toMatchObject({ status: 200 })
  ahead = 3_600_000
  expect(await get(city, '/api/v1/devices', { token: secret })).toMatchObject({ status: 401, json: { code: 'TOKEN_INVALID' } })
  expect((await ask('pudong', 'GET')).json).toMatchObject({ tokens: [{ id: token.id, expired: true }] })
  await ask('pudong', 'DELETE', `/${token.id}`)
})

it('each administrator has the tokens of their own organisation; no token makes one', async () => {
  const ours = await created('pudong', { command: true })
  const theirs = await created('minhang', {})
  expect((await ask('pudong', 'GET')).json).toMatchObject({ total: 1, tokens: [{ id: ours.token.id }] })
  expect((await ask('*', 'GET', '?limit=1')).json).toMatchObject({ total: 2, tokens: [{ id: ours.token.id }] })
  expect(await ask('pudong', 'POST', '', { org: 'minhang' })).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } })
  expect(await ask('pudong', 'POST', '', { org: 'new' })).toMatchObject({ status: 403 })
  expect(await ask('pudong', 'DELETE', `/${theirs.token.id}`)).toMatchObject({ status: 404, json: { code: 'TOKEN_UNKNOWN' } })
  expect(registry.token(theirs.secret)).toBeDefined()
  for (const method of ['GET', 'POST'])
    expect(await get(city, '/api/v1/tokens', { method, token: ours.secret, ...(method === 'POST' && { body: '{"org":"pudong"}' }) })).toMatchObject({
      status: 403,
      json: { code: 'FORBIDDEN' },
    })
})

it.each([
  [{ org: 'a/b' }, 'org'],
  [{ org: '*' }, 'org'],
  [{}, 'org'],
  [{ org: 'pudong', kind: 'tram' }, 'kind'],
  [{ org: 'pudong', kind: '#' }, 'kind'],
  [{ org: 'pudong', command: 'yes' }, 'command'],
  [{ org: 'pudong', title: 'a\u0000b' }, 'title'],
  [{ org: 'pudong', title: 'x'.repeat(101) }, 'title'],
  [{ org: 'pudong', expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
  [{ org: 'pudong', expiresAt: '-1h' }, 'expiresAt'],
  [{ org: 'pudong', expiresAt: '2099-01-01T00:00:00' }, 'expiresAt'],
  [{ org: 'pudong', id: 'my-own' }, ''],
])('%j is refused, with the field that is wrong', async (body, field) => {
  const before = registry.listTokens().length
  expect(await ask('*', 'POST', '', body)).toMatchObject({ status: 400, json: { code: 'QUERY_INVALID', errors: [{ field: expect.stringContaining(field) }] } })
  expect(registry.listTokens()).toHaveLength(before)
})
