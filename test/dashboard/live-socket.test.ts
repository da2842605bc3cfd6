import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { Aedes } from 'aedes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { type LiveSocket, mqttOpener } from '../../dashboard/live/live-socket.ts'

/** The page's own MQTT against a real broker (Aedes) over a real WebSocket. */
describe('the live socket', () => {
  let broker: Aedes
  let server: Server
  let streams: Set<Duplex>
  let socket: LiveSocket | undefined

  beforeEach(async () => {
    streams = new Set()
    broker = await Aedes.createBroker({ authenticate: (_client, name, password, done) => done(null, name === 'live' && String(password) === 'ticket') })
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: offered => (offered.has('mqtt') ? 'mqtt' : false) })
    server = createServer()
    server.on('upgrade', (request, raw, head) => {
      streams.add(raw)
      if (request.url === '/silent') return
      sockets.handleUpgrade(request, raw, head, webSocket => {
        const stream = createWebSocketStream(webSocket)
        stream.on('error', () => stream.destroy())
        streams.add(stream)
        broker.handle(stream, request)
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  })
  afterEach(async () => {
    socket?.close()
    socket = undefined
    for (const stream of streams) stream.destroy()
    await new Promise<void>(resolve => broker.close(resolve))
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })

  const opener = (password = 'ticket', path = '/mqtt', more: { readonly connectMs?: number } = {}) =>
    mqttOpener({
      url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
      ticket: async () => ({ username: 'live', password, org: 'pudong' }),
      ...more,
    })
  const publish = (topic: string, payload: Buffer) =>
    new Promise<void>((resolve, reject) =>
      broker.publish({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false }, error => (error ? reject(error) : resolve())),
    )

  it('hears what it subscribed to, and no more what it gave up', async () => {
    const tiles: [string, string][] = []
    let heard = 0
    socket = await opener()({
      onTile: (topic, payload) => tiles.push([topic, Buffer.from(payload).toString()]),
      onHeard: () => heard++,
      onClose: () => undefined,
    })
    expect(socket.org).toBe('pudong')
    socket.subscribe(['live/v1/pudong/w/#', 'live/v1/pudong/x/+'])
    await expect
      .poll(async () => {
        await publish('live/v1/pudong/x/1', Buffer.from('a'))
        return tiles.length
      })
      .toBeGreaterThan(0)
    tiles.length = 0
    await publish('live/v1/pudong/w/t/w', Buffer.from('大'.repeat(5_000)))
    await publish('live/v1/other/w/t/w', Buffer.from('not mine'))
    await expect.poll(() => tiles.filter(([topic]) => topic.endsWith('/w'))).toEqual([['live/v1/pudong/w/t/w', '大'.repeat(5_000)]])
    socket.unsubscribe(['live/v1/pudong/w/#'])
    const before = heard
    socket.ping()
    // The answer to the ping comes behind that to the end of the subscription.
    await expect.poll(() => heard).toBeGreaterThan(before + 1)
    tiles.length = 0
    await publish('live/v1/pudong/w/t/w', Buffer.from('too late'))
    await publish('live/v1/pudong/x/1', Buffer.from('still mine'))
    await expect.poll(() => tiles).toEqual([['live/v1/pudong/x/1', 'still mine']])
  })

  it('rejects when the broker does not take the ticket', async () => {
    await expect(opener('wrong')({ onTile: () => undefined, onHeard: () => undefined, onClose: () => undefined })).rejects.toThrow(/refused|closed/)
  })

  it('rejects when nobody answers', async () => {
    await expect(
      opener('ticket', '/silent', { connectMs: 300 })({ onTile: () => undefined, onHeard: () => undefined, onClose: () => undefined }),
    ).rejects.toThrow('does not answer')
  })

  it('tells once that the broker is gone', async () => {
    let closed = 0
    socket = await opener()({ onTile: () => undefined, onHeard: () => undefined, onClose: () => closed++ })
    for (const stream of streams) stream.destroy()
    await expect.poll(() => closed).toBe(1)
    socket.close()
    expect(closed).toBe(1)
  })
})
