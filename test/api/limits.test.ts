import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { ClientAddresses } from '../../gateway/api/client-address.ts'
import { HttpConnections } from '../../gateway/api/http-connections.ts'
import { RequestPace } from '../../gateway/api/request-pace.ts'
import { AddressSet } from '../../gateway/model/address-set.ts'
import { ask } from './ask.ts'
import { type City, furnish, NOW, startCity } from './city.ts'

let city: City
const opened: Socket[] = []
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy()
  await city.server.stop()
})

describe('requests that come too fast', () => {
  let now = 0
  const paced = async (limits: { perToken: number; perAddress: number }): Promise<City> => {
    now = 0
    city = await startCity({ pace: new RequestPace(limits, () => now) })
    furnish(city)
    return city
  }

  it('of a token are answered with 429 and when to try again; another token and the operator notice nothing', async () => {
    await paced({ perToken: 2, perAddress: 1_000 })
    for (let n = 0; n < 4; n++) expect((await ask(city, '/api/v1/devices', { token: 'cgt_pudong' })).status).toBe(200)
    const refused = await ask(city, '/api/v1/devices', { token: 'cgt_pudong' })
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '1' }, json: { code: 'TOO_MANY_REQUESTS' } })
    expect(refused.text).not.toContain('cgt_pudong')
    expect((await ask(city, '/api/v1/devices', { token: 'cgt_minhang' })).status).toBe(200)
    expect((await ask(city, '/api/v1/devices')).status).toBe(200)
    now += 500
    expect((await ask(city, '/api/v1/devices', { token: 'cgt_pudong' })).status).toBe(200)
  })

  it('of an address are bounded with whatever tokens they come, and health answers all the same', async () => {
    await paced({ perToken: 1_000, perAddress: 2 })
    for (let n = 0; n < 4; n++) expect((await ask(city, '/api/v1/kinds', { token: `guess-${n}` })).status).toBe(401)
    expect((await ask(city, '/api/v1/kinds', { token: 'guess-4' })).status).toBe(429)
    expect((await ask(city, '/')).status).toBe(429)
    expect((await ask(city, '/api/v1/health')).status).toBe(200)
    expect(city.options.pace.refused).toEqual({ token: 0, address: 2 })
  })

  it('with a token that is not known use up nothing of one that is', async () => {
    await paced({ perToken: 1, perAddress: 1_000 })
    for (let n = 0; n < 10; n++) await ask(city, '/api/v1/kinds', { token: 'tok-wrong' })
    expect((await ask(city, '/api/v1/kinds', { token: 'cgt_pudong' })).status).toBe(200)
  })
})

describe('connections of one address', () => {
  it('are bounded; who is in stays in, and a place that gets free is taken', async () => {
    city = await startCity({ connections: new HttpConnections({ all: 100, perAddress: 2 }) })
    const dial = async (): Promise<Socket> => {
      const socket = connect(city.server.port, '127.0.0.1')
      opened.push(socket)
      await once(socket, 'connect')
      return socket
    }
    const first = await dial()
    const second = await dial()
    await expect.poll(() => city.options.connections.figures.open).toBe(2)
    await once((await dial()).resume(), 'close')
    expect(city.options.connections.figures).toEqual({ open: 2, ofOneAddress: 2, refused: { all: 0, address: 1 } })
    first.write('GET /api/v1/kinds HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect(String((await once(first, 'data'))[0])).toContain('HTTP/1.1 200')
    second.destroy()
    await expect.poll(() => city.options.connections.figures.open).toBe(1)
    expect((await ask(city, '/api/v1/kinds')).status).toBe(200)
  })

  it('are not counted for a proxy that is trusted', async () => {
    city = await startCity({ connections: new HttpConnections({ all: 100, perAddress: 1 }), clients: new ClientAddresses(new AddressSet(['127.0.0.1'])) })
    const held = connect(city.server.port, '127.0.0.1')
    opened.push(held)
    await once(held, 'connect')
    await expect.poll(() => city.options.connections.figures.open).toBe(1)
    expect((await ask(city, '/api/v1/health')).status).toBe(200)
  })
})

describe('an answer with readings', () => {
  const rows = Array.from({ length: 100 }, (_, n) => ({
    at: NOW - 100_000 + Math.floor(n / 2) * 1_000,
    values: { route: String(n).padStart(3, '0').repeat(100) },
  }))

  async function everything(order: 'asc' | 'desc', format: 'json' | 'csv'): Promise<{ readonly pages: number; readonly routes: string[] }> {
    const routes: string[] = []
    let next: string | undefined = `/api/v1/devices/bus-1/readings?from=-1h&to=now&order=${order}&format=${format}`
    let pages = 0
    while (next !== undefined && pages < 100) {
      const answered = await ask(city, next)
      expect(answered.status).toBe(200)
      expect(answered.text.length).toBeLessThan(6_000)
      pages++
      routes.push(...[...answered.text.matchAll(/\d{300}/g)].map(([text]) => text.slice(0, 3)))
      const link = /<([^>]+)>; rel="next"/.exec(String(answered.headers.link ?? ''))
      next = link?.[1]
    }
    return { pages, routes }
  }

  it.each([
    ['asc', 'json'],
    ['desc', 'json'],
    ['asc', 'csv'],
    ['desc', 'csv'],
  ] as const)('is cut to so many bytes (%s, %s), and its pages hold every row once', async (order, format) => {
    city = await startCity({ exports: { rows: 10_000, bytes: 3_000 } })
    furnish(city)
    city.series.answer = query => {
      const within = rows.filter(row => row.at >= query.from && row.at < query.to)
      return (query.newestFirst ? within.toReversed() : within).slice(0, query.limit)
    }
    const { pages, routes } = await everything(order, format)
    expect(pages).toBeGreaterThan(8)
    expect([...routes].sort()).toEqual(rows.map((_, n) => String(n).padStart(3, '0')))
  })

  it('holds no more rows than are allowed', async () => {
    city = await startCity({ exports: { rows: 10, bytes: 1_000_000 } })
    furnish(city)
    expect(await ask(city, '/api/v1/devices/bus-1/readings?limit=11')).toMatchObject({ status: 400 })
    city.series.answer = query => rows.slice(0, query.limit)
    const answered = await ask(city, '/api/v1/devices/bus-1/readings')
    expect(answered).toMatchObject({ status: 200, json: { truncated: true, limit: 10 } })
  })
})

it('the operator sees every limit, a token does not', async () => {
  city = await startCity()
  expect(await ask(city, '/api/v1/limits')).toMatchObject({
    status: 200,
    json: { limits: [{ setting: 'limits.connections', most: 20_000, inUse: 3, beyond: 0 }], contested: [], people: { lockedNames: 1, locks: 2, refused: 3 } },
  })
  expect((await ask(city, '/api/v1/limits', { token: 'cgt_pudong' })).status).toBe(403)
})
