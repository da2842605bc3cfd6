import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Broker } from '../../gateway/broker/broker.ts'
import { CityTopics } from '../../gateway/feeds/city-topics.ts'
import { LiveStates } from '../../gateway/live/live-states.ts'
import { TilePublisher } from '../../gateway/live/tile-publisher.ts'
import type { Authenticator } from '../../gateway/model/access.ts'
import type { Journal } from '../../gateway/model/journal.ts'
import { busReading, MockDirectory, memoryLog, NOON } from '../live/fakes.ts'
import { MapClient } from '../live/map-client.ts'

/** Mocks of what devices need: here nobody publishes but the gateway. */
const journal: Journal = {
  append: () => 0,
  synced: () => Promise.resolve(),
  start: 0,
  end: 0,
  read: () => Promise.resolve([]),
  whenPast: () => Promise.resolve(),
  condition: { state: 'normal', bytes: 0, budgetBytes: 1, segments: 1, unsynced: 0 },
}
/** A token is its organisation, or organisation and kind. */
const authenticator: Authenticator = {
  device: () => undefined,
  token: token => {
    const [org, kind] = token.split(':')
    return org ? { type: 'token', id: token, org, ...(kind && { kind }) } : undefined
  },
  tokenHolds: () => true,
}
const log = memoryLog()
/** For conditions on a busy machine. */
const patiently = { timeout: 20_000, interval: 10 }

let folder = ''
let live: LiveStates
let city: CityTopics
let tiles: TilePublisher
let broker: Broker
let clients: mqtt.MqttClient[] = []
const directory = new MockDirectory()

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'citygate-over-broker-'))
  clients = []
  live = new LiveStates({ file: join(folder, 'live.db'), log })
  broker = new Broker({
    host: '127.0.0.1',
    port: 0,
    journal,
    directory,
    authenticator,
    tickets: { issue: () => ({ username: '', password: '', expiresInSeconds: 0 }), check: () => undefined, holds: () => false },
    log,
    now: Date.now,
  })
  const { publisher } = broker
  const kinds = [{ id: 'bus', title: { en: 'Bus', zh: '公交车' }, moves: true, staleAfterSeconds: 60, fields: {} }]
  city = new CityTopics({ live, publisher, log, everyMs: 50 })
  tiles = new TilePublisher({ live, directory, publisher, kinds, now: Date.now, log, everyMs: 50 })
  broker.greetWith({ greet: async subscription => void (await Promise.all([city.greet(subscription), tiles.greet(subscription)])) })
  await live.start()
  await city.start()
  await tiles.start()
  await broker.start()
})

afterEach(async () => {
  for (const client of clients) await client.endAsync(true)
  await broker.stop()
  await tiles.stop()
  await city.stop()
  await live.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function connect(token: string): Promise<mqtt.MqttClient> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, { username: 'token', password: token, reconnectPeriod: 0 })
  clients.push(client)
  return client
}

it('ten thousand states arrive on one wildcard subscription, each once, marked as retained', async () => {
  const count = 10_000
  await live.take(Array.from({ length: count }, (_, index) => busReading({ device: `bus-${index}`, origin: index, values: { speed: index } })))
  await live.take([busReading({ device: 'other', org: 'minhang-bus' }), busReading({ device: 'meter', kind: 'water-meter' })])
  const client = await connect('pudong-bus:bus')
  const speeds = new Map<string, number>()
  let messages = 0
  client.on('message', (topic, payload, packet) => {
    // What is not marked comes from a round that found the states changed: it may bring one again.
    if (!packet.retain) return
    messages += 1
    const state: { device: string; values: { speed: { value: number } } } = JSON.parse(payload.toString())
    if (topic === `city/v1/pudong-bus/bus/${state.device}/state`) speeds.set(state.device, state.values.speed.value)
  })
  await client.subscribeAsync('city/v1/pudong-bus/+/+/state', { qos: 1 })
  await vi.waitFor(() => expect(speeds.size).toBe(count), patiently)
  expect(messages).toBe(count)
  expect([...speeds].every(([device, speed]) => device === `bus-${speed}`)).toBe(true)
})

