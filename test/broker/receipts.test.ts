import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { BrokerFixtureOptions, Fixture } from './fixture.ts'
import { connectPacket, publishPacket, run, startBroker, until } from './fixture.ts'

let fixture: Fixture
afterEach(() => fixture.close())

describe.each(['on', 'off'] as const)('with the lane %s:', lane => {
  const start = (options: BrokerFixtureOptions = {}): Promise<Fixture> => startBroker({ lane, ...options })

  const turns = (count: number): Promise<void> => (count === 0 ? Promise.resolve() : new Promise(resolve => setImmediate(() => resolve(turns(count - 1)))))

  test('a PUBACK comes only once the frame is synced', async () => {
    fixture = await start()
    fixture.journal.manual = true
    const client = await fixture.raw()
    await client.signIn('bus-1')
    client.send(publishPacket('up/bus-1/telemetry', 'one', 1, 7))
    await until(() => fixture.journal.frames.length === 1)
    await turns(20)
    expect(client.received).toHaveLength(0)
    fixture.journal.sync()
    await until(() => client.received.length > 0)
    expect([...client.received]).toEqual([0x40, 2, 0, 7])
    expect(fixture.journal.frames[0]).toMatchObject({ device: 'bus-1', channel: 'telemetry', payload: Buffer.from('one') })
  })

  test('receipts come in the order of the publishes, QoS 1 and 2 mixed, each as its frame is synced', async () => {
    fixture = await start()
    fixture.journal.manual = true
    const client = await fixture.raw()
    await client.signIn('bus-1')
    client.send(publishPacket('up/bus-1/telemetry', 'a', 1, 1))
    await until(() => fixture.journal.frames.length === 1)
    client.send(publishPacket('up/bus-1/telemetry', 'b', 2, 2), publishPacket('up/bus-1/telemetry', 'c', 1, 3))
    await turns(20)
    expect(client.received).toHaveLength(0)
    fixture.journal.sync(1)
    await until(() => fixture.journal.frames.length === 3 && client.received.length === 4)
    expect([...client.received]).toEqual([0x40, 2, 0, 1])
    await turns(20)
    expect(client.received).toHaveLength(4)
    fixture.journal.sync(3)
    await until(() => client.received.length === 12)
    expect([...client.received.subarray(4)]).toEqual([0x50, 2, 0, 2, 0x40, 2, 0, 3])
  })

  test('a QoS 0 frame is journalled and not answered', async () => {
    fixture = await start()
    const client = await fixture.raw()
    await client.signIn('bus-1')
    client.send(publishPacket('up/bus-1/telemetry', 'x'), publishPacket('up/bus-1/telemetry', 'y', 1, 9))
    await until(() => client.received.length > 0)
    expect([...client.received]).toEqual([0x40, 2, 0, 9])
    expect(fixture.journal.frames.map(frame => String(frame.payload))).toEqual(['x', 'y'])
  })

  test('a QoS 2 publish that is sent again is journalled once, before and after its PUBREC, and its id is free after PUBREL', async () => {
    fixture = await start()
    fixture.journal.manual = true
    const client = await fixture.raw()
    await client.signIn('bus-1')
    client.send(publishPacket('up/bus-1/telemetry', 'once', 2, 5))
    client.send(publishPacket('up/bus-1/telemetry', 'once', 2, 5, 8))
    await until(() => fixture.journal.frames.length > 0)
    await turns(20)
    expect(client.received).toHaveLength(0)
    fixture.journal.sync()
    await until(() => client.received.length === 8)
    expect([...client.received]).toEqual([0x50, 2, 0, 5, 0x50, 2, 0, 5])
    client.send(publishPacket('up/bus-1/telemetry', 'once', 2, 5, 8))
    await until(() => client.received.length === 12)
    expect(fixture.journal.frames).toHaveLength(1)
    client.send([0x62, 2, 0, 5], [0x62, 2, 0, 5])
    await until(() => client.received.length === 20)
    expect([...client.received.subarray(12)]).toEqual([0x70, 2, 0, 5, 0x70, 2, 0, 5])
    fixture.journal.manual = false
    client.send(publishPacket('up/bus-1/telemetry', 'twice', 2, 5))
    await until(() => client.received.length === 24)
    expect(fixture.journal.frames.map(frame => String(frame.payload))).toEqual(['once', 'twice'])
  })

  test('a kept session remembers a QoS 2 handshake over a lost connection; a clean one does not', async () => {
    fixture = await start()
    for (const [clean, frames] of [
      [false, 1],
      [true, 3],
    ] as const) {
      for (let attempt = 0; attempt < 2; attempt++) {
        const client = await fixture.raw()
        await client.signIn('bus-1', { clean })
        client.send(publishPacket('up/bus-1/telemetry', 'q', 2, 3, attempt === 0 ? 0 : 8))
        await until(() => client.received.length === 4)
        client.socket.destroy()
        await until(() => fixture.broker.stats().connections === 0)
      }
      expect(fixture.journal.frames).toHaveLength(frames)
    }
  })

  test('frames the disk could not keep get no receipt: the connection closes, and sent again they are taken', async () => {
    fixture = await start()
    fixture.journal.manual = true
    const client = await fixture.raw()
    await client.signIn('bus-1', { clean: false })
    client.send(publishPacket('up/bus-1/telemetry', 'lost', 2, 5))
    await until(() => fixture.journal.frames.length === 1)
    fixture.journal.fail()
    await until(() => client.closed)
    expect(client.received).toHaveLength(0)
    fixture.journal.manual = false
    const again = await fixture.raw()
    await again.signIn('bus-1', { clean: false })
    again.send(publishPacket('up/bus-1/telemetry', 'lost', 2, 5, 8))
    await until(() => again.received.length === 4)
    expect(fixture.journal.frames).toHaveLength(2)
    expect(fixture.broker.stats().refused.JOURNAL_FAILED).toBe(1)
  })

  test('a full journal holds the client: no receipt and nothing lost; pings are answered, the keep-alive does not end it, and it goes on by itself', async () => {
    fixture = await start()
    fixture.journal.full = true
    const client = await fixture.raw()
    await client.signIn('bus-1', { keepalive: 1 })
    for (let id = 1; id <= 50; id++) client.send(publishPacket('up/bus-1/telemetry', `m${id}`, 1, id))
    client.send([0xc0, 0])
    await until(() => client.received.length === 2)
    expect([...client.received]).toEqual([0xd0, 0])
    const pings = setInterval(() => client.send([0xc0, 0]), 500)
    await new Promise(resolve => setTimeout(resolve, 2_500))
    clearInterval(pings)
    expect(client.closed).toBe(false)
    expect(fixture.journal.frames).toHaveLength(0)
    client.received = Buffer.alloc(0)
    fixture.journal.full = false
    await until(() => client.received.length >= 200)
    expect(fixture.journal.frames.map(frame => String(frame.payload))).toEqual(Array.from({ length: 50 }, (_, index) => `m${index + 1}`))
  })

  test('while the journal is full a client that sends on is not read, and its silence does not count', async () => {
    fixture = await start({ limits: { heldBytesPerClient: 4096 } })
    fixture.journal.full = true
    const client = await fixture.raw()
    await client.signIn('bus-1', { keepalive: 1 })
    const payload = Buffer.alloc(1000, 'p')
    for (let id = 1; id <= 20_000; id++) client.send(publishPacket('up/bus-1/telemetry', payload, 1, id))
    await new Promise(resolve => setTimeout(resolve, 2_700))
    expect(client.closed).toBe(false)
    expect(client.socket.writableLength).toBeGreaterThan(1_000_000)
    fixture.journal.full = false
    await until(() => fixture.journal.frames.length === 20_000, 20_000)
    await until(() => client.received.length === 80_000)
  })

  test('what waits for the disk is bounded, for one client and for all', async () => {
    fixture = await start({ limits: { inFlightPerClient: 10, inFlight: 15 } })
    fixture.journal.manual = true
    const one = await fixture.raw()
    const two = await fixture.raw()
    await one.signIn('bus-1')
    await two.signIn('bus-2')
    const hundred = (of: string): Buffer[] => Array.from({ length: 100 }, (_, index) => publishPacket(`up/${of}/telemetry`, 'x', 1, index + 1))
    one.send(...hundred('bus-1'))
    await until(() => fixture.journal.frames.length === 10)
    two.send(...hundred('bus-2'))
    await until(() => fixture.journal.frames.length === 15)
    await turns(50)
    expect(fixture.journal.frames).toHaveLength(15)
    expect(fixture.broker.stats()).toMatchObject({ pending: 15, waiting: 1 })
    fixture.journal.manual = false
    fixture.journal.sync()
    await until(() => one.received.length === 400 && two.received.length === 400)
    expect(fixture.broker.stats()).toMatchObject({ pending: 0, pendingBytes: 0, waiting: 0, frames: 200 })
  })

  test('a burst of QoS 0 and a goodbye: all of it is journalled', async () => {
    fixture = await start({ limits: { inFlightPerClient: 10 } })
    const client = await fixture.raw()
    await client.signIn('bus-1')
    for (let index = 0; index < 500; index++) client.send(publishPacket('up/bus-1/telemetry', `${index}`))
    client.socket.end()
    await until(() => fixture.journal.frames.length === 500)
  })

  test('publishes that follow the CONNECT at once wait for the sign-in', async () => {
    fixture = await start()
    const client = await fixture.raw()
    const packets = Array.from({ length: 200 }, (_, index) => publishPacket('up/bus-1/telemetry', `${index}`, 1, index + 1))
    client.send(connectPacket({ username: 'bus-1', password: 'secret-bus-1', client: 'c', clean: true, keepalive: 0 }), ...packets)
    await until(() => client.received.length === 4 + 800)
    expect([...client.received.subarray(0, 4)]).toEqual([0x20, 2, 0, 0])
    expect(fixture.journal.frames).toHaveLength(200)
  })

  test('a stopping broker takes no more, and lets what it took get its receipt', async () => {
    fixture = await start()
    fixture.journal.manual = true
    const client = await fixture.raw()
    await client.signIn('bus-1')
    client.send(publishPacket('up/bus-1/telemetry', 'last', 1, 4))
    await until(() => fixture.journal.frames.length === 1)
    const stopped = fixture.broker.stop()
    client.send(publishPacket('up/bus-1/telemetry', 'too late', 1, 5))
    await turns(50)
    expect(client.closed).toBe(false)
    fixture.journal.sync()
    await stopped
    await until(() => client.closed)
    expect([...client.received]).toEqual([0x40, 2, 0, 4])
    expect(fixture.journal.frames).toHaveLength(1)
  })

  test('a QoS 2 handshake is remembered over a restart', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'citygate-broker-'))
    try {
      for (const [attempt, frames] of [1, 0].entries()) {
        fixture = await start({ dataFolder })
        const client = await fixture.raw()
        await client.signIn('bus-1', { clean: false })
        client.send(publishPacket('up/bus-1/telemetry', 'q', 2, 3, attempt === 0 ? 0 : 8))
        await until(() => client.received.length === 4)
        expect([...client.received]).toEqual([0x50, 2, 0, 3])
        expect(fixture.journal.frames).toHaveLength(frames)
        await fixture.close()
      }
    } finally {
      await rm(dataFolder, { recursive: true, force: true })
    }
  })

  test('mosquitto_pub gets its receipts at QoS 1 and 2', async () => {
    fixture = await start()
    for (const qos of ['1', '2']) {
      const published = await run(
        'mosquitto_pub',
        ['-p', String(fixture.broker.port), '-u', 'bus-1', '-P', 'secret-bus-1', '-q', qos, '-t', 'up/bus-1/telemetry', '-l'],
        'a\nb\nc\n',
      ).done
      expect(published).toEqual({ code: 0, output: '' })
    }
    expect(fixture.journal.frames.map(frame => String(frame.payload)).join('')).toBe('abcabc')
  })

  test('a will of a device that breaks off goes to the journal, and none goes after a goodbye', async () => {
    fixture = await start()
    const will = { topic: 'up/bus-1/telemetry', payload: Buffer.from('gone'), qos: 1, retain: true } as const
    const polite = await fixture.device('bus-1', { will })
    await polite.endAsync()
    const abrupt = await fixture.device('bus-1', { will })
    abrupt.stream.destroy()
    await until(() => fixture.journal.frames.length === 1)
    expect(String(fixture.journal.frames[0]?.payload)).toBe('gone')
    expect(fixture.broker.stats()).toMatchObject({ frames: 1 })
  })

  test('a client that sends faster than its rate is read no faster: nothing is dropped, others are not held', async () => {
    fixture = await start({ limits: { messagesPerSecond: 50 } })
    const fast = await fixture.raw()
    const other = await fixture.raw()
    await fast.signIn('bus-1')
    await other.signIn('bus-2')
    const from = performance.now()
    fast.send(...Array.from({ length: 150 }, (_, index) => publishPacket('up/bus-1/telemetry', `${index}`, 1, index + 1)))
    await until(() => fixture.journal.frames.length >= 100)
    other.send(publishPacket('up/bus-2/telemetry', 'x', 1, 1))
    await until(() => other.received.length === 4)
    expect(fixture.journal.frames.length).toBeLessThan(150)
    await until(() => fast.received.length === 600)
    // Two seconds' worth may come at once; the fifty that are left take one more.
    expect(performance.now() - from).toBeGreaterThan(900)
    const kept = fixture.journal.frames.filter(({ device }) => device === 'bus-1').map(({ payload }) => Number(String(payload)))
    expect(kept).toEqual(Array.from({ length: 150 }, (_, index) => index))
  })
})
