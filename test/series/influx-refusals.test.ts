import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { influxAddress } from '../../gateway/series/influx-address.ts'
import { InfluxConnection } from '../../gateway/series/influx-connection.ts'
import { InfluxSeries } from '../../gateway/series/influx-series.ts'
import { startInfluxd } from '../support/influxd.ts'
import { keptLog, kinds, never, reading, T0 } from './town.ts'

const servers: Server[] = []
const stores: InfluxSeries[] = []

afterEach(async () => {
  for (const store of stores.splice(0)) await store.stop()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
})

function make(url: string, credentials: { readonly username?: string; readonly password?: string } = {}): InfluxSeries {
  const store = new InfluxSeries({ url, database: 'city', retentionDays: 90, kinds, log: keptLog(), ...credentials })
  stores.push(store)
  return store
}

/** A server that is not InfluxDB, for the answers a real one gives only in bad times. */
async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
}

const one = [reading({ device: 'd', values: { speed: 1 } })]

test('a wrong password is retryable, says what to check and never shows a secret; the right one works, also in the URL', async () => {
  const administrator = { username: 'admin', password: 'correct horse' }
  const influxd = await startInfluxd({ administrator })
  try {
    for (const wrong of [
      make(influxd.url, { username: 'admin', password: 'secret-guess' }),
      make(influxd.url.replace('//', '//admin:secret-guess@')),
      make(influxd.url),
    ]) {
      const error: unknown = await wrong.write(one, never).catch((caught: unknown) => caught)
      expect(error).toMatchObject({
        code: 'SERIES_REFUSED',
        retryable: true,
        message: expect.stringMatching(/refused the credentials .*check the user, the password/),
      })
      expect(`${String(error)}${JSON.stringify(error)}${wrong.description}`).not.toContain('secret-guess')
      await expect(wrong.start()).rejects.toMatchObject({ code: 'SERIES_REFUSED', retryable: true })
    }
    const right = make(influxd.url, administrator)
    await right.start()
    await right.write(one, never)
    const inUrl = make(influxd.url.replace('//', '//admin:correct%20horse@'))
    expect(await inUrl.read({ device: 'd', kind: 'bus', from: T0, to: T0 + 1, limit: 1 })).toEqual([{ at: T0, values: { speed: 1 } }])
  } finally {
    await influxd.stop()
  }
})

test.each(['influx:8086', 'ftp://influx', '', 'http://'])('%j is refused as a URL', url => {
  expect(() => make(url)).toThrow(/should look like http:\/\/influx:8086/)
})

test('a host that is not there is unreachable', async () => {
  await expect(make('http://no-such-host.invalid:8086').start()).rejects.toMatchObject({
    code: 'SERIES_UNREACHABLE',
    retryable: true,
    message: expect.stringMatching(/no-such-host\.invalid:8086/),
  })
})

describe('a server', () => {
  test('that is no InfluxDB is unreachable, whatever it says', async () => {
    for (const status of [200, 404, 502]) {
      const url = await serving((_, response) => response.writeHead(status).end('<html>It works!</html>'))
      await expect(make(url).start()).rejects.toMatchObject({ retryable: true })
    }
  })

  test('that does not answer in time is unreachable', async () => {
    const url = await serving(() => undefined)
    const connection = new InfluxConnection(influxAddress(url), { answerMs: 100 })
    await expect(connection.request({ method: 'GET', path: '/ping' })).rejects.toMatchObject({
      code: 'SERIES_UNREACHABLE',
      message: expect.stringMatching(/did not answer within 0\.1 s/),
    })
    await connection.close()
  })

  test('that takes connections and says nothing does not hold a start for long', async () => {
    const url = await serving(() => undefined)
    const from = performance.now()
    await expect(make(url).start()).rejects.toMatchObject({ code: 'SERIES_UNREACHABLE', retryable: true })
    expect(performance.now() - from).toBeLessThan(5_000)
  })

  test('that does not answer is left when the writer gives up', async () => {
    const arrived = Promise.withResolvers<void>()
    const url = await serving((request, response) => {
      if (request.url?.startsWith('/query')) response.end('{"results":[{"statement_id":0}]}')
      else arrived.resolve()
    })
    const controller = new AbortController()
    const failed = expect(make(url).write(one, controller.signal)).rejects.toMatchObject({ code: 'STOPPED', retryable: true })
    await arrived.promise
    controller.abort()
    await failed
  })

  test('that takes only small requests gets them', async () => {
    const lines = new Set<string>()
    const url = await serving((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      request.on('end', () => {
        if (request.url?.startsWith('/query')) return response.end('{"results":[{"statement_id":0}]}')
        const sent = body.trimEnd().split('\n')
        if (sent.length > 100) return response.writeHead(413).end('{"error":"Request Entity Too Large"}')
        for (const line of sent) lines.add(line)
        return response.writeHead(204).end()
      })
    })
    await make(url).write(
      Array.from({ length: 1_000 }, (_, index) => reading({ device: 'd', at: T0 + index, values: { speed: index } })),
      never,
    )
    expect(lines.size).toBe(1_000)
  })

  test.each([
    [400, 'partial write: max-series-per-database limit exceeded: (1000000) dropped=1', 'SERIES_WRITE_FAILED'],
    [500, 'engine: cache-max-memory-size exceeded', 'SERIES_UNREACHABLE'],
    [503, 'timeout', 'SERIES_UNREACHABLE'],
  ])('that is at its limit (%i %s) keeps the readings waiting', async (status, message, code) => {
    const url = await serving((request, response) => {
      request.resume()
      if (request.url?.startsWith('/query')) response.end('{"results":[{"statement_id":0}]}')
      else response.writeHead(status).end(JSON.stringify({ error: message }))
    })
    await expect(make(url).write(one, never)).rejects.toMatchObject({ code, retryable: true, message: expect.stringContaining(message) })
  })
})
