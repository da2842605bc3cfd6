import { rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { generate } from 'mqtt-packet'
import { afterEach, expect, it } from 'vitest'
import { encodeTelemetry } from '../../devices/protocols/telemetry/encode.ts'
import type { Random } from '../../devices/simulators/random.ts'
import { dataFolder, type GatewayProcess, startGateway } from '../support/gateway.ts'
import { chance, freePort, memoryOf, much, say } from './chaos.ts'
import { Fleet } from './fleet.ts'
import { SECRET } from './raw-device.ts'
import { storedInSqlite, verify } from './verify.ts'

let data: string
let fleet: Fleet
let gateway: GatewayProcess | undefined
let port: number
const sockets = new Set<Socket>()

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  await fleet.stop()
  await gateway?.stop()
  await rm(data, { recursive: true, force: true })
})

async function opened(): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  sockets.add(socket)
  socket.on('error', () => undefined)
  socket.on('close', () => sockets.delete(socket))
  await new Promise(resolve => socket.once('connect', resolve).once('close', resolve))
  return socket
}

function connectPacket(username: string, clientId = username): Buffer {
  return generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId, clean: true, keepalive: 0, username, password: Buffer.from(SECRET) })
}

async function signedIn(username: string, clientId = username): Promise<Socket> {
  const socket = await opened()
  socket.write(connectPacket(username, clientId))
  await new Promise(resolve => socket.once('data', resolve).once('close', resolve))
  return socket
}

function frame(device: string, at: number): Buffer {
  const payload = Buffer.from(encodeTelemetry({ bus: { fixTimeMs: at, latitude: 31.2, longitude: 121.5, speedKmh: 1 } }))
  return generate({ cmd: 'publish', topic: `up/${device}/telemetry`, payload, qos: 1, messageId: 7, dup: false, retain: false })
}

/** Only it sends a byte at a time. */
const SLOW = 'rogue-10'

/** What each hostile client does; all of them at once, again and again. */
const HOSTILE: Readonly<Record<string, (random: Random) => Promise<void>>> = {
  'random bytes': async random => {
    ;(await opened()).write(Buffer.from(Array.from({ length: random.integer(1, 2_000) }, () => random.integer(0, 255))))
  },
  'a sound packet with bits flipped, after a sign-in': async random => {
    const socket = await signedIn(`rogue-${random.integer(0, 9)}`)
    const bytes = Buffer.concat(Array.from({ length: 20 }, () => generate({ cmd: 'subscribe', messageId: 3, subscriptions: [{ topic: 'city/v1/#', qos: 1 }] })))
    for (let n = 0; n < 10; n++) {
      const at = random.integer(0, bytes.length - 1)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(0, 7))
    }
    socket.write(bytes)
  },
  'any packet type with any flags and a random body': async random => {
    const socket = await signedIn(`rogue-${random.integer(0, 9)}`)
    for (let n = 0; n < 50; n++) {
      const body = Buffer.from(Array.from({ length: random.integer(0, 60) }, () => random.integer(0, 255)))
      socket.write(Buffer.concat([Buffer.from([random.integer(0, 255), body.length]), body]))
    }
  },
  'a remaining length of 268,435,455 and a drizzle of bytes': async random => {
    const socket = await signedIn(`rogue-${random.integer(0, 9)}`)
    socket.write(Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f]))
    for (let n = 0; n < 5 && !socket.destroyed; n++) {
      socket.write(Buffer.alloc(60_000, 0x41))
      await pause(10)
    }
  },
  'a remaining length of five bytes': async random => void (await signedIn(`rogue-${random.integer(0, 9)}`)).write(Buffer.alloc(8, 0xff)),
  'a topic of 65,535 bytes': async random => {
    const socket = await signedIn(`rogue-${random.integer(0, 9)}`)
    const topic = `up/rogue-0/${'x'.repeat(65_524)}`
    socket.write(generate({ cmd: 'publish', topic, payload: 'x', qos: 1, messageId: 1, dup: false, retain: false }))
    socket.write(generate({ cmd: 'subscribe', messageId: 2, subscriptions: [{ topic, qos: 1 }] }))
  },
  'no CONNECT': async () => {
    await opened()
  },
  'half a CONNECT': async random => {
    const packet = connectPacket('rogue-0')
    ;(await opened()).write(packet.subarray(0, random.integer(1, packet.length - 1)))
  },
  'half open: it ends its side and stays': async random => {
    const socket = await signedIn(`rogue-${random.integer(0, 9)}`)
    socket.end(Buffer.from([0x30]))
  },
  'a CONNECT twice': async random => void (await signedIn(`rogue-${random.integer(0, 9)}`)).write(connectPacket('rogue-1')),
  'a wrong secret, many times': async () => {
    const socket = await opened()
    socket.write(
      generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clientId: 'x',
        clean: true,
        keepalive: 0,
        username: 'rogue-0',
        password: Buffer.from('no'),
      }),
    )
  },
  'publishing for somebody else': async random => void (await signedIn(`rogue-${random.integer(0, 9)}`)).write(frame('bus-0', Date.now())),
}

