import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '../../devices/simulators/random.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { MemoryLog } from '../support/log.ts'
import { tester } from '../support/tester.ts'
import { RawDevice, SECRET } from './raw-device.ts'

const TICK_MS = 10

/** How a fleet sends. */
export interface FleetOptions {
  readonly devices: number
  /** Of all devices together. */
  readonly perSecond: number
  /** Publishes without a receipt that a device has at most. */
  readonly inFlight: number
  readonly random: Random
  readonly prefix?: string
}

/** Devices that send as fast as they are told and their receipts allow, and that come back by themselves whenever a connection breaks. */
export class Fleet {
  readonly devices: readonly RawDevice[]
  readonly #options: FleetOptions
  #timer: NodeJS.Timeout | undefined
  #sending = false
  #running = false
  #owed = 0
  #turn = 0
  readonly #lives: Promise<void>[] = []

  constructor(options: FleetOptions) {
    this.#options = options
    const from = Date.now() - 3_600_000
    this.devices = Array.from({ length: options.devices }, (_, n) => new RawDevice(options.prefix ?? 'bus', n, from))
  }

  /** Registers the devices in a data folder in which no gateway runs. */
  async enrol(data: string): Promise<void> {
    const registry = new Registry({ file: join(data, 'registry.db'), log: new MemoryLog(), now: Date.now })
    await registry.start()
    await registry.as(tester).addDevices(this.devices.map(({ id }) => ({ device: { id, org: 'chaos', model: 'citygate-bus-unit' }, secret: SECRET })))
    await registry.stop()
  }

  /** Devices look for the gateway on this port until `stop`, and send. */
  start(port: number): void {
    this.#running = true
    this.#sending = true
    for (const device of this.devices) this.#lives.push(this.#live(device, port))
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  /** Nothing new is sent; what is without a receipt still waits for one and is sent again after a reconnect. */
  hold(): void {
    this.#sending = false
  }

  go(): void {
    this.#sending = true
  }

  get acknowledged(): number {
    return this.devices.reduce((sum, device) => sum + device.acknowledged.size, 0)
  }

  get retransmitted(): number {
    return this.devices.reduce((sum, device) => sum + device.retransmitted, 0)
  }

  get inFlight(): number {
    return this.devices.reduce((sum, device) => sum + device.inFlight, 0)
  }

  get signedIn(): number {
    return this.devices.filter(device => device.signedIn).length
  }

  /** Holds, and waits until every reading that was ever sent has its receipt. */
  async settle(timeoutMs = 20_000): Promise<void> {
    this.hold()
    await this.until(
      () => this.inFlight === 0,
      timeoutMs,
      () => `${this.inFlight} readings wait for receipts, ${this.signedIn} of ${this.devices.length} devices are signed in`,
    )
  }

  /** Waits until this many more readings are acknowledged. */
  async more(count: number, timeoutMs = 20_000): Promise<void> {
    const before = this.acknowledged
    await this.until(
      () => this.acknowledged - before >= count,
      timeoutMs,
      () => `${this.acknowledged - before} of ${count} more readings acknowledged`,
    )
  }

  async until(condition: () => boolean, timeoutMs: number, state: () => string): Promise<void> {
    const end = performance.now() + timeoutMs
    while (!condition()) {
      if (performance.now() > end) throw new Error(`after ${timeoutMs} ms: ${state()}`)
      await pause(5)
    }
  }

  async stop(): Promise<void> {
    this.#running = false
    this.#sending = false
    clearInterval(this.#timer)
    for (const device of this.devices) device.drop()
    await Promise.all(this.#lives.splice(0))
  }

  #tick(): void {
    if (!this.#sending) return
    this.#owed = Math.min(this.#owed + (this.#options.perSecond * TICK_MS) / 1000, this.#options.perSecond)
    const share = Math.max(1, Math.ceil(this.#owed / this.devices.length))
    for (let looked = 0; looked < this.devices.length && this.#owed >= 1; looked++) {
      const device = this.devices[this.#turn++ % this.devices.length]
      if (!device?.signedIn) continue
      const count = Math.min(share, this.#options.inFlight - device.inFlight, Math.floor(this.#owed))
      if (count <= 0) continue
      device.publish(count)
      this.#owed -= count
    }
  }

  async #live(device: RawDevice, port: number): Promise<void> {
    while (this.#running) {
      await device.connect(port)
      while (this.#running && !device.closed) await pause(20)
      if (this.#running) await pause(this.#options.random.integer(20, 150))
    }
  }
}
