import { afterEach, describe, expect, test } from 'vitest'
import type { BrokerFixtureOptions, Fixture } from './fixture.ts'
import { connectPacket, publishPacket, run, startBroker, until } from './fixture.ts'

let fixture: Fixture
afterEach(() => fixture.close())

describe.each(['on', 'off'] as const)('with the lane %s:', lane => {
  const start = (options: BrokerFixtureOptions = {}): Promise<Fixture> => startBroker({ lane, ...options })

  test('a 10 MB payload is refused by its header, the connection closed, and nobody else is disturbed', async () => {
    fixture = await start()
    const other = await fixture.device('bus-2')
    const client = await fixture.raw()
    await client.signIn('bus-1')
    // Its first bytes only: nobody waits for the rest.
    client.send(publishPacket('up/bus-1/telemetry', Buffer.alloc(10 * 1024 * 1024), 1, 1).subarray(0, 100))
    await until(() => client.closed)
    expect(fixture.journal.frames).toHaveLength(0)
    expect(fixture.broker.stats().refused.TOO_LARGE).toBe(1)
    expect(fixture.log.lines.filter(line => line.message.includes('longer than allowed'))).toHaveLength(1)
    await other.publishAsync('up/bus-2/telemetry', 'fine', { qos: 1 })
    expect(fixture.journal.frames).toHaveLength(1)
  })

  test('the payload limit is exact', async () => {
    fixture = await start({ limits: { payloadBytes: 5_000 } })
    const client = await fixture.device('bus-1')
    await client.publishAsync('up/bus-1/telemetry', Buffer.alloc(5_000), { qos: 1 })
    expect(fixture.journal.frames).toHaveLength(1)
    client.publish('up/bus-1/telemetry', Buffer.alloc(5_001), { qos: 1 })
    await until(() => !client.connected)
    expect(fixture.journal.frames).toHaveLength(1)
    expect(fixture.broker.stats().refused.TOO_LARGE).toBe(1)
  })

  test('a 10 MB payload of mosquitto_pub and one over WebSocket are refused too', async () => {
    fixture = await start()
    const published = await run(
      'mosquitto_pub',
      ['-p', String(fixture.broker.port), '-u', 'bus-1', '-P', 'secret-bus-1', '-q', '1', '-t', 'up/bus-1/telemetry', '-s'],
      'x'.repeat(10_000_000),
    ).done
    expect(published.code).not.toBe(0)
    const { connectAsync } = await import('mqtt')
    const client = await connectAsync(await fixture.webSocketUrl(), { username: 'bus-1', password: 'secret-bus-1', reconnectPeriod: 0 })
    client.on('error', () => undefined)
    client.publish('up/bus-1/telemetry', Buffer.alloc(10_000_000), { qos: 1 })
    await until(() => !client.connected)
    client.end(true)
    expect(fixture.journal.frames).toHaveLength(0)
    expect(fixture.broker.stats().refused.TOO_LARGE).toBe(2)
  })

  test.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), 'NOT_MQTT'],
    ['a TLS hello', Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0]), 'NOT_MQTT'],
    ['zeros', Buffer.alloc(64), 'NOT_MQTT'],
    ['a publish before the sign-in', publishPacket('up/bus-1/telemetry', 'x'), 'NOT_MQTT'],
    ['a CONNECT of another protocol', Buffer.from([0x10, 12, 0, 4, ...Buffer.from('XMPP'), 4, 2, 0, 0, 0, 0]), 'MALFORMED'],
    ['a CONNECT that is cut inside', Buffer.from([0x10, 4, 0, 4, 77, 81]), 'MALFORMED'],
    ['a CONNECT of 2 MB', Buffer.from([0x10, 0x80, 0x80, 0x7f]), 'TOO_LARGE'],
  ] as const)('%s on the MQTT port: closed, counted, logged once', async (_name, bytes, reason) => {
    fixture = await start()
    for (let attempt = 0; attempt < 3; attempt++) {
      const client = await fixture.raw()
      client.send(bytes)
      await until(() => client.closed)
      expect(client.received).toHaveLength(0)
    }
    expect(fixture.broker.stats().refused[reason]).toBe(3)
    expect(fixture.log.lines.filter(line => 'reason' in line.fields && line.fields.reason === reason)).toHaveLength(1)
    expect(fixture.broker.stats().connections).toBe(0)
  })

  test.each([
    ['a second CONNECT', connectPacket({ username: 'bus-1', password: 'secret-bus-1', client: 'c', clean: true, keepalive: 0 })],
    ['a PUBLISH of QoS 3', Buffer.from([0x36, 4, 0, 1, 97, 1])],
    ['a PUBLISH whose topic does not fit', Buffer.from([0x32, 3, 0, 99, 97])],
    ['a PUBLISH with message id 0', publishPacket('up/bus-1/telemetry', 'x', 1, 0)],
    ['a PUBREL of wrong length', Buffer.from([0x62, 1, 0])],
    ['a SUBSCRIBE with wrong flags', Buffer.from([0x80, 6, 0, 1, 0, 1, 97, 0])],
    ['a SUBSCRIBE without filters', Buffer.from([0x82, 2, 0, 1])],
    ['an unknown packet type', Buffer.from([0xf0, 0])],
  ])('%s closes the connection', async (_name, bytes) => {
    fixture = await start()
    const client = await fixture.raw()
    await client.signIn('bus-1')
    client.send(bytes)
    await until(() => client.closed)
    expect(fixture.journal.frames).toHaveLength(0)
  })

  test('a CONNECT that trickles is closed when its time is up, and so is silence', async () => {
    fixture = await start({ limits: { connectTimeoutMs: 300 } })
    const slow = await fixture.raw()
    const silent = await fixture.raw()
    const bytes = connectPacket({ username: 'bus-1', password: 'secret-bus-1', client: 'c', clean: true, keepalive: 0 })
    let at = 0
    const trickle = setInterval(() => slow.send(bytes.subarray(at, ++at)), 50)
    await until(() => slow.closed && silent.closed)
    clearInterval(trickle)
    expect(fixture.broker.stats()).toMatchObject({ connections: 0, refused: { CONNECT_TIMEOUT: 2 } })
  })

  test('no more connections than allowed; when one leaves, one may come', async () => {
    fixture = await start({ limits: { connections: 2 } })
    const first = await fixture.device('bus-1')
    await fixture.device('bus-2')
    const third = await fixture.raw()
    await until(() => third.closed)
    expect(fixture.broker.stats().refused.TOO_MANY_CONNECTIONS).toBe(1)
    await first.endAsync()
    await until(() => fixture.broker.stats().connections === 1)
    await fixture.device('dtu-1')
  })

  test('a client that keeps silent longer than its keep-alive allows is closed; one that pings is not', async () => {
    fixture = await start()
    const silent = await fixture.raw()
    const lively = await fixture.raw()
    await silent.signIn('bus-1', { keepalive: 1 })
    await lively.signIn('bus-2', { keepalive: 1 })
    const pings = setInterval(() => lively.send([0xc0, 0]), 400)
    await until(() => silent.closed)
    expect(lively.closed).toBe(false)
    clearInterval(pings)
    expect(lively.received.subarray(0, 2)).toEqual(Buffer.from([0xd0, 0]))
    expect(fixture.broker.stats().refused.KEEPALIVE_MISSED).toBe(1)
  })

  test('QoS 2 publishes without PUBREL are bounded', async () => {
    fixture = await start({ limits: { handshakesPerClient: 10 } })
    const client = await fixture.raw()
    await client.signIn('bus-1')
    for (let id = 1; id <= 11; id++) client.send(publishPacket('up/bus-1/telemetry', 'x', 2, id))
    await until(() => client.closed)
    expect(fixture.journal.frames).toHaveLength(10)
    expect(fixture.broker.stats().refused.TOO_MANY_HANDSHAKES).toBe(1)
  })

  test('a client that pings and never reads does not fill the memory', async () => {
    fixture = await start({ limits: { outboundBytesPerClient: 64 * 1024 } })
    const client = await fixture.raw()
    await client.signIn('bus-1')
    client.socket.pause()
    const pings = Buffer.alloc(200_000, Buffer.from([0xc0, 0]))
    while (!client.closed && fixture.broker.stats().refused.SLOW_CONSUMER === 0) {
      if (client.socket.writableLength < 1_000_000) client.socket.write(pings)
      await new Promise(resolve => setImmediate(resolve))
    }
    expect(fixture.broker.stats().refused.SLOW_CONSUMER).toBe(1)
  })
})