it('hostile clients of every sort: good devices get their receipts throughout, and memory stays bounded', async () => {
  const random = chance('hostile')
  data = await dataFolder()
  fleet = new Fleet({ devices: 20, perSecond: 1_000, inFlight: 20, random })
  await fleet.enrol(data)
  const rogues = new Fleet({ devices: 11, perSecond: 0, inFlight: 0, random, prefix: 'rogue' })
  await rogues.enrol(data)
  port = await freePort()
  gateway = await startGateway({ data, command: ['serve', '--http', '0', '--mqtt', String(port)] })
  const { pid } = gateway
  const added = await gateway.citygate('token', 'add', '--org', 'chaos', '--json')
  const { token } = JSON.parse(added.stdout) as { token: string }
  fleet.start(port)
  await fleet.more(200)

  // A subscriber to everything that reads nothing, and a device that sends a byte at a time.
  const deaf = await opened()
  deaf.pause()
  deaf.write(
    generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: 'deaf',
      clean: true,
      keepalive: 0,
      username: 'token',
      password: Buffer.from(token),
    }),
  )
  deaf.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'city/v1/chaos/#', qos: 1 }] }))
  const slow = await drip(random)
  const kept = sockets.size

  const counts: Record<string, number> = {}
  const started = memoryOf(pid).nowMb
  let slowest = 0
  const until = performance.now() + much(6_000, 60_000)
  let before = fleet.acknowledged
  let quietSince = performance.now()
  const watch = setInterval(() => {
    if (fleet.acknowledged > before) quietSince = performance.now()
    before = fleet.acknowledged
    slowest = Math.max(slowest, performance.now() - quietSince)
  }, 20)
  try {
    while (performance.now() < until) {
      const name = Object.keys(HOSTILE)[random.integer(0, Object.keys(HOSTILE).length - 1)] ?? ''
      await HOSTILE[name]?.(random)
      counts[name] = (counts[name] ?? 0) + 1
      // Those that stay open are given up one by one.
      if (sockets.size > 400) for (const socket of [...sockets].slice(kept, kept + 50)) socket.destroy()
    }
  } finally {
    clearInterval(watch)
  }
  await fleet.settle()
  expect(
    fleet.devices.every(device => device.connections === 1),
    'no good device lost its connection',
  ).toBe(true)
  expect(slowest, 'the longest time without any receipt, ms').toBeLessThan(2_000)
  const receipts = slow()
  expect(receipts, 'receipts of the device that sends a byte at a time').toBeGreaterThan(5)
  say(
    `hostile: ${Object.entries(counts)
      .map(([name, count]) => `${count} × ${name}`)
      .join(', ')}; ${receipts} receipts byte by byte; longest pause between receipts ${Math.round(slowest)} ms; ${started} MB before`,
  )
  for (const socket of sockets) socket.destroy()
  await verify('hostile', gateway, fleet, () => storedInSqlite(data))
}, 180_000)

/** A device that sends one byte at a time without end; answers how many receipts it got. */
async function drip(random: Random): Promise<() => number> {
  const socket = await signedIn(SLOW, SLOW)
  let received = 0
  socket.on('data', (chunk: Buffer) => (received += chunk.length))
  const from = Date.now() - 60_000
  const send = async (): Promise<void> => {
    for (let n = 0; !socket.destroyed; n++) {
      for (const byte of frame(SLOW, from + n)) {
        socket.write(Buffer.from([byte]))
        if (random.chance(0.2)) await pause(1)
      }
    }
  }
  void send()
  return () => received / 4
}
