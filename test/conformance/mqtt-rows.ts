import { expect } from 'vitest'
import type { Fixture, RawClient } from '../broker/fixture.ts'
import { connectPacket, publishPacket, until } from '../broker/fixture.ts'

/** Where a row runs: a started broker, and how to reach it over the transport that is looked at. */
export interface Bench {
  readonly fixture: Fixture
  readonly raw: () => Promise<RawClient>
}

/** One line of the table: a rule of MQTT 3.1.1, and what the broker has to do. Throws when it does not. */
export interface Row {
  readonly about: string
  readonly rule: string
  readonly source: string
  check(bench: Bench): Promise<void>
}

const topic = 'up/bus-1/telemetry'

export const rows: readonly Row[] = [
  {
    about: 'QoS 0',
    rule: 'journalled, nothing is answered',
    source: '4.3.1',
    check: async ({ fixture, raw }) => {
      const client = await signedIn(raw)
      client.send(publishPacket(topic, 'x'), [0xc0, 0])
      await until(() => client.received.length === 2 && fixture.journal.frames.length === 1)
      expect(hex(client)).toBe('d000')
    },
  },
  {
    about: 'QoS 1',
    rule: 'PUBACK once the frame is on disk, not before',
    source: '4.3.2',
    check: async ({ fixture, raw }) => {
      fixture.journal.manual = true
      const client = await signedIn(raw)
      client.send(publishPacket(topic, 'x', 1, 7))
      await until(() => fixture.journal.frames.length === 1)
      await turns(20)
      expect(hex(client)).toBe('')
      fixture.journal.sync()
      await until(() => hex(client) === '40020007')
    },
  },
  {
    about: 'QoS 1, DUP',
    rule: 'sent again it is answered again; the pipeline leaves one point of the two',
    source: '3.3.1.1',
    check: async ({ fixture, raw }) => {
      const client = await signedIn(raw)
      client.send(publishPacket(topic, 'x', 1, 7))
      await until(() => client.received.length === 4)
      client.send(publishPacket(topic, 'x', 1, 7, 8))
      await until(() => hex(client) === '4002000740020007')
      expect(fixture.journal.frames.map(({ payload }) => String(payload))).toEqual(['x', 'x'])
    },
  },
  {
    about: 'QoS 2',
    rule: 'PUBREC once the frame is on disk, PUBCOMP after PUBREL',
    source: '4.3.3',
    check: async ({ fixture, raw }) => {
      fixture.journal.manual = true
      const client = await signedIn(raw)
      client.send(publishPacket(topic, 'x', 2, 7))
      await until(() => fixture.journal.frames.length === 1)
      await turns(20)
      expect(hex(client)).toBe('')
      fixture.journal.sync()
      await until(() => hex(client) === '50020007')
      client.send([0x62, 2, 0, 7])
      await until(() => hex(client) === '5002000770020007')
    },
  },
  {
    about: 'QoS 2, DUP',
    rule: 'sent again before PUBREL it is answered and kept once; after PUBREL the id is new',
    source: '4.3.3-2',
    check: async ({ fixture, raw }) => {
      const client = await signedIn(raw)
      client.send(publishPacket(topic, 'x', 2, 7))
      await until(() => client.received.length === 4)
      client.send(publishPacket(topic, 'x', 2, 7, 8))
      await until(() => client.received.length === 8)
      expect(fixture.journal.frames).toHaveLength(1)
      client.send([0x62, 2, 0, 7])
      await until(() => client.received.length === 12)
      client.send(publishPacket(topic, 'y', 2, 7))
      await until(() => hex(client) === '50020007500200077002000750020007')
      expect(fixture.journal.frames).toHaveLength(2)
    },
  },
  {
    about: 'order',
    rule: 'acknowledgements leave in the order of the publishes, QoS 1 and 2 mixed',
    source: '4.6',
    check: async ({ fixture, raw }) => {
      const client = await signedIn(raw)
      const packets = Array.from({ length: 60 }, (_, index) => publishPacket(topic, `${index}`, index % 3 === 0 ? 2 : 1, index + 1))
      client.send(...packets)
      await until(() => client.received.length === 240)
      const ids = Array.from({ length: 60 }, (_, index) => client.received.readUInt16BE(index * 4 + 2))
      expect(ids).toEqual(Array.from({ length: 60 }, (_, index) => index + 1))
      expect(fixture.journal.frames.map(({ payload }) => Number(String(payload)))).toEqual(ids.map(id => id - 1))
    },
  },
  {
    about: 'will',
    rule: 'sent when the connection breaks',
    source: '3.1.2-8',
    check: async ({ fixture, raw }) => {
      const client = await raw()
      client.send(connectWithWill(topic, 'gone'))
      await until(() => client.received.length === 4)
      client.socket.destroy()
      await until(() => fixture.journal.frames.length === 1)
      expect(String(fixture.journal.frames[0]?.payload)).toBe('gone')
    },
  },
  {
    about: 'will',
    rule: 'not sent after DISCONNECT',
    source: '3.1.2-10',
    check: async ({ fixture, raw }) => {
      const client = await raw()
      client.send(connectWithWill(topic, 'gone'))
      await until(() => client.received.length === 4)
      client.send(publishPacket(topic, 'last', 1, 1))
      await until(() => client.received.length === 8)
      client.send([0xe0, 0])
      await until(() => fixture.broker.stats().connections === 0)
      await turns(50)
      expect(fixture.journal.frames.map(({ payload }) => String(payload))).toEqual(['last'])
    },
  },
  {
    about: 'retained',
    rule: 'what is known comes at once on subscribing, marked as retained; later messages are not so marked',
    source: '3.3.1-8, -9',
    check: async ({ fixture }) => {
      const client = await fixture.token('tok-bus')
      const heard: string[] = []
      client.on('message', (_topic, payload, packet) => heard.push(`${payload.toString()} ${packet.retain}`))
      await client.subscribeAsync('city/v1/pudong-bus/bus/bus-1/state', { qos: 1 })
      await until(() => heard.length === 1)
      await fixture.broker.publisher.publish('city/v1/pudong-bus/bus/bus-1/state', 'new', { qos: 1 })
      await until(() => heard.length === 2)
      expect(heard).toEqual(['known true', 'new false'])
    },
  },
  {
    about: 'retained',
    rule: 'the retain flag of a device is ignored: the frame is kept like any other',
    source: '3.3.1.3',
    check: async ({ fixture, raw }) => {
      const client = await signedIn(raw)
      client.send(publishPacket(topic, 'x', 1, 1, 1))
      await until(() => hex(client) === '40020001')
      expect(fixture.journal.frames).toHaveLength(1)
    },
  },
  {
    about: 'offline session',
    rule: 'QoS 1 messages wait for a kept session; CONNACK says that there is one',
    source: '3.1.2-4, 3.2.2-2',
    check: async ({ fixture }) => {
      const first = await fixture.token('tok-bus', { clean: false, clientId: 'kept' })
      await first.subscribeAsync('city/v1/pudong-bus/bus/+/reading', { qos: 1 })
      await first.endAsync()
      await until(() => fixture.broker.stats().connections === 0)
      await fixture.broker.publisher.publish('city/v1/pudong-bus/bus/bus-1/reading', 'while away', { qos: 1 })
      const raw = await fixture.raw()
      raw.send(connectPacket({ username: 'token', password: 'tok-bus', client: 'kept', clean: false, keepalive: 0 }))
      await until(() => raw.received.includes('while away'))
      expect([...raw.received.subarray(0, 4)]).toEqual([0x20, 2, 1, 0])
    },
  },
  {
    about: 'clean session',
    rule: 'begins with nothing, and ends what was kept under its name',
    source: '3.1.2-6',
    check: async ({ fixture, raw }) => {
      const first = await fixture.token('tok-bus', { clean: false, clientId: 'c' })
      await first.subscribeAsync('city/v1/pudong-bus/bus/+/reading', { qos: 1 })
      await first.endAsync()
      for (const clean of [true, false]) {
        await until(() => fixture.broker.stats().connections === 0)
        const client = await raw()
        client.send(connectPacket({ username: 'token', password: 'tok-bus', client: 'c', clean, keepalive: 0 }))
        await until(() => hex(client) === '20020000')
        client.socket.destroy()
      }
      expect(fixture.broker.stats().sessions).toBe(0)
    },
  },
  {
    about: 'keepalive',
    rule: 'who is silent for one and a half times of it is disconnected; who publishes need not ping',
    source: '3.1.2-24',
    check: async ({ fixture, raw }) => {
      const silent = await signedIn(raw, { keepalive: 1, client: 'silent' })
      const lively = await raw()
      await lively.signIn('bus-2', { keepalive: 1, client: 'lively' })
      let id = 1
      const publishing = setInterval(() => lively.send(publishPacket('up/bus-2/telemetry', 'x', 1, id++)), 300)
      await until(() => silent.closed)
      clearInterval(publishing)
      expect(lively.closed).toBe(false)
      expect(fixture.broker.stats().refused.KEEPALIVE_MISSED).toBe(1)
    },
  },
  {
    about: 'client id',
    rule: 'of no length: taken with a clean session',
    source: '3.1.3-6',
    check: ({ raw }) => connack(raw, { client: '', clean: true }, 0),
  },
  {
    about: 'client id',
    rule: 'of no length: refused with code 2 without one',
    source: '3.1.3-8',
    check: ({ raw }) => connack(raw, { client: '', clean: false }, 2),
  },
  {
    about: 'client id',
    rule: 'the same client coming back takes over its older connection',
    source: '3.1.4-2',
    check: async ({ raw }) => {
      const older = await signedIn(raw)
      const newer = await signedIn(raw)
      await until(() => older.closed)
      newer.send(publishPacket(topic, 'x', 1, 1))
      await until(() => hex(newer) === '40020001')
    },
  },
  {
    about: 'subscription',
    rule: 'refused with 0x80 in its place, the others of the packet granted',
    source: '3.8.4-5, 3.9.3-2',
    check: async ({ raw }) => {
      const client = await raw()
      client.send(connectPacket({ username: 'token', password: 'tok-bus', client: 'c', clean: true, keepalive: 0 }))
      await until(() => client.received.length === 4)
      client.received = Buffer.alloc(0)
      client.send(subscribePacket(5, ['city/v1/pudong-bus/#', 1], ['#', 1], ['live/v1/pudong-bus/#', 0]))
      await until(() => hex(client).startsWith('9005000501' + '8000'))
    },
  },
  {
    about: 'CONNECT',
    rule: 'a second one ends the connection',
    source: '3.1.0-2',
    check: async ({ raw }) => {
      const client = await signedIn(raw)
      client.send(connectPacket({ username: 'bus-1', password: 'secret-bus-1', client: 'c', clean: true, keepalive: 0 }))
      await until(() => client.closed)
    },
  },
  {
    about: 'QoS 3',
    rule: 'ends the connection',
    source: '3.3.1-4',
    check: async ({ fixture, raw }) => {
      const client = await signedIn(raw)
      client.send([0x36, 8, 0, 4, ...Buffer.from('up/b'), 0, 1])
      await until(() => client.closed)
      expect(fixture.journal.frames).toHaveLength(0)
    },
  },
]

