import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { connect as connectSocket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { IClientOptions, MqttClient } from 'mqtt'
import { connectAsync } from 'mqtt'
import { Broker } from '../../gateway/broker/broker.ts'
import type { BrokerLimits } from '../../gateway/broker/limits.ts'
import type { Authenticator, Principal, TicketOffice } from '../../gateway/model/access.ts'
import { AddressSet } from '../../gateway/model/address-set.ts'
import type { AttemptWatch } from '../../gateway/model/attempt-watch.ts'
import type { Device, DeviceDirectory } from '../../gateway/model/device.ts'
import type { FirstContact } from '../../gateway/model/first-contact.ts'
import type { Log } from '../../gateway/model/log.ts'
import type { Greeter } from '../../gateway/model/publisher.ts'
import type { TlsMaterial } from '../../gateway/model/tls.ts'
import { MockJournal } from './mock-journal.ts'

/** A directory in memory that tests change. */
export class TestDirectory implements DeviceDirectory {
  readonly #devices = new Map<string, Device>()
  readonly #listeners = new Set<() => void>()
  version = 0

  constructor(...devices: readonly Device[]) {
    for (const device of devices) this.#devices.set(device.id, device)
  }

  get size(): number {
    return this.#devices.size
  }

  get(id: string): Device | undefined {
    return this.#devices.get(id)
  }

  all(): Iterable<Device> {
    return this.#devices.values()
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  put(device: Device): void {
    this.#devices.set(device.id, device)
    this.#changed()
  }

  remove(id: string): void {
    this.#devices.delete(id)
    this.#changed()
  }

  #changed(): void {
    this.version++
    for (const listener of this.#listeners) listener()
  }
}

export function device(id: string, more: Partial<Device> = {}): Device {
  return { id, org: 'pudong-bus', model: 'citygate-bus-unit', ...more }
}

export const tokens: Record<string, Principal> = {
  'tok-bus': { type: 'token', id: 't1', org: 'pudong-bus' },
  'tok-bus-only-buses': { type: 'token', id: 't2', org: 'pudong-bus', kind: 'bus' },
  'tok-water': { type: 'token', id: 't3', org: 'water-works' },
}

/** The last log lines, so that a test can say what must and must not stand there. */
export class TestLog implements Log {
  readonly lines: { readonly level: string; readonly fields: object; readonly message: string }[] = []
  debug(): void {}
  info(fields: object, message: string): void {
    this.lines.push({ level: 'info', fields, message })
  }
  warn(fields: object, message: string): void {
    this.lines.push({ level: 'warn', fields, message })
  }
  error(fields: object, message: string): void {
    this.lines.push({ level: 'error', fields, message })
  }
}

/** A started broker with a mock journal, and everything that a test opened against it; `close` ends it all. */
export interface Fixture {
  readonly broker: Broker
  readonly journal: MockJournal
  readonly directory: TestDirectory
  readonly log: TestLog
  readonly revoked: Set<string>
  connect(options: IClientOptions): Promise<MqttClient>
  device(id: string, options?: IClientOptions): Promise<MqttClient>
  token(token: string, options?: IClientOptions): Promise<MqttClient>
  operator(options?: IClientOptions): Promise<MqttClient>
  raw(): Promise<RawClient>
  webSocketUrl(): Promise<string>
  close(): Promise<void>
}

/** What a test may set. */
export interface BrokerFixtureOptions {
  readonly limits?: Partial<BrokerLimits>
  readonly lane?: 'on' | 'off'
  readonly dataFolder?: string
  readonly greeter?: Greeter
  readonly firstContact?: FirstContact
  readonly devices?: readonly Device[]
  readonly now?: () => number
  readonly tls?: TlsMaterial
  readonly tickets?: TicketOffice
  /** Instead of one that takes `secret-` with the id of any device, and the tokens of this file. */
  readonly authenticator?: Authenticator
  readonly attemptWatch?: AttemptWatch
  readonly trustedProxies?: readonly string[]
}

export async function startBroker(options: BrokerFixtureOptions = {}): Promise<Fixture> {
  const journal = new MockJournal()
  const directory = new TestDirectory(
    ...(options.devices ?? [device('bus-1'), device('bus-2'), device('dtu-1'), device('meter-1', { behind: 'dtu-1' }), device('wm-1', { org: 'water-works' })]),
  )
  const log = new TestLog()
  const revoked = new Set<string>()
  const broker = new Broker({
    host: '127.0.0.1',
    port: 0,
    journal,
    directory,
    authenticator: options.authenticator ?? {
      // `key.` stands for a provisioning key: who comes with one is a device once it is registered.
      device: (id, secret) =>
        secret === `secret-${id}` || (secret === `key.secret-${id}` && directory.get(id) !== undefined) ? { type: 'device', device: id } : undefined,
      token: token => (revoked.has(token) ? undefined : tokens[token]),
      tokenHolds: holder => Object.entries(tokens).some(([token, one]) => one.type === 'token' && one.id === holder.id && !revoked.has(token)),
    },
    tickets: options.tickets ?? {
      issue: () => ({ username: 'live', password: 'ticket-1', expiresInSeconds: 60 }),
      check: password => (password === 'ticket-1' ? { type: 'local' } : undefined),
      holds: () => true,
    },
    log,
    now: options.now ?? Date.now,
    ...(options.attemptWatch && { attemptWatch: options.attemptWatch }),
    ...(options.limits && { limits: options.limits }),
    ...(options.tls && { tls: { host: '127.0.0.1', port: 0, material: options.tls } }),
    ...(options.trustedProxies && { trustedProxies: new AddressSet(options.trustedProxies) }),
    ...(options.lane && { lane: options.lane }),
    ...(options.firstContact && { firstContact: options.firstContact }),
    ...(options.dataFolder !== undefined && { dataFolder: options.dataFolder }),
  })
  if (options.greeter) broker.greetWith(options.greeter)
  await broker.start()
  const clients: MqttClient[] = []
  const sockets: Socket[] = []
  const web = createServer()
  web.on('upgrade', (request, socket, head) => broker.upgrade(request, socket, head))
  const connect = async (more: IClientOptions): Promise<MqttClient> => {
    const client = await connectAsync({ protocol: 'mqtt', host: '127.0.0.1', port: broker.port, reconnectPeriod: 0, ...more })
    client.on('error', () => undefined)
    clients.push(client)
    return client
  }
  return {
    broker,
    journal,
    directory,
    log,
    revoked,
    connect,
    device: (id, more = {}) => connect({ username: id, password: `secret-${id}`, ...more }),
    token: (token, more = {}) => connect({ username: 'token', password: token, ...more }),
    operator: (more = {}) => connect({ username: 'live', password: 'ticket-1', ...more }),
    raw: async () => {
      const socket = connectSocket(broker.port, '127.0.0.1')
      sockets.push(socket)
      const raw = new RawClient(socket)
      await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
      return raw
    },
    webSocketUrl: async () => {
      if (!web.listening) await new Promise<void>(resolve => web.listen(0, '127.0.0.1', resolve))
      return `ws://127.0.0.1:${(web.address() as AddressInfo).port}/mqtt`
    },
    close: async () => {
      for (const client of clients) client.end(true)
      for (const socket of sockets) socket.destroy()
      await broker.stop()
      if (web.listening) {
        web.closeAllConnections()
        await new Promise(resolve => web.close(resolve))
      }
    },
  }
}

/** A socket that says what a test tells it to, byte by byte, and keeps what it was answered. */
export class RawClient {
  readonly socket: Duplex
  received: Buffer = Buffer.alloc(0)
  closed = false

  constructor(socket: Duplex) {
    this.socket = socket
    socket.on('data', chunk => {
      this.received = Buffer.concat([this.received, chunk])
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.closed = true
    })
  }

  send(...bytes: readonly (Buffer | number[])[]): void {
    this.socket.write(Buffer.concat(bytes.map(part => Buffer.from(part))))
  }

  /** Signs in and waits for the CONNACK. */
  async signIn(id: string, options: { readonly clean?: boolean; readonly keepalive?: number; readonly client?: string } = {}): Promise<void> {
    this.send(
      connectPacket({ username: id, password: `secret-${id}`, client: options.client ?? id, clean: options.clean ?? true, keepalive: options.keepalive ?? 0 }),
    )
    await until(() => this.received.length >= 4)
    this.received = this.received.subarray(4)
  }
}

/** MQTT 3.1.1 § 3.1, by hand. */
export function connectPacket(of: {
  readonly username: string
  readonly password: string
  readonly client: string
  readonly clean: boolean
  readonly keepalive: number
}): Buffer {
  const body = Buffer.concat([
    text('MQTT'),
    Buffer.from([4, 0xc0 | (of.clean ? 2 : 0), of.keepalive >> 8, of.keepalive & 255]),
    text(of.client),
    text(of.username),
    text(of.password),
  ])
  return Buffer.concat([Buffer.from([0x10]), remainingLength(body.length), body])
}

/** MQTT 3.1.1 § 3.3, by hand. */
export function publishPacket(topic: string, payload: Buffer | string, qos: 0 | 1 | 2 = 0, messageId = 0, flags = 0): Buffer {
  const id = qos === 0 ? Buffer.alloc(0) : Buffer.from([messageId >> 8, messageId & 255])
  const body = Buffer.concat([text(topic), id, Buffer.from(payload)])
  return Buffer.concat([Buffer.from([0x30 | (qos << 1) | flags]), remainingLength(body.length), body])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes])
}

function remainingLength(length: number): Buffer {
  const bytes: number[] = []
  let left = length
  do {
    bytes.push((left % 128) | (left >= 128 ? 128 : 0))
    left = Math.floor(left / 128)
  } while (left > 0)
  return Buffer.from(bytes)
}

/** Waits for a condition; fails with what it was asked for. */
export async function until(condition: () => boolean, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`did not come true in ${timeoutMs} ms: ${condition.toString()}`)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

/** Runs a program to its end, or until its `stop` is called. */
export function run(
  program: string,
  args: readonly string[],
  input?: string,
): { readonly done: Promise<{ readonly code: number | null; readonly output: string }>; output(): string; stop(): void } {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', chunk => {
    output += String(chunk)
  })
  child.stderr.on('data', chunk => {
    output += String(chunk)
  })
  child.stdin.end(input)
  const done = new Promise<{ code: number | null; output: string }>(resolve => child.on('close', code => resolve({ code, output })))
  return { done, output: () => output, stop: () => child.kill() }
}
