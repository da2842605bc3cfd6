import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MqttClient } from 'mqtt'
import { connect } from 'mqtt'
import { afterEach, describe, expect, test } from 'vitest'
import type { Greeter, Subscription } from '../../gateway/model/publisher.ts'
import type { BrokerFixtureOptions, Fixture } from './fixture.ts'
import { connectPacket, publishPacket, run, startBroker, until } from './fixture.ts'

let fixture: Fixture
afterEach(() => fixture.close())

describe.each(['on', 'off'] as const)('with the lane %s:', lane => {
  const start = (options: BrokerFixtureOptions = {}): Promise<Fixture> => startBroker({ lane, ...options })

  function hear(client: MqttClient): string[] {
    const heard: string[] = []
    client.on('message', (topic, payload, packet) => heard.push(`${topic} ${payload.toString()} ${packet.qos}${packet.retain ? ' retained' : ''}`))
    return heard
  }

  async function granted(client: MqttClient, filter: string): Promise<number | undefined> {
    // mqtt.js rejects on 128 and says so in the text.
    const grants = await client
      .subscribeAsync(filter, { qos: 1 })
      .catch(error => (/unspecified error|128/i.test(String(error)) ? [{ qos: 128 }] : Promise.reject(error)))
    return grants[0]?.qos
  }

  test('a subscription is granted or answered with 128, and the refusal is counted by reason', async () => {
    fixture = await start()
    const token = await fixture.token('tok-bus-only-buses')
    expect(await granted(token, 'city/v1/pudong-bus/bus/#')).toBe(1)
    expect(await granted(token, 'city/v1/+/+/+/state')).toBe(1)
    expect(await granted(token, 'city/v1/water-works/#')).toBe(128)
    expect(await granted(token, 'live/v1/pudong-bus/#')).toBe(128)
    expect(await granted(token, '#')).toBe(128)
    expect(await granted(token, '$SYS/#')).toBe(128)
    expect(await granted(token, '$share/g/city/v1/pudong-bus/#')).toBe(128)
    expect(await granted(token, 'city/v1/pudong-bus/bus/bus-1/nothing')).toBe(128)
    const device = await fixture.device('bus-1')
    expect(await granted(device, 'down/bus-1/command')).toBe(1)
    expect(await granted(device, 'down/bus-2/command')).toBe(128)
    expect(await granted(device, 'up/bus-1/telemetry')).toBe(128)
    expect(token.connected && device.connected).toBe(true)
    expect(fixture.broker.stats()).toMatchObject({
      subscriptions: expect.any(Number),
      refused: { SUBSCRIBE_FORBIDDEN: 6, SHARED_SUBSCRIPTION: 1, TOPIC_UNKNOWN: 1 },
    })
  })

  test('mosquitto_sub with a token hears its own organisation and kind and nothing else, whatever its wildcards', async () => {
    fixture = await start()
    const listeners = [
      ['tok-bus', 'city/v1/#'],
      ['tok-bus-only-buses', 'city/v1/+/+/+/reading'],
      ['tok-water', 'city/v1/#'],
    ].map(([token, filter]) =>
      run('mosquitto_sub', ['-p', String(fixture.broker.port), '-u', 'token', '-P', String(token), '-t', String(filter), '-F', '%t %p']),
    )
    await until(() => fixture.broker.stats().subscriptions === 3)
    const { publisher } = fixture.broker
    const all = [
      'pudong-bus/bus/bus-1/reading',
      'pudong-bus/bus/bus-1/state',
      'pudong-bus/water-meter/w/reading',
      'pudong-bus-2/bus/b/reading',
      'water-works/water-meter/w/reading',
    ]
    for (const topic of all) await publisher.publish(`city/v1/${topic}`, topic)
    await publisher.publish('city/v1/pudong-bus/bus/last/reading', 'end')
    await publisher.publish('city/v1/water-works/water-meter/last/reading', 'end')
    await until(() => listeners.every(listener => listener.output().includes('end')))
    for (const listener of listeners) listener.stop()
    const lines = listeners.map(listener =>
      listener
        .output()
        .trim()
        .split('\n')
        .filter(line => !line.endsWith(' end'))
        .map(line => line.split(' ')[1]),
    )
    expect(lines).toEqual([all.slice(0, 3), all.slice(0, 1), all.slice(4)])
    expect(fixture.broker.stats().withheld).toBeGreaterThan(0)
  })

  test('the publisher knows what is wanted, and no longer once the last subscriber has gone', async () => {
    fixture = await start()
    const { publisher } = fixture.broker
    expect(publisher.wantedBelow('city/v1')).toBe(false)
    const client = await fixture.token('tok-bus')
    await client.subscribeAsync(['city/v1/pudong-bus/+/bus-1/state', 'live/v1/pudong-bus/w/#'])
    expect(publisher.wanted('city/v1/pudong-bus/bus/bus-1/state')).toBe(true)
    expect(publisher.wanted('city/v1/pudong-bus/bus/bus-1/reading')).toBe(false)
    expect(publisher.wantedBelow('city/v1/pudong-bus')).toBe(true)
    expect(publisher.wantedBelow('city/v1/water-works')).toBe(false)
    expect(publisher.wantedBelow('live/v1/pudong-bus/w/t')).toBe(true)
    await client.unsubscribeAsync('live/v1/pudong-bus/w/#')
    expect(publisher.wantedBelow('live/v1')).toBe(false)
    client.end(true)
    await until(() => !publisher.wantedBelow('city/v1'))
  })

  test('nobody hears what a device publishes, and commands reach the device alone', async () => {
    fixture = await start()
    const operator = await fixture.operator()
    const bus = await fixture.device('bus-1')
    const other = await fixture.device('bus-2')
    const heard = [hear(operator), hear(bus), hear(other)]
    await operator.subscribeAsync(['city/v1/#', 'live/v1/#'])
    await bus.subscribeAsync('down/bus-1/command', { qos: 1 })
    await other.subscribeAsync('down/bus-2/command', { qos: 1 })
    await bus.publishAsync('up/bus-1/telemetry', 'mine', { qos: 1, retain: true })
    await fixture.broker.publisher.publish('down/bus-1/command', 'go', { qos: 1 })
    await until(() => heard[1]?.length === 1)
    expect(heard).toEqual([[], ['down/bus-1/command go 1'], []])
  })

  test('QoS 0 and QoS 1 messages published together all arrive, each topic in order', async () => {
    fixture = await start()
    const client = await fixture.token('tok-bus')
    const kept = await fixture.token('tok-bus', { clean: false, clientId: 'kept' })
    const heard = [hear(client), hear(kept)]
    await client.subscribeAsync('city/v1/pudong-bus/#', { qos: 1 })
    await kept.subscribeAsync('city/v1/pudong-bus/+/+/state', { qos: 1 })
    const { publisher } = fixture.broker
    const sent: Promise<void>[] = []
    for (let index = 0; index < 500; index++) {
      sent.push(publisher.publish('city/v1/pudong-bus/bus/bus-1/state', `s${index}`, { qos: 1 }))
      sent.push(publisher.publish('city/v1/pudong-bus/bus/bus-1/reading', `r${index}`))
    }
    await Promise.all(sent)
    await until(() => heard[0]?.length === 1_000 && heard[1]?.length === 500)
    for (const [letter, qos] of [
      ['s', 1],
      ['r', 0],
    ] as const) {
      const own = (heard[0] ?? []).filter(line => line.includes(` ${letter}`))
      expect(own.map(line => line.split(' ').slice(1).join(' '))).toEqual(Array.from({ length: 500 }, (_, index) => `${letter}${index} ${qos}`))
    }
  })

  /** Greets with as many states as it is told, and notes what it was asked. */
  class TestGreeter implements Greeter {
    readonly asked: Subscription[] = []
    readonly states: number
    sent = 0
    gone = false

    constructor(states: number) {
      this.states = states
    }

    async greet(subscription: Subscription): Promise<void> {
      this.asked.push(subscription)
      for (let index = 0; index < this.states; index++) {
        if (!(await subscription.send(`city/v1/pudong-bus/bus/bus-${index}/state`, JSON.stringify({ device: `bus-${index}`, pad: 'x'.repeat(400) })))) {
          this.gone = true
          return
        }
        this.sent++
      }
    }
  }

  test('a new subscriber is greeted after its SUBACK, marked retained, at the QoS of its filter; others are not', async () => {
    const greeter = new TestGreeter(3)
    fixture = await start({ greeter })
    const other = await fixture.token('tok-bus')
    const heard = hear(other)
    await other.subscribeAsync('city/v1/pudong-bus/#')
    await until(() => heard.length === 3)
    const raw = await fixture.raw()
    raw.send(connectPacket({ username: 'token', password: 'tok-bus', client: 'x', clean: true, keepalive: 0 }))
    await until(() => raw.received.length === 4)
    const filter = Buffer.from('city/v1/+/bus/+/state')
    raw.send([0x82, filter.length + 5, 0, 9, 0, filter.length], filter, [1])
    await until(() => raw.received.length > 1_200)
    expect([...raw.received.subarray(4, 9)]).toEqual([0x90, 3, 0, 9, 1])
    // PUBLISH, QoS 1, retain.
    expect(raw.received[9]).toBe(0x33)
    const subscription = greeter.asked.at(-1)
    expect(subscription?.filter).toBe('city/v1/+/bus/+/state')
    expect(subscription?.permits('pudong-bus', 'bus', 'bus-7')).toBe(true)
    expect(subscription?.permits('pudong-bus', 'water-meter', 'w')).toBe(false)
    expect(subscription?.permits('water-works', 'bus', 'bus-7')).toBe(false)
    expect(heard).toHaveLength(3)
  })

  test('ten thousand states arrive on one wildcard subscription of mosquitto_sub', async () => {
    fixture = await start({ greeter: new TestGreeter(10_000) })
    const args = ['-p', String(fixture.broker.port), '-u', 'token', '-P', 'tok-bus', '-t', 'city/v1/pudong-bus/#', '-F', '%t', '-C', '10000', '-W', '20']
    for (const qos of ['0', '1']) {
      const heard = await run('mosquitto_sub', [...args, '-q', qos]).done
      expect(heard.code).toBe(0)
      expect(new Set(heard.output.trim().split('\n')).size).toBe(10_000)
    }
  })

  test('a reader that stops reading holds its greeting up, in bounds, and gets all of it when it reads on; one that leaves ends it', async () => {
    const greeter = new TestGreeter(10_000)
    fixture = await start({ greeter })
    const client = await fixture.raw()
    client.send(connectPacket({ username: 'token', password: 'tok-bus', client: 'slow', clean: true, keepalive: 0 }))
    await until(() => client.received.length === 4)
    client.socket.pause()
    const filter = Buffer.from('city/v1/pudong-bus/#')
    const subscribe = Buffer.from([0x82, filter.length + 5, 0, 9, 0, filter.length, ...filter, 0])
    client.send(subscribe)
    let before = -1
    while (before !== greeter.sent) {
      before = greeter.sent
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    // What the gateway holds beside the system's own socket buffers is small.
    expect(fixture.broker.stats().greetings).toBe(greeter.sent + (greeter.sent === 10_000 ? 0 : 1))
    const whole = 10_000 * publishPacket('city/v1/pudong-bus/bus/bus-0/state', JSON.stringify({ device: 'bus-0', pad: 'x'.repeat(400) })).length
    client.socket.resume()
    await until(() => greeter.sent === 10_000)
    await until(() => client.received.length >= whole, 20_000)
    client.socket.pause()
    for (let times = 0; times < 20; times++) client.send(subscribe)
    await until(() => greeter.asked.length >= 2)
    client.socket.destroy()
    await until(() => greeter.gone || greeter.asked.length >= 3)
  })

  test('a kept session gets what it missed, also over a restart, and only what it may hear', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'citygate-broker-'))
    try {
      fixture = await start({ dataFolder })
      const first = await fixture.token('tok-bus', { clean: false, clientId: 'erp' })
      await first.subscribeAsync('city/v1/+/+/+/reading', { qos: 1 })
      await granted(first, '#')
      await first.endAsync()
      await fixture.broker.publisher.publish('city/v1/pudong-bus/bus/bus-1/reading', 'one', { qos: 1 })
      await fixture.broker.publisher.publish('city/v1/water-works/water-meter/w/reading', 'foreign', { qos: 1 })
      await fixture.broker.publisher.publish('city/v1/pudong-bus/bus/bus-1/state', 'not subscribed', { qos: 1 })
      expect(fixture.broker.stats()).toMatchObject({ sessions: 1, queued: 1 })
      await fixture.close()

      fixture = await start({ dataFolder })
      expect(fixture.broker.publisher.wantedBelow('city/v1/pudong-bus/bus')).toBe(true)
      await fixture.broker.publisher.publish('city/v1/pudong-bus/bus/bus-1/reading', 'two', { qos: 1 })
      expect(fixture.broker.stats()).toMatchObject({ sessions: 1, queued: 2 })
      const heard: string[] = []
      const second = connect({
        host: '127.0.0.1',
        port: fixture.broker.port,
        protocol: 'mqtt',
        username: 'token',
        password: 'tok-bus',
        clean: false,
        clientId: 'erp',
        reconnectPeriod: 0,
      })
      second.on('message', (_topic, payload) => heard.push(String(payload)))
      await until(() => heard.length === 2)
      expect(heard).toEqual(['one', 'two'])
      await until(() => fixture.broker.stats().queued === 0)
      await fixture.broker.publisher.publish('city/v1/pudong-bus/bus/bus-1/reading', 'three', { qos: 1 })
      await until(() => heard.length === 3)
      await until(() => fixture.broker.stats().queued === 0)
      await second.endAsync()

      const clean = await fixture.token('tok-bus', { clean: true, clientId: 'erp' })
      await until(() => fixture.broker.stats().sessions === 0)
      expect(fixture.broker.publisher.wantedBelow('city')).toBe(false)
      await clean.endAsync()
    } finally {
      await fixture.close()
      await rm(dataFolder, { recursive: true, force: true })
    }
  })

  test('the queue of a kept session has an end, and so has the number of kept sessions of one token', async () => {
    fixture = await start({ limits: { queuedPerSession: 5, sessionsPerPrincipal: 2 } })
    for (const clientId of ['a', 'b']) {
      const client = await fixture.token('tok-bus', { clean: false, clientId })
      expect(await granted(client, 'city/v1/pudong-bus/#')).toBe(1)
      await client.endAsync()
    }
    const third = await fixture.token('tok-bus', { clean: false, clientId: 'c' })
    expect(await granted(third, 'city/v1/pudong-bus/#')).toBe(128)
    const { publisher } = fixture.broker
    for (let index = 0; index < 8; index++) await publisher.publish('city/v1/pudong-bus/bus/bus-1/reading', `${index}`, { qos: 1 })
    expect(fixture.broker.stats()).toMatchObject({ sessions: 2, queued: 10, droppedOffline: 6 })
    const heard: string[] = []
    const back = connect({
      host: '127.0.0.1',
      port: fixture.broker.port,
      protocol: 'mqtt',
      username: 'token',
      password: 'tok-bus',
      clean: false,
      clientId: 'a',
      reconnectPeriod: 0,
    })
    back.on('message', (_topic, payload) => heard.push(String(payload)))
    await until(() => heard.length === 5)
    expect(heard).toEqual(['0', '1', '2', '3', '4'])
    back.end(true)
  })
})
