import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Answered, ask, get, type Question } from './ask.ts'
import { type City, furnish, startCity } from './city.ts'
import { PeopleInMemory, signInOver } from './people-in-memory.ts'

const password = 'correct horse battery'
let people: PeopleInMemory
let city: City
let clock: number

beforeEach(async () => {
  clock = 0
  people = new PeopleInMemory()
  people.put({ id: 'li.wei', name: 'Li Wei', grants: [{ org: 'pudong', role: 'viewer' }] }, password)
  people.put({ id: 'root', grants: [{ org: '*', role: 'admin' }] }, password)
  people.put({ id: 'zhang', grants: [] }, password, true)
  people.put({ id: 'gone', grants: [], disabled: true }, password)
  city = await startCity({ access: 'sign-in', ...signInOver(people, () => clock) })
  furnish(city)
})

afterEach(() => city.server.stop())

const own = (): Record<string, string> => ({ Host: 'city.example', Origin: 'http://city.example' })
const post = (path: string, body: object | string, headers: Record<string, string> = {}): Promise<Answered> =>
  get(city, path, { method: 'POST', headers: { ...own(), ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) })
const cookieOf = ({ headers }: Answered): string => (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? ''
const signIn = async (name: string, headers: Record<string, string> = {}): Promise<string> =>
  cookieOf(await post('/api/v1/session', { name, password, ...(name === 'zhang' && { code: '123456' }) }, headers))
const withCookie = (path: string, Cookie: string, question: Question = {}): Promise<Answered> =>
  get(city, path, { ...question, headers: { ...own(), Cookie, ...question.headers } })

describe('signing in', () => {
  it('gives a cookie no script reads, and what the person may', async () => {
    const answered = await post('/api/v1/session', { name: 'li.wei', password })
    expect(answered).toMatchObject({
      status: 200,
      json: { access: 'sign-in', signedIn: true, person: { id: 'li.wei', name: 'Li Wei' }, grants: [{ org: 'pudong', role: 'viewer' }], means: 'password' },
    })
    expect(answered.headers['set-cookie']).toEqual([expect.stringMatching(/^citygate_session=[^;]+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/)])
    expect(answered.headers).toMatchObject({ 'cache-control': 'no-store', vary: expect.stringMatching(/Authorization, Cookie/) })
    expect((await withCookie('/api/v1/devices', cookieOf(answered))).json).toMatchObject({ devices: [{ id: 'bus-1' }, { id: 'meter-1' }] })
    expect(people.deeds).toEqual(['li.wei: openSession li.wei'])
  })

  it('tells nobody why it failed', async () => {
    const wrongs = [
      { name: 'li.wei', password: 'wrong' },
      { name: 'nobody', password },
      { name: 'gone', password },
    ]
    const texts = await Promise.all(wrongs.map(async wrong => (await post('/api/v1/session', wrong)).text))
    expect(texts[0]).toContain('SIGN_IN_FAILED')
    expect(new Set(texts).size).toBe(1)
  })

  it('asks for a code where there is a second factor, once the password is right', async () => {
    const tried = async (more: object): Promise<Answered> => post('/api/v1/session', { name: 'zhang', password, ...more })
    expect(await tried({ password: 'wrong', code: '123456' })).toMatchObject({ status: 401, json: { code: 'SIGN_IN_FAILED' } })
    expect(await tried({})).toMatchObject({ status: 401, json: { code: 'CODE_REQUIRED' } })
    expect(await tried({ code: '000000' })).toMatchObject({ status: 401, json: { code: 'CODE_WRONG' } })
    expect(await tried({ code: '123456' })).toMatchObject({ status: 200, json: { means: 'password+totp' } })
  })

  it.each(['password', 'code'])('is locked after five wrong ones (%s), and open again later', async what => {
    const wrong = what === 'code' ? { name: 'zhang', password, code: '000000' } : { name: 'li.wei', password: 'wrong' }
    for (let tries = 0; tries < 5; tries++) expect((await post('/api/v1/session', wrong)).status).toBe(401)
    const right = { ...wrong, password, code: '123456' }
    expect(await post('/api/v1/session', right)).toMatchObject({ status: 429, json: { code: 'LOCKED_OUT' }, headers: { 'retry-after': '30' } })
    // Others are not concerned.
    expect((await post('/api/v1/session', { name: 'root', password })).status).toBe(200)
    clock = 30_001
    expect((await post('/api/v1/session', right)).status).toBe(200)
  })

  it('out takes the session and the cookie away', async () => {
    const cookie = await signIn('li.wei')
    const out = await withCookie('/api/v1/session', cookie, { method: 'DELETE' })
    expect(out).toMatchObject({ status: 200, json: { signedIn: false } })
    expect(out.headers['set-cookie']).toEqual([expect.stringMatching(/^citygate_session=; Max-Age=0; Path=\//)])
    expect((await withCookie('/api/v1/devices', cookie)).status).toBe(401)
  })

  it('is not needed on the machine itself, where that is the rule', async () => {
    const open = await startCity()
    expect((await get(open, '/api/v1/session', { headers: { Host: 'localhost' } })).json).toEqual({
      access: 'loopback',
      signedIn: true,
      person: { id: 'local', name: 'local' },
      grants: [{ org: '*', role: 'admin' }],
    })
    await open.server.stop()
    expect((await get(city, '/api/v1/session')).json).toEqual({ access: 'sign-in', signedIn: false })
  })
})

describe('a session', () => {
  it('is shown to its owner, who ends others but no foreign one', async () => {
    const first = await signIn('li.wei', { 'User-Agent': 'x'.repeat(300) })
    const second = await signIn('li.wei')
    const foreign = await signIn('root')
    const { json } = await withCookie('/api/v1/sessions', second)
    expect(json).toMatchObject({
      sessions: [
        { id: 'session-1', agent: 'x'.repeat(200), current: false },
        { id: 'session-2', current: true },
      ],
    })
    expect((await withCookie('/api/v1/sessions/session-3', second, { method: 'DELETE' })).status).toBe(404)
    expect((await withCookie('/api/v1/sessions/session-1', second, { method: 'DELETE' })).status).toBe(200)
    expect((await withCookie('/api/v1/sessions', first)).status).toBe(401)
    expect((await withCookie('/api/v1/sessions', foreign)).status).toBe(200)
  })

  it('gets another token with another password, and the others end', async () => {
    const other = await signIn('li.wei')
    const before = await signIn('li.wei')
    const change = (body: object): Promise<Answered> => withCookie('/api/v1/session/password', before, { method: 'POST', body: JSON.stringify(body) })
    expect(await change({ current: 'wrong', password: 'another long password' })).toMatchObject({ status: 401, json: { code: 'SIGN_IN_FAILED' } })
    expect(await change({ current: password, password: 'short' })).toMatchObject({ status: 400, json: { code: 'PASSWORD_WEAK' } })
    const changed = await change({ current: password, password: 'another long password' })
    expect(changed.status).toBe(200)
    for (const over of [other, before]) expect((await withCookie('/api/v1/sessions', over)).status).toBe(401)
    expect((await withCookie('/api/v1/sessions', cookieOf(changed))).status).toBe(200)
  })

  it('gets another token with a second factor, which only its password drops', async () => {
    const cookie = await signIn('li.wei')
    expect((await withCookie('/api/v1/session/second-factor', cookie, { method: 'POST' })).json).toMatchObject({ secret: expect.any(String) })
    const confirm = (code: string): Promise<Answered> =>
      withCookie('/api/v1/session/second-factor/confirm', cookie, { method: 'POST', body: JSON.stringify({ code }) })
    expect(await confirm('000000')).toMatchObject({ status: 401, json: { code: 'CODE_WRONG' } })
    const confirmed = await confirm('123456')
    expect(confirmed.json).toEqual({ recoveryCodes: ['recovery-1', 'recovery-2'] })
    expect((await withCookie('/api/v1/sessions', cookie)).status).toBe(401)
    const now = cookieOf(confirmed)
    expect(await withCookie('/api/v1/session/second-factor', now, { method: 'POST' })).toMatchObject({ status: 409, json: { code: 'SECOND_FACTOR_ON' } })
    const drop = (given: string): Promise<Answered> =>
      withCookie('/api/v1/session/second-factor/drop', now, { method: 'POST', body: JSON.stringify({ password: given }) })
    expect((await drop('wrong')).status).toBe(401)
    expect(await drop(password)).toMatchObject({ status: 200, json: { secondFactor: false } })
  })

  it('is for people alone', async () => {
    expect((await get(city, '/api/v1/sessions')).status).toBe(401)
    expect((await get(city, '/api/v1/sessions', { token: 'cgt_pudong' })).status).toBe(403)
  })
})

describe('an invitation', () => {
  it('sets a password once, and signs in', async () => {
    const admin = await signIn('root')
    const send = (path: string, method: string, body?: object): Promise<Answered> =>
      withCookie(path, admin, { method, ...(body && { body: JSON.stringify(body) }) })
    const added = await send('/api/v1/people', 'POST', { id: 'wang', name: '王', grants: [{ org: 'pudong', role: 'engineer' }] })
    expect(added).toMatchObject({ status: 200, json: { id: 'wang', hasPassword: false } })
    const { json } = await send('/api/v1/people/wang/invitation', 'POST')
    const { token } = json as { token: string }
    expect((await post('/api/v1/invitations/look', { token })).json).toEqual({ person: { id: 'wang', name: '王' } })
    expect(await post('/api/v1/invitations/redeem', { token, password: 'short' })).toMatchObject({ status: 400, json: { code: 'PASSWORD_WEAK' } })
    const redeemed = await post('/api/v1/invitations/redeem', { token, password: 'a very long password' })
    expect(redeemed).toMatchObject({ status: 200, json: { person: { id: 'wang' }, means: 'invitation' } })
    expect((await withCookie('/api/v1/devices', cookieOf(redeemed))).status).toBe(200)
    expect(await post('/api/v1/invitations/redeem', { token, password: 'a very long password' })).toMatchObject({
      status: 400,
      json: { code: 'INVITATION_INVALID' },
    })
  })

  it('does not stand for a second factor', async () => {
    const { token } = await people.invite('zhang', { type: 'cli', name: 'root' })
    const redeemed = await post('/api/v1/invitations/redeem', { token, password: 'a very long password' })
    expect(redeemed).toMatchObject({ status: 401, json: { code: 'CODE_REQUIRED' } })
    expect(redeemed.headers['set-cookie']).toBeUndefined()
  })

  it('can not be guessed', async () => {
    for (let tries = 0; tries < 5; tries++) expect((await post('/api/v1/invitations/look', { token: `guess-${tries}` })).status).toBe(400)
    expect((await post('/api/v1/invitations/look', { token: 'guess' })).status).toBe(429)
  })
})

describe('people', () => {
  it('are changed by an administrator: what was there stays, and counts at once', async () => {
    const admin = await signIn('root')
    const wei = await signIn('li.wei')
    const send = (path: string, method: string, body?: object): Promise<Answered> =>
      withCookie(path, admin, { method, ...(body && { body: JSON.stringify(body) }) })
    expect((await send('/api/v1/people', 'GET')).json).toMatchObject({
      people: [{ id: 'li.wei' }, { id: 'root' }, { id: 'zhang' }, { id: 'gone', disabled: true }],
    })
    expect((await send('/api/v1/people/li.wei', 'PATCH', { grants: [{ org: 'minhang', role: 'viewer' }] })).json).toMatchObject({ name: 'Li Wei' })
    expect((await withCookie('/api/v1/devices', wei)).json).toMatchObject({ devices: [{ org: 'minhang' }, { org: 'minhang' }] })
    expect((await send('/api/v1/people/li.wei', 'PATCH', { disabled: true })).json).toMatchObject({ disabled: true })
    expect((await withCookie('/api/v1/devices', wei)).status).toBe(401)
    expect((await send('/api/v1/people/li.wei', 'PATCH', { disabled: false })).json).not.toHaveProperty('disabled')
    expect((await send('/api/v1/people/zhang/second-factor', 'DELETE')).json).toMatchObject({ secondFactor: false })
    expect((await send('/api/v1/people/li.wei/sessions', 'DELETE')).json).toEqual({ sessions: [] })
    expect((await send('/api/v1/people/li.wei', 'DELETE')).json).toEqual({ removed: 'li.wei' })
    expect(await send('/api/v1/people/li.wei/sessions', 'GET')).toMatchObject({ status: 404, json: { code: 'PERSON_UNKNOWN' } })
    expect(await send('/api/v1/people', 'POST', { id: 'root', grants: [] })).toMatchObject({ status: 409, json: { code: 'PERSON_EXISTS' } })
    expect(people.deeds.filter(deed => deed.startsWith('root: ')).length).toBe(7)
  })
})

it('over TLS the cookie is one that neighbours can not set', async () => {
  // A trusted proxy's word is enough here.
  const { ClientAddresses } = await import('../../gateway/api/client-address.ts')
  const { AddressSet } = await import('../../gateway/model/address-set.ts')
  const proxied = await startCity({ access: 'sign-in', ...signInOver(people), clients: new ClientAddresses(new AddressSet(['127.0.0.1'])) })
  const headers = { Host: 'city.example', Origin: 'https://city.example', 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '192.0.2.7' }
  const answered = await ask(proxied, '/api/v1/session', { method: 'POST', headers, body: JSON.stringify({ name: 'li.wei', password }) })
  const cookie = cookieOf(answered)
  expect(answered.headers['set-cookie']).toEqual([expect.stringMatching(/^__Host-citygate_session=[^;]+; .*HttpOnly; SameSite=Strict; Secure$/)])
  const plain = cookie.replace('__Host-', '')
  expect((await ask(proxied, '/api/v1/sessions', { headers: { ...headers, Cookie: plain } })).status).toBe(401)
  const shown = await ask(proxied, '/api/v1/sessions', { headers: { ...headers, Cookie: cookie } })
  expect(shown.json).toMatchObject({ sessions: [{ address: '192.0.2.7' }] })
  await proxied.server.stop()
})
