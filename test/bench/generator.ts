/**
 * Load on an MQTT broker, as a program of its own: `node test/bench/generator.ts '{"port":1883,…}'`. Speaks just enough MQTT 3.1.1 over plain sockets, with packets that
 * were encoded before, to cost little beside the broker under test. Prints `measuring` when the measured time begins, then one line of JSON.
 */
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { connectBytes, firstTime, PacketRing, type Speaker } from './packets.ts'

/** What to send. */
export interface Load {
  readonly port: number
  readonly connections: number
  /** Each connection publishes for so many devices in turn: itself when 1, else those behind it. */
  readonly devicesEach: number
  /** Connections are called `{prefix}{number}`, the devices behind them `{prefix}{number}-{number}`. */
  readonly prefix: string
  /** Devices lie over a city; absent: all in one place. */
  readonly spread?: boolean
  /** Of every connection; absent: sign in without. */
  readonly secret?: string
  /** QoS 1 publishes of one connection that wait for their PUBACK. 0: connections that say nothing, held until the standard input ends. */
  readonly inFlight: number
  /** Not measured. */
  readonly warmUpSeconds?: number
  /** One of the two ends it: a time, or a number of messages. */
  readonly seconds?: number
  readonly messages?: number
  /** Sends at this pace; otherwise the next one as soon as one is acknowledged. */
  readonly perSecond?: number
}

/** What came back in the measured time. */
export interface LoadResult {
  readonly acknowledged: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** The names of connection `n` and its devices. All are of one length. */
export function speakerOf(load: Pick<Load, 'prefix' | 'devicesEach'>, n: number): Speaker {
  const name = `${load.prefix}${String(n).padStart(5, '0')}`
  const devices = load.devicesEach === 1 ? [name] : Array.from({ length: load.devicesEach }, (_, k) => `${name}-${String(k).padStart(3, '0')}`)
  return { name, devices }
}

/** Counts what is acknowledged, and how late. */
class Meter {
  acknowledged = 0
  #latencies: number[] = []

  note(count: number, latencyMs: number): void {
    this.acknowledged += count
    this.#latencies.push(latencyMs)
  }

  clear(): void {
    this.acknowledged = 0
    this.#latencies = []
  }

  percentile(share: number): number {
    const sorted = this.#latencies.sort((a, b) => a - b)
    return Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 1000) / 1000
  }
}

class Connection {
  readonly #socket: Socket
  readonly #ring: PacketRing
  readonly #meter: Meter
  readonly #again: (acks: number) => void
  readonly #sentAt: Float64Array
  #oldest = 0
  #cut = 0

  constructor(socket: Socket, ring: PacketRing, meter: Meter, again: (connection: Connection, acks: number) => void) {
    this.#socket = socket
    this.#ring = ring
    this.#meter = meter
    this.#again = acks => again(this, acks)
    this.#sentAt = new Float64Array(ring.size)
    socket.on('data', chunk => this.#heard(chunk))
    socket.once('close', () => fail('a connection was closed by the broker'))
  }

  send(count: number): void {
    const now = performance.now()
    for (let index = 0; index < count; index++) this.#sentAt[(this.#ring.at + index) % this.#ring.size] = now
    this.#ring.next(count, bytes => this.#socket.write(bytes))
  }

  /** A PUBACK is four bytes (MQTT 3.1.1 § 3.4) and comes in the order of the publishes; a chunk may cut one. */
  #heard(chunk: Buffer): void {
    if (this.#cut === 0 && chunk[0] !== 0x40) fail(`the broker sent a packet of type ${(chunk[0] ?? 0) >> 4}`)
    const acks = (this.#cut + chunk.length) >> 2
    this.#cut = (this.#cut + chunk.length) & 3
    if (acks === 0) return
    this.#meter.note(acks, performance.now() - (this.#sentAt[this.#oldest] ?? 0))
    this.#oldest = (this.#oldest + acks) % this.#ring.size
    this.#again(acks)
  }
}

if (import.meta.main) {
  await drive(JSON.parse(process.argv[2] ?? '{}') as Load)
  process.exit(0)
}

async function drive(load: Load): Promise<void> {
  const sockets: Socket[] = []
  // In groups: a thousand SYNs at once overrun a queue of accepts.
  for (let n = 0; n < load.connections; n += 250) {
    const group = Array.from({ length: Math.min(250, load.connections - n) }, (_, k) => signIn(load, speakerOf(load, n + k)))
    sockets.push(...(await Promise.all(group)))
  }
  if (load.inFlight === 0) {
    console.log('measuring')
    for await (const _ of process.stdin);
    return
  }
  const meter = new Meter()
  let allowed = load.messages ?? Number.POSITIVE_INFINITY
  let sending = true
  const sendMore = (connection: Connection, count: number): void => {
    if (!sending) return
    const most = Math.min(count, allowed)
    allowed -= most
    if (most > 0) connection.send(most)
  }
  const paced = load.perSecond !== undefined
  const from = firstTime(Date.now())
  const connections = sockets.map(
    (socket, n) =>
      new Connection(
        socket,
        new PacketRing({ ...speakerOf(load, n), ...(load.spread && { spread: true }) }, from, paced ? 500 : load.inFlight),
        meter,
        paced ? () => undefined : sendMore,
      ),
  )
  const begin = async (): Promise<number> => {
    await pause((load.warmUpSeconds ?? 0) * 1000)
    meter.clear()
    console.log('measuring')
    return performance.now()
  }
  const measuring = begin()
  if (load.perSecond !== undefined) void keepPace(connections, load.perSecond, () => sending)
  else for (const connection of connections) sendMore(connection, load.inFlight)
  const started = await measuring
  if (load.messages === undefined) await pause((load.seconds ?? 1) * 1000)
  else while (meter.acknowledged < load.messages) await pause(5)
  const result: LoadResult = {
    acknowledged: meter.acknowledged,
    seconds: (performance.now() - started) / 1000,
    p50Ms: meter.percentile(0.5),
    p99Ms: meter.percentile(0.99),
  }
  sending = false
  console.log(JSON.stringify(result))
}

/** Sends what is due by now, one message a connection in turn. */
async function keepPace(connections: readonly Connection[], perSecond: number, sending: () => boolean): Promise<void> {
  const started = performance.now()
  let sent = 0
  while (sending()) {
    await pause(1)
    for (const due = ((performance.now() - started) / 1000) * perSecond; sent < due; sent++) connections[sent % connections.length]?.send(1)
  }
}

async function signIn(load: Load, speaker: Speaker): Promise<Socket> {
  const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true })
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  socket.write(connectBytes(speaker.name, load.secret))
  const connack = await new Promise<Buffer>((resolve, reject) =>
    socket.once('data', resolve).once('close', () => reject(new Error('closed before the CONNACK'))),
  )
  if (connack[3] !== 0) throw new Error(`sign-in refused with ${connack[3]}`)
  return socket.on('error', () => undefined)
}

function fail(why: string): never {
  console.error(why)
  process.exit(1)
}
