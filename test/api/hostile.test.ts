import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, get, raw } from './ask.ts'
import { type City, furnish, NOW, startCity } from './city.ts'

let city: City

beforeAll(async () => {
  city = await startCity()
  furnish(city)
})

afterAll(() => city.server.stop())

const html = { Accept: 'text/html' }

describe('addresses', () => {
  it.each([
    '/api',
    '/api/v1',
    '/api/v1/none',
    '/api/v2/devices',
    '/API/v1/devices/x/y',
    '/api/v1/devices/bus-1/none',
    '/metrics/x',
    '/assets/none.js',
    '/mqtt/x',
    '/favicon.ico',
  ])('%s is a problem, not a page', async path => {
    const answered = await ask(city, path, { headers: path === '/favicon.ico' ? {} : html })
    expect(answered).toMatchObject({ status: 404, json: { status: 404, code: 'NOT_FOUND', instance: path } })
  })

  it.each([
    ['/api/v1/devices/%zz', 'REQUEST_MALFORMED'],
    ['/api/v1/devices?q=%E0%A4', 'REQUEST_MALFORMED'],
    ['/%ff', 'REQUEST_MALFORMED'],
    ['/api/v1/devices/%00', 'QUERY_INVALID'],
    ['/api/v1/devices/..%2f..%2fetc%2fpasswd', 'QUERY_INVALID'],
    ['/api/v1/devices/a%20b', 'QUERY_INVALID'],
    [`/api/v1/devices/${'x'.repeat(65)}`, 'QUERY_INVALID'],
    ['/api/v1/devices?__proto__=1&constructor=2', 'QUERY_INVALID'],
    ['/api/v1/devices?cursor=%20', 'QUERY_INVALID'],
    ['/api/v1/devices?cursor=zz', 'QUERY_INVALID'],
    ['/api/v1/devices?kind=tram', 'QUERY_INVALID'],
    ['/api/v1/live?kinds=bus,tram', 'QUERY_INVALID'],
    ['/api/v1/rejected?before=-1', 'QUERY_INVALID'],
    ['/api/v1/kinds?x=1', 'QUERY_INVALID'],
  ])('%s is refused with 400', async (path, code) => {
    expect(await ask(city, path)).toMatchObject({ status: 400, json: { code, status: 400 } })
  })

  it('of any length get an answer', async () => {
    expect(await ask(city, `/api/v1/devices?q=${'x'.repeat(9000)}`)).toMatchObject({ status: 414, json: { code: 'URI_TOO_LONG' } })
    expect(await raw(city, `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 .*HEADERS_TOO_LARGE/s)
  })

  it('with a thousand unknown parameters do not make a large answer', async () => {
    const query = Array.from({ length: 1000 }, (_, index) => `p${index}=`).join('&')
    const { status, text } = await ask(city, `/api/v1/devices?${query}`)
    expect(status).toBe(400)
    expect(text.length).toBeLessThan(5000)
  })

  it('in absolute form are read like any other', async () => {
    expect(await raw(city, 'GET http://evil.example/api/v1/devices HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 401 /)
  })
})

describe('methods', () => {
  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'])('%s on a resource for reading is 405 with Allow', async method => {
    const answered = await ask(city, '/api/v1/kinds', { method })
    expect(answered).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, OPTIONS' }, json: { code: 'METHOD_NOT_ALLOWED' } })
  })

  it('GET on what is made is 405', async () => {
    expect(await ask(city, '/api/v1/live/tickets')).toMatchObject({ status: 405, headers: { allow: 'POST, OPTIONS' } })
  })

  it('OPTIONS tells what is possible, HEAD is GET without a body', async () => {
    expect(await ask(city, '/api/v1/kinds', { method: 'OPTIONS' })).toMatchObject({ status: 204, text: '', headers: { allow: 'GET, HEAD, OPTIONS' } })
    const head = await ask(city, '/api/v1/kinds', { method: 'HEAD' })
    expect(head).toMatchObject({ status: 200, text: '' })
    expect(Number(head.headers['content-length'])).toBeGreaterThan(100)
    expect(await ask(city, '/', { method: 'POST' })).toMatchObject({ status: 404 })
  })

  it('of no HTTP are answered and the connection closed', async () => {
    expect(await raw(city, 'NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 .*REQUEST_MALFORMED/s)
    expect(await raw(city, 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect(await raw(city, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03')).toMatch(/^HTTP\/1\.1 400 /)
  })
})

describe('bodies', () => {
  it('are bounded', async () => {
    const tickets = '/api/v1/live/tickets'
    expect(await get(city, tickets, { method: 'POST', body: '{}' })).toMatchObject({ status: 200 })
    const large = await get(city, tickets, { method: 'POST', body: 'x'.repeat(100_001) })
    expect(large).toMatchObject({ status: 413, json: { code: 'BODY_TOO_LARGE' } })
    const chunked = await get(city, tickets, { method: 'POST', body: 'x'.repeat(100_001), headers: { 'Transfer-Encoding': 'chunked' } })
    expect(chunked).toMatchObject({ status: 413 })
    const squeezed = await get(city, tickets, { method: 'POST', body: 'x', headers: { 'Content-Encoding': 'gzip' } })
    expect(squeezed).toMatchObject({ status: 415, json: { code: 'BODY_UNREADABLE' } })
  })

  it('of a GET are refused, and the connection with them', async () => {
    const got = await raw(city, 'GET /api/v1/kinds HTTP/1.1\r\nHost: localhost\r\nContent-Length: 37\r\n\r\nGET /api/v1/devices HTTP/1.1\r\nHost: x\r\n')
    expect(got).toMatch(/^HTTP\/1\.1 400 .*Connection: close.*takes no body/s)
    expect(got.match(/HTTP\/1\.1/g)).toHaveLength(1)
  })
})

describe('many at a time', () => {
  it('are bounded, and health answers all the same', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<readonly never[]>()
    const enough = Promise.withResolvers<void>()
    city.series.answer = () => {
      if (city.series.asked.length === 256) enough.resolve()
      return held
    }
    city.series.asked.length = 0
    const waiting = Array.from({ length: 256 }, () => ask(city, '/api/v1/devices/bus-1/readings'))
    await enough.promise
    expect(await get(city, '/api/v1/kinds')).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, json: { code: 'BUSY' } })
    expect(await get(city, '/api/v1/health')).toMatchObject({ status: 200 })
    release([])
    expect((await Promise.all(waiting)).every(answered => answered.status === 200)).toBe(true)
    expect(await get(city, '/api/v1/kinds')).toMatchObject({ status: 200 })
  })

  it('that stop reading a long answer halfway disturb nobody', async () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => ({ at: NOW - index, values: { route: `${index}`.repeat(20) } }))
    city.series.answer = () => rows
    for (const encoding of ['identity', 'gzip']) {
      const socket = connect(city.server.port, '127.0.0.1')
      socket.write(`GET /api/v1/devices/bus-1/readings HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: ${encoding}\r\n\r\n`)
      await once(socket, 'data')
      socket.resetAndDestroy()
    }
    const whole = await get(city, '/api/v1/devices/bus-1/readings')
    expect((whole.json as { rows: object[] }).rows).toHaveLength(10_000)
    expect(city.log.lines.filter(line => line.level === 'warn' || line.level === 'error')).toEqual([])
  })

  it('that go away halfway give their place back', async () => {
    const asked = Promise.withResolvers<void>()
    const { promise: held, resolve: release } = Promise.withResolvers<readonly never[]>()
    city.series.answer = () => {
      asked.resolve()
      return held
    }
    const socket = connect(city.server.port, '127.0.0.1')
    socket.write('GET /api/v1/devices/bus-1/readings HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await asked.promise
    socket.destroy()
    release([])
    expect(await get(city, '/api/v1/devices')).toMatchObject({ status: 200 })
  })
})
