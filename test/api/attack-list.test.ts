import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Answered, ask, get } from './ask.ts'
import { type City, furnish, startCity } from './city.ts'
import { PeopleInMemory, signInOver } from './people-in-memory.ts'

const password = 'correct horse battery'
let people: PeopleInMemory
let city: City

beforeEach(async () => {
  people = new PeopleInMemory()
  people.put({ id: 'root', grants: [{ org: '*', role: 'admin' }] }, password)
  city = await startCity({ access: 'sign-in', ...signInOver(people) })
  furnish(city)
})

afterEach(() => city.server.stop())

const own = { Host: 'city.example', Origin: 'http://city.example' }
const signIn = (headers: Record<string, string> = own): Promise<Answered> =>
  get(city, '/api/v1/session', { method: 'POST', headers, body: JSON.stringify({ name: 'root', password }) })
const cookieOf = ({ headers }: Answered): string => (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? ''
const devices = (Cookie: string): Promise<Answered> => get(city, '/api/v1/devices', { headers: { ...own, Cookie } })
const add = (body: string, headers: Record<string, string>): Promise<Answered> => ask(city, '/api/v1/people', { method: 'POST', headers, body })

describe('session fixation', () => {
  it('a cookie that was there before sign-in lets nobody in, before or after', async () => {
    const planted = 'citygate_session=a-token-chosen-by-another'
    const answered = await signIn({ ...own, Cookie: planted })
    expect(cookieOf(answered)).not.toBe(planted)
    expect((await devices(planted)).status).toBe(401)
    expect((await devices(cookieOf(answered))).status).toBe(200)
  })

  it('signing in again ends the session that this browser had', async () => {
    const first = cookieOf(await signIn())
    const second = cookieOf(await signIn({ ...own, Cookie: first }))
    expect(second).not.toBe(first)
    expect((await devices(first)).status).toBe(401)
    expect((await devices(second)).status).toBe(200)
  })
})

describe('cross-site requests', () => {
  const body = JSON.stringify({ id: 'mallory', grants: [{ org: '*', role: 'admin' }] })

  it.each([
    [{ Origin: 'https://evil.example' }, 403],
    [{ Origin: 'null' }, 403],
    [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
    [{ 'Sec-Fetch-Site': 'same-site' }, 403],
    [{ 'Sec-Fetch-Site': 'same-origin', Origin: 'https://evil.example' }, 403],
    // Old browsers' forms name no origin; `none` is an address typed in, which posts nothing.
    [{}, 401],
    [{ 'Sec-Fetch-Site': 'none' }, 401],
    [{ 'Content-Type': 'text/plain' }, 401],
    [{ Referer: 'http://city.example/' }, 401],
  ])('with the cookie and %j change nothing', async (more, status) => {
    const Cookie = cookieOf(await signIn())
    expect((await add(body, { Host: 'city.example', Cookie, ...more })).status).toBe(status)
    expect(people.person('mallory')).toBeUndefined()
  })

  it.each([{ Origin: 'http://city.example' }, { 'Sec-Fetch-Site': 'same-origin' }])('those of our own page do: %j', async more => {
    const Cookie = cookieOf(await signIn())
    expect((await add(body, { Host: 'city.example', Cookie, ...more })).status).toBe(200)
  })

  it('sign nobody in or out', async () => {
    const Cookie = cookieOf(await signIn())
    expect((await signIn({ Host: 'city.example', Origin: 'https://evil.example' })).status).toBe(403)
    await ask(city, '/api/v1/session', { method: 'DELETE', headers: { Host: 'city.example', Cookie } })
    expect((await devices(Cookie)).status).toBe(200)
  })
})

describe('a cookie', () => {
  it('of an ended session lets nobody in', async () => {
    const cookie = cookieOf(await signIn())
    await people.closeSessions('root', undefined, { type: 'cli', name: 'root' })
    expect((await devices(cookie)).status).toBe(401)
  })

  it('cut short, changed, doubled or under another name lets nobody in', async () => {
    const cookie = cookieOf(await signIn())
    const token = cookie.slice('citygate_session='.length)
    const wrong = [
      cookie.slice(0, -1),
      `${cookie}x`,
      `${cookie}; ${cookie}`,
      `citygate_session=planted-by-a-neighbour; ${cookie}`,
      `__Host-${cookie}`,
      `CITYGATE_SESSION=${token}`,
      `citygate_session="${token}"`,
      `citygate_session=${encodeURIComponent(`${token}\u0000`)}`,
      `citygate_session=__proto__`,
      'citygate_session=',
      'citygate_session',
      ';;;=;',
    ]
    for (const one of wrong) expect((await devices(one)).status, one).toBe(401)
    expect((await devices(`a=b; ${cookie}; c=d`)).status).toBe(200)
  })

  it('beside a token does not count: the token is looked at alone', async () => {
    const Cookie = cookieOf(await signIn())
    expect((await get(city, '/api/v1/people', { token: 'cgt_pudong', headers: { ...own, Cookie } })).status).toBe(403)
    expect((await get(city, '/api/v1/people', { token: 'cgt_wrong', headers: { ...own, Cookie } })).status).toBe(401)
  })
})

describe('hostile names', () => {
  const hostile = [
    "' OR 1=1 --",
    '"; DROP TABLE person; --',
    '<script>alert(1)</script>',
    'root\u0000',
    'a\r\nSet-Cookie: citygate_session=planted-by-a-name',
    '🚍',
    '__proto__',
    '#',
    '+/up/#',
    '=cmd|calc',
  ]

  it.each(hostile)('signs nobody in, and adds nobody: %j', async name => {
    const answered = await get(city, '/api/v1/session', { method: 'POST', headers: own, body: JSON.stringify({ name, password }) })
    expect(answered).toMatchObject({ status: 401, json: { code: 'SIGN_IN_FAILED' } })
    expect(answered.headers['set-cookie']).toBeUndefined()
    expect(answered.text).not.toContain(name)
    const Cookie = cookieOf(await signIn())
    expect((await add(JSON.stringify({ id: name, grants: [] }), { ...own, Cookie })).status).toBe(400)
    expect((await ask(city, `/api/v1/people/${encodeURIComponent(name)}/sessions`, { headers: { ...own, Cookie } })).status).toBe(404)
  })

  it('of 64 KB are refused unread, and larger bodies too', async () => {
    const name = 'x'.repeat(65_536)
    expect((await get(city, '/api/v1/session', { method: 'POST', headers: own, body: JSON.stringify({ name, password }) })).status).toBe(400)
    expect((await get(city, '/api/v1/session', { method: 'POST', headers: own, body: JSON.stringify({ name: 'root', password: name }) })).status).toBe(400)
    expect((await get(city, '/api/v1/session', { method: 'POST', headers: own, body: 'x'.repeat(100_001) })).status).toBe(413)
    expect(people.deeds).toEqual([])
  })

  it.each(['[]', '"root"', 'null', '{', '{"name":{"$ne":""},"password":{"$ne":""}}', '{"name":"root","password":"x","__proto__":{"admin":true}}'])(
    'or bodies of another form are refused: %s',
    async body => {
      expect((await get(city, '/api/v1/session', { method: 'POST', headers: own, body })).status).toBe(400)
    },
  )

  it('a password never reaches the log or an answer', async () => {
    const secret = 'my-secret-password'
    const { text } = await get(city, '/api/v1/session', { method: 'POST', headers: own, body: JSON.stringify({ name: 'root', password: secret }) })
    expect(text + JSON.stringify(city.log.lines)).not.toContain(secret)
  })
})

it.each([
  '/assets/..%2f..%2fetc/passwd',
  '/assets/../../etc/passwd',
  '/..%5c..%5cetc/passwd',
  '/assets/%2e%2e/%2e%2e/etc/passwd',
  '/assets/..%252f..%252fetc/passwd',
  '/%00',
])('path traversal: %s answers no file', async path => {
  const answered = await ask(city, path)
  expect([400, 403, 404]).toContain(answered.status)
  expect(answered.text).not.toContain('root:')
})
