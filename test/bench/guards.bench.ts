/**
 * What each guard on the way of a frame costs, measured by leaving it out: nanoseconds of the thread's processor time a frame, from the bytes of a chunk to the record in the open group
 * and the PUBACK, without socket and disk. Only this composition can leave guards out; the gateway's can not.
 */
import { HandshakeStore } from '../../gateway/broker/handshake-store.ts'
import { Intake } from '../../gateway/broker/intake.ts'
import { defaultBrokerLimits } from '../../gateway/broker/limits.ts'
import { PacketSplitter } from '../../gateway/broker/packet-splitter.ts'
import { RateLimit } from '../../gateway/broker/rate-limit.ts'
import { Routes } from '../../gateway/broker/routes.ts'
import { TelemetryLane } from '../../gateway/broker/telemetry-lane.ts'
import type { UplinkOptions } from '../../gateway/broker/uplink-options.ts'
import { Group } from '../../gateway/journal/group.ts'
import type { Device, DeviceDirectory } from '../../gateway/model/device.ts'
import type { EpochMs, Frame } from '../../gateway/model/frame.ts'
import type { FrameSource, Journal } from '../../gateway/model/journal.ts'
import { FrameAccount } from '../../gateway/pipeline/account-book.ts'
import { CountedJournal } from '../../gateway/pipeline/counted-journal.ts'
import { MemoryLog } from '../support/log.ts'
import { median } from './figures.ts'
import { connectBytes, firstTime, PacketRing } from './packets.ts'

const CLIENTS = 200
const CHUNK = 20
const TURNS = 200
const ROUNDS = 9
const log = new MemoryLog()

/** The open group of the journal, emptied when it is large: the disk is what is left out. */
class GroupAlone implements Journal {
  readonly start = 0
  readonly condition = { state: 'normal', bytes: 0, budgetBytes: 0, segments: 0, unsynced: 0 } as const
  #group = new Group(0, Buffer.alloc(1 << 20))

  get end(): number {
    return this.#group.next
  }

  append(frame: Frame): number {
    return this.appendBytes(frame, frame.receivedAt, frame.payload, 0, frame.payload.length)
  }

  appendBytes(source: FrameSource, receivedAt: EpochMs, bytes: Uint8Array, from: number, to: number): number {
    if (this.#group.bytes > 900_000) this.#group = new Group(this.#group.next, this.#group.memory)
    return this.#group.add(source, receivedAt, bytes, from, to)
  }

  synced(): Promise<void> {
    return Promise.resolve()
  }

  async read(): Promise<readonly []> {
    return []
  }

  async whenPast(): Promise<void> {}
}

const devices = new Map<string, Device>(Array.from({ length: CLIENTS }, (_, n) => [nameOf(n), { id: nameOf(n), org: 'bench', model: 'citygate-bus-unit' }]))
const directory: DeviceDirectory = { get: id => devices.get(id), all: () => devices.values(), size: CLIENTS, version: 1, onChange: () => () => undefined }
const store = new HandshakeStore({ mostAway: 1 })

interface Guards {
  readonly rights: boolean
  readonly bounds: boolean
  readonly account: boolean
  readonly rate: boolean
}

const product: Guards = { rights: true, bounds: true, account: true, rate: false }
const compositions: readonly (readonly [string, Guards])[] = [
  ['all guards', product],
  ['without topic rights', { ...product, rights: false }],
  ['without bounds on what waits', { ...product, bounds: false }],
  ['without the account', { ...product, account: false }],
  ['with a rate limit', { ...product, rate: true }],
  ['without any', { rights: false, bounds: false, account: false, rate: false }],
]

const lanes = compositions.map(([name, guards]) => ({ name, run: compose(guards), ns: [] as number[] }))
for (let round = 0; round < ROUNDS; round++) for (const lane of lanes) lane.ns.push(await nanoseconds(lane.run))
const whole = median(lanes[0]?.ns ?? [])
for (const { name, ns } of lanes) {
  // Round by round, so that a machine that is busy for a while is so for both.
  const difference = median(ns.map((value, round) => (lanes[0]?.ns[round] ?? 0) - value))
  console.log(
    `${name.padEnd(32)} ${median(ns).toFixed(0).padStart(5)} ns a frame${name === 'all guards' ? '' : `, ${(-difference).toFixed(0).padStart(5)} ns (${((-difference / whole) * 100).toFixed(0)} %)`}`,
  )
}

function nameOf(n: number): string {
  return `bench-${String(n).padStart(5, '0')}`
}

/** A broker's inside for 200 clients, of which each call takes one chunk. */
function compose(guards: Guards): () => void {
  const account = new FrameAccount(':memory:')
  const bare = new GroupAlone()
  const journal: Journal = guards.account ? new CountedJournal(bare, (frame, offset) => account.received(frame, offset)) : bare
  const bounded = new Intake({ journal, log, frames: defaultBrokerLimits.inFlight, bytes: defaultBrokerLimits.inFlightBytes })
  const unbounded: UplinkOptions['intake'] = {
    take: (source, receivedAt, bytes, from, to) => journal.appendBytes?.(source, receivedAt, bytes, from, to),
    deposit: deposit => deposit.kept(),
    whenFree: () => undefined,
    forget: () => undefined,
  }
  const clients = Array.from({ length: CLIENTS }, (_, n) => client(n, guards, guards.bounds ? bounded : unbounded))
  return () => {
    for (const take of clients) take()
  }
}

function client(n: number, guards: Guards, intake: UplinkOptions['intake']): () => void {
  const name = nameOf(n)
  const routes = new Routes({ principal: { type: 'device', device: name }, directory, now: Date.now, tell: () => undefined })
  const route = { device: name, channel: 'telemetry', keep: undefined }
  const lane = new TelemetryLane({
    routes: guards.rights ? routes : { find: () => route },
    intake,
    store,
    handshakes: store.open(name, true),
    limits: guards.bounds
      ? defaultBrokerLimits
      : { ...defaultBrokerLimits, inFlightPerClient: Number.MAX_SAFE_INTEGER, inFlightBytesPerClient: Number.MAX_SAFE_INTEGER },
    ...(guards.rate && { rate: new RateLimit({ pace: { messagesPerSecond: 1e9, bytesPerSecond: 1e12 }, wake: () => undefined }) }),
    now: Date.now,
    wake: () => undefined,
    failed: error => {
      throw error
    },
    reply: () => undefined,
  })
  const splitter = new PacketSplitter({ firstPacketBytes: defaultBrokerLimits.connectBytes, packetBytes: defaultBrokerLimits.payloadBytes + 1024 })
  splitter.push(connectBytes(name, undefined), () => undefined)
  const chunks: Buffer[] = []
  new PacketRing({ name, devices: [name] }, firstTime(Date.now()), CHUNK).next(CHUNK, bytes => chunks.push(Buffer.from(bytes)))
  const chunk = Buffer.concat(chunks)
  const take = (bytes: Buffer, from: number, to: number): void => {
    if (lane.publish(bytes, from, to) !== 'taken') throw new Error('a frame was not taken')
  }
  return () => {
    splitter.push(chunk, take)
    lane.settle()
  }
}

async function nanoseconds(run: () => void): Promise<number> {
  const start = process.threadCpuUsage()
  for (let turn = 0; turn < TURNS; turn++) {
    run()
    // The turn of the event loop in which deposits are told.
    await new Promise(resolve => setImmediate(resolve))
  }
  const { user, system } = process.threadCpuUsage(start)
  return ((user + system) * 1e3) / (TURNS * CLIENTS * CHUNK)
}