async function signedIn(raw: Bench['raw'], options: { readonly keepalive?: number; readonly client?: string } = {}): Promise<RawClient> {
  const client = await raw()
  await client.signIn('bus-1', options)
  return client
}

async function connack(raw: Bench['raw'], of: { readonly client: string; readonly clean: boolean }, code: number): Promise<void> {
  const client = await raw()
  client.send(connectPacket({ username: 'bus-1', password: 'secret-bus-1', keepalive: 0, ...of }))
  await until(() => client.received.length >= 4)
  expect(client.received[3]).toBe(code)
}

function hex(client: RawClient): string {
  return client.received.toString('hex')
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(resolve => setImmediate(resolve))
}

/** MQTT 3.1.1 § 3.1 with a will of QoS 1, by hand. */
function connectWithWill(willTopic: string, message: string): Buffer {
  const body = Buffer.concat([text('MQTT'), Buffer.from([4, 0xc0 | 0x0c | 2, 0, 0]), ...['c', willTopic, message, 'bus-1', 'secret-bus-1'].map(text)])
  return Buffer.concat([Buffer.from([0x10, body.length]), body])
}

/** MQTT 3.1.1 § 3.8, by hand. */
function subscribePacket(id: number, ...filters: readonly (readonly [string, number])[]): Buffer {
  const body = Buffer.concat([Buffer.from([0, id]), ...filters.flatMap(([filter, qos]) => [text(filter), Buffer.from([qos])])])
  return Buffer.concat([Buffer.from([0x82, body.length]), body])
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length >> 8, value.length & 255]), Buffer.from(value)])
}