it('readings and states come as they happen, to those who may see them', async () => {
  const [bus, meter] = [await connect('pudong-bus:bus'), await connect('pudong-bus:water-meter')]
  const got: string[] = []
  bus.on('message', (topic, payload) => got.push(`${topic} ${JSON.parse(payload.toString()).at}`))
  meter.on('message', topic => got.push(`meter: ${topic}`))
  for (const client of [bus, meter]) await client.subscribeAsync('city/v1/#', { qos: 1 })
  const batch = [busReading(), busReading({ at: NOON + 1_000, origin: 1 }), busReading({ device: 'other', org: 'minhang-bus' })]
  await live.take(batch)
  await city.take(batch, new AbortController().signal)
  await vi.waitFor(() => expect(got).toHaveLength(3), patiently)
  expect(got.filter(line => line.includes('/reading'))).toEqual([
    'city/v1/pudong-bus/bus/bus-1/reading 2026-05-01T12:00:00.000Z',
    'city/v1/pudong-bus/bus/bus-1/reading 2026-05-01T12:00:01.000Z',
  ])
  expect(got).toContain('city/v1/pudong-bus/bus/bus-1/state 2026-05-01T12:00:01.000Z')
})

it('a state never arrives older after newer while states change under a greeting', async () => {
  const devices = Array.from({ length: 300 }, (_, index) => `bus-${index}`)
  let step = 0
  const drive = (): Promise<void> => {
    step += 1
    return live.take(devices.map(device => busReading({ device, at: NOON + step, origin: step, values: { step } })))
  }
  await drive()
  const driving = setInterval(() => void drive(), 3)
  try {
    const backwards: string[] = []
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const client = await connect('pudong-bus')
        const newest = new Map<string, number>()
        client.on('message', (topic, payload) => {
          const state: { values: { step: { value: number } } } = JSON.parse(payload.toString())
          const before = newest.get(topic) ?? 0
          if (state.values.step.value < before) backwards.push(`${topic}: ${state.values.step.value} after ${before}`)
          newest.set(topic, state.values.step.value)
        })
        for (let again = 0; again < 5; again++) {
          await client.subscribeAsync('city/v1/pudong-bus/#', { qos: again % 2 === 0 ? 0 : 1 })
          await vi.waitFor(() => expect(newest.size).toBe(devices.length), patiently)
          const at = step
          await vi.waitFor(() => expect(Math.min(...newest.values())).toBeGreaterThan(at), patiently)
        }
      }),
    )
    expect(backwards).toEqual([])
  } finally {
    clearInterval(driving)
  }
})

it('a map that subscribes in the middle of the traffic comes to the picture that live state has', async () => {
  const devices = Array.from({ length: 200 }, (_, index) => `bus-${index}`)
  directory.put(...devices.map(id => ({ id, org: 'pudong-bus', model: 'citygate-bus-unit' })))
  let step = 0
  const drive = (): Promise<void> => {
    step += 1
    const position = (index: number): { lat: number; lon: number } => ({ lat: 31 + ((index + step) % 20) / 50, lon: 121 + (index % 10) / 50 })
    return live.take(devices.map((device, index) => busReading({ device, at: NOON + step, origin: step, position: position(index) })))
  }
  const driving = setInterval(() => void drive(), 5)
  const maps: MapClient[] = []
  try {
    for (let again = 0; again < 6; again++) {
      const map = new MapClient()
      maps.push(map)
      const client = await connect('pudong-bus')
      client.on('message', (topic, payload) => map.receive(topic, payload))
      await client.subscribeAsync('live/v1/pudong-bus/#')
      await vi.waitFor(() => expect(map.devices.size).toBe(devices.length), patiently)
    }
  } finally {
    clearInterval(driving)
  }
  const truth = Array.from(live.all(), ({ device, position }) => [device, position?.lat.toFixed(5), position?.lon.toFixed(5)]).sort((a, b) =>
    String(a[0]).localeCompare(String(b[0])),
  )
  for (const map of maps) {
    await vi.waitFor(() => expect(map.picture()).toEqual(truth), patiently)
    expect(map.gaps).toEqual([])
  }
})
