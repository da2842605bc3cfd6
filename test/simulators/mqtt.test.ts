import { createServer, type Server, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { type CityOptions, createCity, type SimulatedCity } from '../../devices/simulators/index.ts'

interface Received {
  readonly client: string
  readonly topic: string
  readonly payload: Buffer
}

/** A broker that is not the gateway's: Aedes as it comes, with the city's secrets. */
interface Broker {
  readonly url: string
  readonly received: Received[]
  readonly sockets: Set<Socket>
  /** Held: no publish is acknowledged. */
  held: boolean
  refuse: boolean
  close(): Promise<void>
}

const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const done of cleanUp.splice(0).reverse()) await done()
})
const until = (condition: () => void): Promise<void> => vi.waitFor(condition, { timeout: 20_000, interval: 20 })
const catalogue = await loadCatalogue()

async function startBroker(city: SimulatedCity, port = 0): Promise<Broker> {
  const aedes = await Aedes.createBroker()
  const secrets = new Map(city.enrolments.map(({ device, secret }) => [device.id, secret]))
  const server: Server = createServer(socket => {
    broker.sockets.add(socket)
    socket.on('close', () => broker.sockets.delete(socket))
    aedes.handle(socket)
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  const broker: Broker = {
    url: `mqtt://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    received: [],
    sockets: new Set(),
    held: false,
    refuse: false,
    close: async () => {
      for (const socket of broker.sockets) socket.destroy()
      await new Promise<void>(resolve => server.close(() => resolve()))
      await new Promise<void>(resolve => aedes.close(() => resolve()))
    },
  }
  aedes.authenticate = (client, username, password, done) =>
    done(null, !broker.refuse && secrets.get(username ?? '') === password?.toString() && client.id === username)
  aedes.authorizePublish = (client, packet, done) => {
    // Aedes acknowledges when this calls back: a held one is a gateway that has not synced yet.
    if (broker.held) return
    broker.received.push({ client: client?.id ?? '', topic: packet.topic, payload: Buffer.from(packet.payload) })
    done(null)
  }
  cleanUp.push(() => broker.close())
  return broker
}

function make(options: Partial<CityOptions>): SimulatedCity {
  const city = createCity({ seed: 'mqtt', buses: 0, meters: 0, worksites: 0, rate: 10, now: Date.now, catalogue, modbus: { port: 0 }, ...options })
  cleanUp.push(() => city.stop())
  return city
}

describe('a city on MQTT', () => {
  it('signs each unit in for itself and sends what the models decode', async () => {
    const city = make({ buses: 3, meters: 10, worksites: 10, rate: 30 })
    await city.open()
    const broker = await startBroker(city)
    await city.start({ mqttUrl: broker.url })
    await until(() => expect(new Set(broker.received.map(({ topic }) => topic)).size).toBe(3 + 2 + 10))
    const devices = new Map(city.devices.map(device => [device.id, device]))
    for (const { client, topic, payload } of broker.received) {
      const [, id = '', channel = ''] = topic.split('/')
      const device = devices.get(id)
      expect([id, device?.behind]).toContain(client)
      const decoded = catalogue
        .model(device?.model ?? '')
        ?.decoderFor(channel)
        ?.decode(payload, { receivedAt: Date.now() })
      expect(decoded?.ok, `${topic} ${JSON.stringify(decoded)}`).toBe(true)
    }
    expect(broker.received.some(({ topic }) => topic === 'up/sim-site-0010/modbus')).toBe(true)
    expect(broker.sockets.size).toBe(3 + 2 + 9)
    expect(city.stats()).toMatchObject({ connected: 14, connections: 14, devices: 23, reconnects: 0, skipped: 0 })
  })

  it('reports at the rate it was given, each bus at its own moment', async () => {
    const city = make({ buses: 8, rate: 5 })
    const broker = await startBroker(city)
    await city.start({ mqttUrl: broker.url })
    await until(() => expect(city.stats().connected).toBe(8))
    const before = city.stats().published
    await new Promise(resolve => setTimeout(resolve, 2000))
    const sent = city.stats().published - before
    expect(sent).toBeGreaterThan(65)
    expect(sent).toBeLessThan(95)
    const { acknowledged, latencyMs } = city.stats()
    expect(acknowledged).toBeGreaterThan(60)
    expect(latencyMs.p50).toBeGreaterThan(0)
    expect(latencyMs.p99).toBeGreaterThanOrEqual(latencyMs.p50)
  })

  it('sends again after a reconnect what was not acknowledged: nothing is missing', async () => {
    const city = make({ buses: 2, rate: 10 })
    const broker = await startBroker(city)
    await city.start({ mqttUrl: broker.url })
    await until(() => expect(broker.received.length).toBeGreaterThan(10))
    broker.held = true
    await until(() => expect(city.stats().pending).toBeGreaterThan(10))
    for (const socket of broker.sockets) socket.destroy()
    await until(() => expect(city.stats().connected).toBe(0))
    broker.held = false
    await until(() => expect(city.stats().connected).toBe(2))
    await until(() => expect(city.stats().pending).toBeLessThan(4))
    await city.stop()
    const decoder = catalogue.model('citygate-bus-unit')?.decoderFor('telemetry')
    for (const id of ['sim-bus-0001', 'sim-bus-0002']) {
      const times = broker.received.flatMap(({ topic, payload }) => {
        const decoded = topic === `up/${id}/telemetry` ? decoder?.decode(payload, { receivedAt: 0 }) : undefined
        return decoded?.ok ? decoded.readings.map(reading => reading.at ?? 0) : []
      })
      const unique = [...new Set(times)].sort((a, b) => a - b)
      const gaps = unique.slice(1).map((time, index) => time - (unique[index] ?? 0))
      expect(unique.length).toBeGreaterThan(20)
      expect(Math.max(...gaps)).toBeLessThanOrEqual(101)
    }
    expect(city.stats()).toMatchObject({ pending: 0, skipped: 0 })
    expect(city.stats().acknowledged).toBe(city.stats().published)
    expect(city.stats().reconnects).toBeGreaterThanOrEqual(2)
  })

  it('goes on trying when it is refused, and tells why', async () => {
    const city = make({ buses: 1 })
    const broker = await startBroker(city)
    broker.refuse = true
    await city.start({ mqttUrl: broker.url })
    await until(() =>
      expect(city.stats()).toMatchObject({ connected: 0, published: 0, lastProblem: expect.stringMatching(/not authorized|refused|bad user/i) }),
    )
    broker.refuse = false
    await until(() => expect(city.stats().acknowledged).toBeGreaterThan(2))
  })

  it('stops when nobody is there, and can be told of before it knows its ports only for what has none', async () => {
    const city = make({ buses: 1, meters: 1 })
    expect(() => city.devices).toThrow(/open\(\)/)
    await city.open()
    expect(city.devices[1]?.link).toMatchObject({ url: expect.stringMatching(/^modbus-tcp:\/\/127\.0\.0\.1:\d+$/), unit: 1 })
    await city.start({ mqttUrl: 'mqtt://127.0.0.1:1' })
    await until(() => expect(city.stats().reconnects).toBeGreaterThan(0))
    const began = performance.now()
    await city.stop()
    expect(performance.now() - began).toBeLessThan(3000)
  })
})
