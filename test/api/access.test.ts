import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromThisMachine } from '../../gateway/api/access.ts'
import { ask, get } from './ask.ts'
import { type City, furnish, startCity } from './city.ts'

let city: City
let strict: City

beforeAll(async () => {
  city = await startCity()
  strict = await startCity({ access: 'sign-in' })
  for (const each of [city, strict]) furnish(each)
})

afterAll(() => Promise.all([city.server.stop(), strict.server.stop()]))

describe('the operator', () => {
  it.each(['localhost', 'LOCALHOST:80', '127.0.0.1', '127.0.0.1:8080', '[::1]', '[::1]:8080'])('is whoever calls this machine %s', async Host => {
    expect(await get(city, '/api/v1/devices', { headers: { Host } })).toMatchObject({ status: 200 })
  })

  it.each([
    { Host: 'evil.example' },
    { Host: 'localhost.evil.example' },
    { Host: '127.0.0.1.evil.example:8080' },
    { Host: '127.0.0.2' },
    { Host: 'localhost:80:80' },
    { Host: 'localhost', 'X-Forwarded-For': '127.0.0.1' },
    { Host: 'localhost', Forwarded: 'for=127.0.0.1' },
    { Host: 'localhost', 'X-Real-IP': '127.0.0.1' },
    { Host: 'localhost', Via: '1.1 proxy' },
  ])('is not %j', async headers => {
    const answered = await get(city, '/api/v1/devices', { headers })
    expect(answered).toMatchObject({ status: 401, json: { code: 'TOKEN_REQUIRED' }, headers: { 'www-authenticate': 'Bearer realm="citygate"' } })
  })

  it.each([
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['10.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['fe80::1', false],
    [undefined, false],
  ])('sits at %s: %s', (remoteAddress, expected) => {
    const request = new IncomingMessage(Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress }))
    request.headers.host = 'localhost'
    expect(fromThisMachine(request)).toBe(expected)
  })

  it('is nobody where everybody shows a token', async () => {
    expect(await get(strict, '/api/v1/devices')).toMatchObject({ status: 401 })
    expect(await get(strict, '/metrics')).toMatchObject({ status: 401 })
    expect(await get(strict, '/metrics', { token: 'cgt_pudong' })).toMatchObject({ status: 200 })
    expect(await get(strict, '/api/v1/live/tickets', { method: 'POST' })).toMatchObject({ status: 401 })
    for (const open of ['/api/v1/health', '/api/v1/settings', '/api/v1/openapi.json']) expect(await get(strict, open)).toMatchObject({ status: 200 })
  })
})

describe('a token', () => {
  const ids = async (path: string, token: string): Promise<string[]> => {
    const { json } = await get(city, path, { token })
    const { devices, features } = json as { devices?: { id: string }[]; features?: { id: string }[] }
    return (devices ?? features ?? []).map(item => item.id).sort()
  }

  it('sees its organisation, and its kind if it has one, also on this machine', async () => {
    expect(await ids('/api/v1/devices', 'cgt_pudong')).toEqual(['bus-1', 'meter-1'])
    expect(await ids('/api/v1/devices', 'cgt_pudong_meters')).toEqual(['meter-1'])
    expect(await ids('/api/v1/devices?org=minhang', 'cgt_pudong')).toEqual([])
    expect(await ids('/api/v1/live', 'cgt_minhang')).toEqual(['meter-2'])
    expect((await get(city, '/api/v1/overview', { token: 'cgt_pudong_meters' })).json).toMatchObject({
      devices: { total: 1 },
      orgs: [{ org: 'pudong', total: 1 }],
    })
  })

  it.each(['', '/latest', '/readings', '/account', '/rejected'])('gets the same 404 for others’ devices%s as for none', async rest => {
    const foreign = await get(city, `/api/v1/devices/bus-2${rest}`, { token: 'cgt_pudong' })
    const absent = await get(city, `/api/v1/devices/bus-9${rest}`, { token: 'cgt_pudong' })
    expect(foreign.status).toBe(404)
    expect(foreign.text.replaceAll('bus-2', 'bus-9')).toBe(absent.text)
    expect((await get(city, `/api/v1/devices/bus-1${rest}`, { token: 'cgt_pudong_meters' })).status).toBe(404)
    expect(city.series.asked).toEqual([])
  })

  it('reads its own', async () => {
    expect(await get(city, '/api/v1/devices/bus-1/readings', { token: 'cgt_pudong' })).toMatchObject({ status: 200 })
    city.series.asked.length = 0
  })

  it.each(['Bearer cgt_wrong', 'Bearer ', 'Bearer a b', 'Bearer __proto__', 'Basic YTpi', 'cgt_pudong', `Bearer ${'x'.repeat(600)}`])(
    'that is “%s” is refused, also on this machine',
    async Authorization => {
      const answered = await get(city, '/api/v1/devices', { headers: { Authorization } })
      expect(answered).toMatchObject({ status: 401, json: { code: 'TOKEN_INVALID' } })
      expect(answered.headers['www-authenticate']).toContain('error="invalid_token"')
      expect(answered.text).not.toContain('cgt_wrong')
    },
  )

  it('may be called bearer', async () => {
    expect(await get(city, '/api/v1/devices', { headers: { Authorization: 'bearer cgt_pudong' } })).toMatchObject({ status: 200 })
  })

  it('gets no ticket: its rights would not be in it', async () => {
    const answered = await get(city, '/api/v1/live/tickets', { method: 'POST', token: 'cgt_pudong' })
    expect(answered).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } })
  })

  it('in the address is not taken for one', async () => {
    expect(await get(strict, '/api/v1/devices?token=cgt_pudong')).toMatchObject({ status: 401 })
    expect(JSON.stringify(strict.log.lines)).not.toContain('cgt_pudong')
  })
})

describe('pages of other sites', () => {
  it.each([
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
    { Origin: 'http://localhost:1' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site', Origin: 'http://localhost' },
  ])('change nothing: %j', async headers => {
    const answered = await get(city, '/api/v1/live/tickets', { method: 'POST', headers: { Host: 'localhost', ...headers } })
    expect(answered).toMatchObject({ status: 403, json: { code: 'CROSS_ORIGIN' } })
  })

  it('but this server’s own do', async () => {
    const Host = `127.0.0.1:${city.server.port}`
    const own = { Host, Origin: `http://${Host}`, 'Sec-Fetch-Site': 'same-origin' }
    expect(await get(city, '/api/v1/live/tickets', { method: 'POST', headers: own })).toMatchObject({ status: 200 })
  })

  it('get no leave to read', async () => {
    const { headers } = await ask(city, '/api/v1/devices', { headers: { Origin: 'https://evil.example' } })
    expect(headers).not.toHaveProperty('access-control-allow-origin')
    expect(headers).toMatchObject({ 'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'nosniff' })
  })
})
