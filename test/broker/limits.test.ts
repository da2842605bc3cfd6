import { connectAsync } from 'mqtt'
import { afterEach, describe, expect, test } from 'vitest'
import type { BrokerFixtureOptions, Fixture, RawClient } from './fixture.ts'
import { connectPacket, device, publishPacket, startBroker, until } from './fixture.ts'

let fixture: Fixture
afterEach(() => fixture.close())

describe.each(['on', 'off'] as const)('with the lane %s:', lane => {
  const start = (options: BrokerFixtureOptions = {}): Promise<Fixture> => startBroker({ lane, ...options })

  async function connack(username: string, password: string): Promise<number | undefined> {
    const raw = await fixture.raw()
    raw.send(connectPacket({ client: 'c', clean: true, keepalive: 0, username, password }))
    await until(() => raw.received.length >= 4)
    return raw.received[3]
  }

  test('one address gets so many connections, over TCP and WebSocket together; who is in stays in, and a place that gets free is taken', async () => {
    fixture = await start({ limits: { connectionsPerAddress: 3 } })
    const first = await fixture.device('bus-1')
    const url = await fixture.webSocketUrl()
    const second = await connectAsync(url, { username: 'bus-2', password: 'secret-bus-2', reconnectPeriod: 0 })
    await fixture.raw()
    await until(() => fixture.broker.stats().connections === 3)
    const refused = await fixture.raw()
    await until(() => refused.closed)
    await first.publishAsync('up/bus-1/telemetry', 'still here', { qos: 1 })
    await second.publishAsync('up/bus-2/telemetry', 'and here', { qos: 1 })
    expect(fixture.broker.stats()).toMatchObject({ connections: 3, refused: { TOO_MANY_CONNECTIONS_OF_ADDRESS: 1, TOO_MANY_CONNECTIONS: 0 } })
    await second.endAsync()
    await until(() => fixture.broker.stats().connections === 2)
    expect(await connack('wm-1', 'secret-wm-1')).toBe(0)
  })

  test('an id with wrong secrets is locked for the address, right secret or not; others at the address notice nothing, and a new secret lifts it', async () => {
    fixture = await start({ limits: { wrongSignIns: 3 } })
    const neighbour = await fixture.device('bus-2')
    for (let attempt = 0; attempt < 3; attempt++) expect(await connack('bus-1', 'wrong')).toBe(4)
    expect(await connack('bus-1', 'wrong')).toBe(5)
    expect(await connack('bus-1', 'secret-bus-1')).toBe(5)
    expect(fixture.broker.stats()).toMatchObject({ refused: { CREDENTIALS_WRONG: 3, LOCKED_OUT: 2 }, signInGuard: { lockedNames: 1, locks: 1, refused: 2 } })
    await neighbour.publishAsync('up/bus-2/telemetry', 'x', { qos: 1 })
    expect(await connack('wm-1', 'secret-wm-1')).toBe(0)
    expect(await connack('token', 'tok-bus')).toBe(0)
    // What the registry does when a secret changes: the device is another object.
    fixture.directory.put(device('bus-1'))
    expect(await connack('bus-1', 'secret-bus-1')).toBe(0)
    expect(fixture.broker.stats().signInGuard.lockedNames).toBe(0)
  })

  test('a device that nobody added is locked like one with a wrong secret, and comes in once it is added', async () => {
    fixture = await start({ limits: { wrongSignIns: 2 } })
    expect([await connack('bus-9', 'secret-bus-9x'), await connack('bus-9', 'x'), await connack('bus-9', 'x')]).toEqual([4, 4, 5])
    fixture.directory.put(device('bus-9'))
    expect(await connack('bus-9', 'secret-bus-9')).toBe(0)
  })

  test('an old token locks itself, not the other integrators at its address', async () => {
    fixture = await start({ limits: { wrongSignIns: 2 } })
    for (const code of [4, 4, 5, 5]) expect(await connack('token', 'tok-old')).toBe(code)
    expect(await connack('token', 'tok-bus')).toBe(0)
    expect(await connack('live', 'ticket-1')).toBe(0)
  })

  test('an address that tries one id after the other is locked; ids that were right from there before still come in', async () => {
    fixture = await start({ limits: { wrongSignInsPerAddress: 5 } })
    expect(await connack('bus-1', 'secret-bus-1')).toBe(0)
    for (let n = 0; n < 5; n++) expect(await connack(`guess-${n}`, 'x')).toBe(4)
    expect(await connack('guess-6', 'x')).toBe(5)
    expect(await connack('bus-1', 'secret-bus-1')).toBe(0)
    expect(fixture.broker.stats()).toMatchObject({ refused: { ADDRESS_LOCKED_OUT: 1 }, signInGuard: { lockedAddresses: 1 } })
  })

  test('an id that is tried too often is answered later and later, and the right secret at once', async () => {
    fixture = await start({ limits: { wrongSignIns: 100 } })
    const began = performance.now()
    const late = Array.from({ length: 24 }, async () => {
      const code = await connack('bus-1', 'wrong')
      return { code, ms: performance.now() - began }
    })
    await until(() => fixture.broker.stats().refused.CREDENTIALS_WRONG === 24)
    expect(fixture.broker.stats().signInGuard.slowedNames).toBe(1)
    expect(await connack('bus-1', 'secret-bus-1')).toBe(0)
    expect(await connack('bus-2', 'secret-bus-2')).toBe(0)
    const answers = await Promise.all(late)
    expect(new Set(answers.map(({ code }) => code))).toEqual(new Set([4]))
    // 100, 200, 400 and 800 ms after it came: the last of them not sooner.
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeGreaterThan(750)
  })

  test('sign-ins beyond the pace of an address are answered later, and all of them are answered', async () => {
    const ids = Array.from({ length: 220 }, (_, n) => `bus-${n}`)
    fixture = await start({ limits: { signInsPerAddressPerSecond: 20 }, devices: ids.map(id => device(id)) })
    // 200 at once, and 20 each second then.
    const codes = await Promise.all(ids.map(id => connack(id, `secret-${id}`)))
    expect(new Set(codes)).toEqual(new Set([0]))
    expect(fixture.broker.stats().signInGuard.delayed).toBeGreaterThan(0)
    expect(fixture.broker.stats().signInsDevice).toBe(220)
  })

  test('a device has one connection, the newest, with whatever client ids; another device and two programs with one token are not concerned', async () => {
    fixture = await start()
    const [older, neighbour, erp, map] = [
      await fixture.device('bus-1', { clientId: 'a' }),
      await fixture.device('bus-2', { clientId: 'a' }),
      await fixture.token('tok-bus', { clientId: 'erp' }),
      await fixture.token('tok-bus', { clientId: 'map' }),
    ]
    const newer = await fixture.device('bus-1', { clientId: 'b' })
    await until(() => !older.connected)
    const newest = await fixture.device('bus-1', { clientId: 'b' })
    await until(() => !newer.connected)
    await newest.publishAsync('up/bus-1/telemetry', 'x', { qos: 1 })
    await neighbour.publishAsync('up/bus-2/telemetry', 'x', { qos: 1 })
    expect(erp.connected && map.connected).toBe(true)
    await fixture.token('tok-bus', { clientId: 'erp' })
    await until(() => !erp.connected)
    expect(map.connected).toBe(true)
    expect(fixture.broker.stats()).toMatchObject({ connections: 4, refused: { TAKEN_OVER: 3 }, contested: 0 })
  })

  test('a wrong secret takes nothing over', async () => {
    fixture = await start()
    const owner = await fixture.device('bus-1', { clientId: 'a' })
    expect(await connack('bus-1', 'wrong')).toBe(4)
    await owner.publishAsync('up/bus-1/telemetry', 'x', { qos: 1 })
    expect(fixture.broker.stats().refused.TAKEN_OVER).toBe(0)
  })

  test('two that fight over one id are noticed, told of once, and shown', async () => {
    fixture = await start()
    const neighbour = await fixture.device('bus-2')
    for (let turn = 0; turn < 12; turn++) await (await fixture.raw()).signIn('bus-1', { client: `c${turn % 2}` })
    await until(() => fixture.broker.stats().connections === 2)
    expect(fixture.broker.contested).toEqual(['device/bus-1'])
    expect(fixture.broker.stats()).toMatchObject({ contested: 1, refused: { TAKEN_OVER: 11 } })
    expect(fixture.log.lines.filter(({ message }) => message.startsWith('clients fight'))).toHaveLength(1)
    await neighbour.publishAsync('up/bus-2/telemetry', 'x', { qos: 1 })
  })

  test('a client that sends more bytes than its pace is read slower, loses nothing, and its neighbour does not wait', async () => {
    fixture = await start({ limits: { bytesPerSecond: 50_000 } })
    const raw = await fixture.raw()
    await raw.signIn('bus-1')
    const neighbour = await fixture.device('bus-2')
    // 100,000 may come at once, the other 50,000 take a second.
    send(raw, 'bus-1', 30, 5_000)
    await until(() => fixture.broker.stats().paces.heldDevice > 0)
    await neighbour.publishAsync('up/bus-2/telemetry', 'x', { qos: 1 })
    expect(framesOf('bus-1')).toBeLessThan(30)
    await until(() => framesOf('bus-1') === 30)
  })

  test('the devices of an organisation share its pace and take turns; nothing is lost, and another organisation does not wait', async () => {
    fixture = await start({ limits: { organisationMessagesPerSecond: 50 } })
    const [first, second] = [await fixture.raw(), await fixture.raw()]
    await first.signIn('bus-1')
    await second.signIn('bus-2')
    const water = await fixture.device('wm-1')
    send(first, 'bus-1', 100, 10)
    send(second, 'bus-2', 60, 10)
    await until(() => fixture.broker.stats().paces.heldOrganisation > 0)
    await water.publishAsync('up/wm-1/telemetry', 'x', { qos: 1 })
    expect(framesOf('bus-1') + framesOf('bus-2')).toBeLessThan(160)
    // The first does not keep the second out until it has sent all: both are served.
    await until(() => framesOf('bus-2') > 0)
    await until(() => framesOf('bus-1') + framesOf('bus-2') === 160, 20_000)
  })

  test('a client that goes while it waits for its organisation leaves the others their turn', async () => {
    fixture = await start({ limits: { organisationMessagesPerSecond: 20 } })
    const [first, second] = [await fixture.raw(), await fixture.raw()]
    await first.signIn('bus-1')
    await second.signIn('bus-2')
    send(first, 'bus-1', 200, 10)
    send(second, 'bus-2', 10, 10)
    await until(() => fixture.broker.stats().paces.waitingOrganisation === 2 || framesOf('bus-2') === 10)
    first.socket.destroy()
    await until(() => framesOf('bus-2') === 10, 20_000)
  })

  test('the queue of a kept session is bounded in bytes, and that of all sessions; what is fetched makes room', async () => {
    const topic = 'city/v1/pudong-bus/bus/bus-1/reading'
    const size = topic.length + 100
    fixture = await start({ limits: { queuedBytesPerSession: 5 * size, queuedBytes: 8 * size } })
    for (const clientId of ['a', 'b']) {
      const client = await fixture.token('tok-bus', { clean: false, clientId })
      await client.subscribeAsync('city/v1/pudong-bus/#', { qos: 1 })
      await client.endAsync()
    }
    const { publisher } = fixture.broker
    for (let n = 0; n < 6; n++) await publisher.publish(topic, 'x'.repeat(100), { qos: 1 })
    // Four each, then no room for all together.
    expect(fixture.broker.stats()).toMatchObject({ queued: 8, queuedBytes: 8 * size, droppedOffline: 4 })
    const back = await connectAsync({
      host: '127.0.0.1',
      port: fixture.broker.port,
      username: 'token',
      password: 'tok-bus',
      clean: false,
      clientId: 'a',
      reconnectPeriod: 0,
    })
    await until(() => fixture.broker.stats().queuedBytes === 4 * size)
    await back.endAsync()
    for (let n = 0; n < 6; n++) await publisher.publish(topic, 'x'.repeat(100), { qos: 1 })
    expect(fixture.broker.stats()).toMatchObject({ queued: 8, queuedBytes: 8 * size, droppedOffline: 4 + 8 })
  })
})

function send(raw: RawClient, id: string, frames: number, bytes: number): void {
  raw.send(...Array.from({ length: frames }, () => publishPacket(`up/${id}/telemetry`, 'x'.repeat(bytes))))
}

function framesOf(id: string): number {
  return fixture.journal.frames.filter(frame => frame.device === id).length
}
