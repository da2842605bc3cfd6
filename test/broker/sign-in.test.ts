import { createServer } from 'node:net'
import { connectAsync } from 'mqtt'
import { afterEach, describe, expect, test } from 'vitest'
import { Broker } from '../../gateway/broker/broker.ts'
import type { BrokerFixtureOptions, Fixture } from './fixture.ts'
import { connectPacket, device, publishPacket, run, startBroker, TestDirectory, TestLog, until } from './fixture.ts'
import { MockJournal } from './mock-journal.ts'

let fixture: Fixture
afterEach(() => fixture.close())

describe.each(['on', 'off'] as const)('with the lane %s:', lane => {
  const start = (options: BrokerFixtureOptions = {}): Promise<Fixture> => startBroker({ lane, ...options })

  async function connack(of: { username: string; password: string; client?: string; clean?: boolean }): Promise<number | undefined> {
    const raw = await fixture.raw()
    raw.send(connectPacket({ client: 'c', clean: true, keepalive: 0, ...of }))
    await until(() => raw.received.length >= 4)
    return raw.received[3]
  }

  test('who may come in, and how the others are told', async () => {
    fixture = await start()
    expect(await connack({ username: 'bus-1', password: 'secret-bus-1' })).toBe(0)
    expect(await connack({ username: 'token', password: 'tok-bus' })).toBe(0)
    expect(await connack({ username: 'anything', password: 'tok-bus' })).toBe(0)
    expect(await connack({ username: 'live', password: 'ticket-1' })).toBe(0)
    expect(await connack({ username: 'bus-1', password: 'secret-bus-2' })).toBe(4)
    expect(await connack({ username: 'live', password: 'ticket-0' })).toBe(4)
    expect(await connack({ username: 'token', password: 'tok-none' })).toBe(4)
    expect(await connack({ username: 'bus-99', password: 'secret-bus-99' })).toBe(4)
    expect(await connack({ username: '', password: '' })).toBe(5)
    expect(await connack({ username: 'bus-1', password: 'secret-bus-1', client: '', clean: true })).toBe(0)
    expect(await connack({ username: 'bus-1', password: 'secret-bus-1', client: '', clean: false })).toBe(2)
    expect(await connack({ username: 'bus-1', password: 'secret-bus-1', client: 'x'.repeat(129) })).toBe(2)
    expect(fixture.broker.stats()).toMatchObject({
      signInsDevice: 2,
      signInsToken: 2,
      signInsPerson: 1,
      refused: { CREDENTIALS_WRONG: 4, DEVICE_UNKNOWN: 1, CLIENT_ID_INVALID: 2 },
    })
    const logged = JSON.stringify(fixture.log.lines)
    for (const secret of ['secret-', 'ticket-', 'tok-']) expect(logged).not.toContain(secret)
  })

  test('the log tells a device that nobody added from a wrong secret; the client hears the same of both, and no secret is written down', async () => {
    let now = 1_000_000
    fixture = await start({ now: () => now })
    const secret = 'v1KxjkNNW7wriCqsJ7ty9O1I57kFqfQTGJTJm7k7kc0'
    expect(await connack({ username: 'bus-0417', password: 'a secret of somewhere else' })).toBe(4)
    expect(await connack({ username: 'bus-1', password: 'a secret of somewhere else' })).toBe(4)
    expect(await connack({ username: 'token', password: secret })).toBe(4)
    expect(await connack({ username: 'erp', password: 'cgt_0123456789ab_gone' })).toBe(4)
    expect(fixture.broker.stats().refused).toMatchObject({ DEVICE_UNKNOWN: 1, CREDENTIALS_WRONG: 3 })
    now += 60_000
    expect(await connack({ username: secret, password: 'bus-1' })).toBe(4)
    const logged = fixture.log.lines.map(line => line.message)
    expect(logged).toContainEqual(expect.stringContaining('no device "bus-0417" is registered'))
    expect(logged).toContainEqual(expect.stringContaining('neither the secret of device "bus-1" nor a token'))
    expect(logged).toContainEqual(expect.stringContaining(`no device "${secret.slice(0, 6)}…" is registered`))
    expect(JSON.stringify(fixture.log.lines)).not.toContain(secret)
  })

  test('refusals are logged once for a reason, and counted always', async () => {
    let now = 1_000_000
    fixture = await start({ now: () => now, limits: { wrongSignIns: 100 } })
    for (let attempt = 0; attempt < 20; attempt++) expect(await connack({ username: 'bus-1', password: 'wrong' })).toBe(4)
    const lines = (): object[] => fixture.log.lines.filter(line => 'reason' in line.fields && line.fields.reason === 'CREDENTIALS_WRONG')
    expect(lines()).toHaveLength(1)
    expect(fixture.broker.stats().refused.CREDENTIALS_WRONG).toBe(20)
    now += 60_000
    await connack({ username: 'bus-1', password: 'wrong' })
    expect(lines()).toHaveLength(2)
    expect(lines()[1]).toMatchObject({ fields: { sameReasonNotLogged: 19 } })
  })

  test('mosquitto_pub with a wrong secret is told so, and MQTT 5 is told its version is not spoken', async () => {
    fixture = await start()
    const base = ['-p', String(fixture.broker.port), '-u', 'bus-1', '-t', 'up/bus-1/telemetry', '-m', 'x']
    const wrong = await run('mosquitto_pub', [...base, '-P', 'wrong']).done
    expect(wrong.code).not.toBe(0)
    expect(wrong.output).toMatch(/bad user name or password/i)
    const newer = await run('mosquitto_pub', [...base, '-P', 'secret-bus-1', '-V', '5']).done
    expect(newer.code).not.toBe(0)
    expect(fixture.broker.stats().refused).toMatchObject({ CREDENTIALS_WRONG: 1, PROTOCOL_VERSION: 1 })
    expect(fixture.journal.frames).toHaveLength(0)
  })

  test('a device that is removed, and a token that is, are disconnected; others stay', async () => {
    fixture = await start()
    const gone = await fixture.device('bus-1')
    const stays = await fixture.device('bus-2')
    const token = await fixture.token('tok-bus')
    fixture.directory.remove('bus-1')
    await until(() => !gone.connected)
    fixture.revoked.add('tok-bus')
    await until(() => !token.connected)
    expect(stays.connected).toBe(true)
    expect(fixture.broker.stats().refused).toMatchObject({ DEVICE_REMOVED: 1, TOKEN_REVOKED: 1 })
  })

  test('nobody throws out another by taking its client id; the same device coming back takes over', async () => {
    fixture = await start()
    const first = await fixture.device('bus-1', { clientId: 'same' })
    const other = await fixture.device('bus-2', { clientId: 'same' })
    const token = await fixture.token('tok-bus', { clientId: 'same' })
    expect([first.connected, other.connected, token.connected]).toEqual([true, true, true])
    const again = await fixture.device('bus-1', { clientId: 'same' })
    await until(() => !first.connected)
    expect([again.connected, other.connected, token.connected]).toEqual([true, true, true])
  })

  test('a topic that is not its own closes the connection; one behind it does not', async () => {
    fixture = await start()
    const bus = await fixture.raw()
    await bus.signIn('bus-1')
    bus.send(publishPacket('up/bus-2/telemetry', 'x', 1, 1))
    await until(() => bus.closed)
    expect(bus.received).toHaveLength(0)
    const concentrator = await fixture.raw()
    await concentrator.signIn('dtu-1')
    concentrator.send(publishPacket('up/meter-1/modbus', 'y', 1, 1))
    await until(() => concentrator.received.length === 4)
    expect(fixture.journal.frames.map(frame => frame.device)).toEqual(['meter-1'])
    // The route was looked up once; it must not outlive the registration.
    fixture.directory.put(device('meter-1'))
    concentrator.send(publishPacket('up/meter-1/modbus', 'z', 1, 2))
    await until(() => concentrator.closed)
    expect(fixture.journal.frames).toHaveLength(1)
    expect(fixture.broker.stats().refused.PUBLISH_FORBIDDEN).toBe(2)
  })

  test('tokens and tickets publish nothing', async () => {
    fixture = await start()
    for (const client of [await fixture.token('tok-bus'), await fixture.operator()]) {
      client.publish('city/v1/pudong-bus/bus/bus-1/state', '{}', { retain: true })
      await until(() => !client.connected)
    }
    expect(fixture.journal.frames).toHaveLength(0)
  })

  test('a will on a topic that is not its own refuses the sign-in', async () => {
    fixture = await start()
    await expect(fixture.device('bus-1', { will: { topic: 'up/bus-2/telemetry', payload: Buffer.from('x'), qos: 0, retain: false } })).rejects.toThrow(
      /not authorized/i,
    )
    await expect(
      fixture.token('tok-bus', { will: { topic: 'city/v1/pudong-bus/bus/b/state', payload: Buffer.from('x'), qos: 0, retain: false } }),
    ).rejects.toThrow(/not authorized/i)
    expect(fixture.broker.stats().refused.WILL_FORBIDDEN).toBe(2)
  })

  test('WebSocket: the same sign-in, publishes and receipts; without the subprotocol it is refused', async () => {
    fixture = await start()
    const url = await fixture.webSocketUrl()
    const client = await connectAsync(url, { username: 'bus-1', password: 'secret-bus-1', reconnectPeriod: 0 })
    for (const qos of [0, 1, 2] as const) await client.publishAsync('up/bus-1/telemetry', Buffer.alloc(100_000, qos), { qos })
    expect(fixture.journal.frames.map(frame => frame.payload.length)).toEqual([100_000, 100_000, 100_000])
    expect(fixture.broker.stats()).toMatchObject({ connections: 1, connectionsTcp: 0, connectionsWebSocket: 1 })
    await client.endAsync()
    await expect(connectAsync(url, { username: 'live', password: 'wrong', reconnectPeriod: 0 })).rejects.toThrow(/bad user/i)
    const answer = await fetch(url.replace('ws:', 'http:'), { headers: { connection: 'upgrade', upgrade: 'websocket' } }).catch(() => undefined)
    expect(answer?.status ?? 400).toBe(400)
    await until(() => fixture.broker.stats().connections === 0)
  })

  test('a port in use is named, with what to do', async () => {
    fixture = await start()
    const holder = createServer()
    await new Promise<void>(resolve => holder.listen(0, '127.0.0.1', resolve))
    const address = holder.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const broker = new Broker({
      host: '127.0.0.1',
      port,
      journal: new MockJournal(),
      directory: new TestDirectory(),
      authenticator: { device: () => undefined, token: () => undefined, tokenHolds: () => false },
      tickets: { issue: () => ({ username: 'live', password: '', expiresInSeconds: 0 }), check: () => undefined, holds: () => false },
      log: new TestLog(),
      now: Date.now,
    })
    await expect(broker.start()).rejects.toMatchObject({ code: 'PORT_IN_USE', message: expect.stringContaining(`${port}`) })
    await new Promise(resolve => holder.close(resolve))
    await broker.start()
    expect(broker.port).toBe(port)
    await broker.publisher.publish('city/v1/pudong-bus/bus/bus-1/state', '{}', { qos: 1 })
    await broker.stop()
  })
})
