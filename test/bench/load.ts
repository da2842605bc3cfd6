/**
 * Load on an MQTT broker: many connections, each with a fixed number of QoS 1 publishes in flight. Speaks just enough MQTT 3.1.1 over plain sockets to cost little
 * beside the broker under test. Run as a program: `node test/bench/load.ts '{"port":1883,…}'` prints one JSON line.
 */
import { connect, type Socket } from 'node:net'
import { generate } from 'mqtt-packet'
import { encodeTelemetry } from '../../devices/protocols/telemetry/encode.ts'

/** What to send. */
export interface LoadOptions {
  readonly port: number
  readonly connections: number
  readonly inFlight: number
  readonly seconds: number
  /** Secret of every device; absent: sign in without. */
  readonly secret?: string
  /** Devices are `${prefix}${n}`. */
  readonly prefix: string
  /** Event time of each device's first reading; every further one is a millisecond later, so that each is a row of its own. */
  readonly from: number
}

/** What came back. */
export interface LoadResult {
  readonly acknowledged: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

if (import.meta.main) {
  const result = await drive(JSON.parse(process.argv[2] ?? '{}') as LoadOptions)
  console.log(JSON.stringify(result))
  process.exit(0)
}

async function drive(options: LoadOptions): Promise<LoadResult> {
  const latencies: number[] = []
  let acknowledged = 0
  let running = false
  const lanes = await Promise.all(Array.from({ length: options.connections }, (_, n) => openLane(options, n)))
  running = true
  const from = performance.now()
  for (const lane of lanes) {
    lane.socket.on('data', chunk => {
      // A PUBACK is four bytes (MQTT 3.1.1 § 3.4); chunks may cut one.
      lane.bytes += chunk.length
      const acks = Math.floor(lane.bytes / 4)
      lane.bytes %= 4
      const at = performance.now()
      for (let ack = 0; ack < acks; ack++) {
        const sentAt = lane.sentAt.shift()
        if (sentAt !== undefined && acknowledged % 16 === 0) latencies.push(at - sentAt)
        acknowledged++
      }
      if (running) lane.send(acks)
    })
    lane.send(options.inFlight)
  }
  await new Promise(resolve => setTimeout(resolve, options.seconds * 1000))
  running = false
  const seconds = (performance.now() - from) / 1000
  const total = acknowledged
  for (const lane of lanes) lane.socket.destroy()
  latencies.sort((a, b) => a - b)
  const at = (share: number): number => Math.round((latencies[Math.floor(latencies.length * share)] ?? 0) * 100) / 100
  return { acknowledged: total, seconds, p50Ms: at(0.5), p99Ms: at(0.99) }
}

interface Lane {
  readonly socket: Socket
  readonly sentAt: number[]
  bytes: number
  send(count: number): void
}

async function openLane(options: LoadOptions, n: number): Promise<Lane> {
  const device = `${options.prefix}${n}`
  const socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true })
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  const credentials = options.secret === undefined ? {} : { username: device, password: Buffer.from(options.secret) }
  socket.write(generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId: device, clean: true, keepalive: 60, ...credentials }))
  const connack = await new Promise<Buffer>((resolve, reject) => socket.once('data', resolve).once('close', () => reject(new Error('refused'))))
  if (connack[3] !== 0) throw new Error(`sign-in refused with ${connack[3]}`)
  socket.on('error', () => undefined)
  const sentAt: number[] = []
  const template = templateOf(device, options.from)
  let sent = 0
  const send = (count: number): void => {
    const packets = Buffer.allocUnsafe(template.bytes.length * count)
    const now = performance.now()
    for (let i = 0; i < count; i++, sent++) {
      const at = i * template.bytes.length
      packets.set(template.bytes, at)
      packets.writeUInt16BE((sent % 65_535) + 1, at + template.messageIdAt)
      writeVarint(packets, at + template.timeAt, options.from + sent)
      sentAt.push(now)
    }
    socket.write(packets)
  }
  return { socket, sentAt, bytes: 0, send }
}

interface Template {
  readonly bytes: Buffer
  readonly messageIdAt: number
  readonly timeAt: number
}

/** A PUBLISH of a bus position in which only the message id and the time have to be changed. */
function templateOf(device: string, from: number): Template {
  const payload = Buffer.from(
    encodeTelemetry({
      bus: { fixTimeMs: from, latitude: 31.2304, longitude: 121.4737, speedKmh: 32.5, headingDeg: 90, route: 'SYN-1', satellites: 9, doorOpen: false },
    }),
  )
  const topic = `up/${device}/telemetry`
  const bytes = generate({ cmd: 'publish', topic, payload, qos: 1, messageId: 1, dup: false, retain: false })
  const payloadAt = bytes.length - payload.length
  // Telemetry.bus is field 1 (0a, length), BusPosition.fix_time_ms is its field 1 (08), a varint of six bytes until the year 2109.
  const timeAt = payloadAt + 3
  if (payload[0] !== 0x0a || payload[2] !== 0x08) throw new Error('the telemetry encoder orders its fields in another way than this expects')
  return { bytes, messageIdAt: payloadAt - 2, timeAt }
}

function writeVarint(into: Buffer, at: number, value: number): void {
  let rest = value
  for (let index = 0; index < 6; index++) {
    into[at + index] = (rest % 128) | (index < 5 ? 0x80 : 0)
    rest = Math.floor(rest / 128)
  }
}
