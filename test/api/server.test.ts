import { once } from 'node:events'
import { createConnection } from 'node:net'
import { describe, expect, it } from 'vitest'
import { HttpServer } from '../../gateway/api/http-server.ts'
import { ask, raw } from './ask.ts'
import { type City, furnish, startCity } from './city.ts'

async function withCity(changes: Parameters<typeof startCity>[0], body: (city: City) => Promise<void>): Promise<void> {
  const city = await startCity(changes)
  furnish(city)
  try {
    await body(city)
  } finally {
    await city.server.stop()
  }
}

const handshake = (path: string, headers = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: localhost:80\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`

describe('starting and stopping', () => {
  it('says who has the port', async () => {
    await withCity({}, async city => {
      const second = new HttpServer({ ...city.options, port: city.server.port })
      await expect(second.start()).rejects.toMatchObject({ code: 'PORT_IN_USE', message: expect.stringContaining(String(city.server.port)) })
      await second.stop()
    })
  })

  it('says when this machine has no such address', async () => {
    await withCity({}, async city => {
      await expect(new HttpServer({ ...city.options, host: '192.0.2.1', port: 0 }).start()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    })
  })

  it('stops at once with idle and upgraded connections open, and starts again', async () => {
    const city = await startCity({ upgrade: (_request, socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n') })
    const { port } = city.server
    const idle = createConnection(port, '127.0.0.1')
    const upgraded = createConnection(port, '127.0.0.1')
    upgraded.write(handshake('/mqtt'))
    await Promise.all([once(idle, 'connect'), once(upgraded, 'data')])
    const closed = Promise.all([once(idle, 'close'), once(upgraded, 'close')])
    const startedAt = performance.now()
    await city.server.stop()
    expect(performance.now() - startedAt).toBeLessThan(1000)
    await closed
    expect(city.server.port).toBe(0)
    await city.server.start()
    expect(await ask(city, '/api/v1/kinds')).toMatchObject({ status: 200 })
    await city.server.stop()
  })

  it('lets an answer under way finish, but does not wait for ever', async () => {
    const city = await startCity()
    furnish(city)
    const { promise: held, resolve: release } = Promise.withResolvers<readonly never[]>()
    const asked = Promise.withResolvers<void>()
    city.series.answer = () => {
      asked.resolve()
      return held
    }
    const answered = ask(city, '/api/v1/devices/bus-1/readings')
    await asked.promise
    const stopped = city.server.stop()
    release([])
    expect(await answered).toMatchObject({ status: 200 })
    await stopped

    await city.server.start()
    city.series.answer = () => new Promise(() => undefined)
    const never = ask(city, '/api/v1/devices/bus-1/readings')
    const refused = expect(never).rejects.toThrow()
    await expect.poll(() => city.series.asked.length).toBe(2)
    const startedAt = performance.now()
    await city.server.stop()
    expect(performance.now() - startedAt).toBeLessThan(4000)
    await refused
  })
})

describe('WebSocket handshakes', () => {
  it.each(['', 'Origin: http://localhost\r\n', 'Origin: http://localhost:80\r\n'])('reach the broker at /mqtt (%j)', async headers => {
    await withCity({}, async city => expect(await raw(city, handshake('/mqtt', headers))).toMatch(/^HTTP\/1\.1 101 /))
  })

  it.each([
    ['/', '', 404],
    ['/mqtt/', '', 404],
    ['/api/v1/devices', '', 404],
    ['/mqtt', 'Origin: https://evil.example\r\n', 403],
    ['/mqtt', 'Origin: http://localhost:81\r\n', 403],
    ['/mqtt', 'Origin: null\r\n', 403],
    ['/mqtt', 'Origin: file://localhost\r\n', 403],
  ])('at %s with %j are refused with %i', async (path, headers, status) => {
    await withCity({ upgrade: () => expect.unreachable('was let through') }, async city => {
      const got = await raw(city, handshake(path, headers))
      expect(got).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*Connection: close.*application/problem\\+json`, 's'))
    })
  })

  it('that fault are answered, and the server goes on', async () => {
    const upgrade = (): never => {
      throw new Error('secret of the inside')
    }
    await withCity({ upgrade }, async city => {
      const got = await raw(city, handshake('/mqtt'))
      expect(got).toMatch(/^HTTP\/1\.1 500 /)
      expect(got).not.toContain('secret of the inside')
      expect(await ask(city, '/api/v1/kinds')).toMatchObject({ status: 200 })
    })
  })

  it('that break off do not disturb', async () => {
    await withCity({}, async city => {
      const socket = createConnection(city.server.port, '127.0.0.1')
      socket.write(handshake('/none'))
      socket.resetAndDestroy()
      await once(socket, 'close')
      expect(await ask(city, '/api/v1/kinds')).toMatchObject({ status: 200 })
    })
  })

  it('are asked for with a plain GET in vain', async () => {
    await withCity({}, async city => expect(await ask(city, '/mqtt')).toMatchObject({ status: 426, headers: { upgrade: 'websocket' } }))
  })

  it('are not what curl --http2 asks for: it gets its answer', async () => {
    await withCity({}, async city => {
      const headers = { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABk' }
      expect(await ask(city, '/api/v1/kinds', { headers })).toMatchObject({ status: 200 })
    })
  })
})
