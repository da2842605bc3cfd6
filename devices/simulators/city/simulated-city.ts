import type { Device } from '../../../gateway/model/device.ts'
import type { EpochMs } from '../../../gateway/model/frame.ts'
import type { DeviceId } from '../../../gateway/model/ids.ts'
import { TrafficMeter, type TrafficStats } from '../mqtt/traffic-meter.ts'
import { UnitConnection } from '../mqtt/unit-connection.ts'
import { hash32 } from '../random.ts'
import type { Member, Polled, Reporting } from './member.ts'
import { ModbusLines, type ModbusPlace } from './modbus-lines.ts'
import { Reporters } from './reporters.ts'

/** A device of the city with what it signs in with, for whoever enrols it. */
export interface Enrolment {
  readonly device: Device
  readonly secret: string
}

/** What the city does. */
export interface CityStats extends TrafficStats {
  readonly devices: number
  /** MQTT connections it wants to have. */
  readonly connections: number
  /** Requests its Modbus servers answered. */
  readonly modbusRequests: number
}

/** Connections begun a second: a whole city's units do not dial in within one millisecond. */
const CONNECTS_A_SECOND = 250
/** How long `stop` waits for what is on its way. */
const LAST_ACKS_MS = 2_000

/** Simulated devices that speak over real sockets. Made by `createCity`. */
export class SimulatedCity {
  /** The devices and how each speaks: for tests, and for whoever wants their bytes without a socket. */
  readonly members: readonly Member[]
  readonly #secrets: ReadonlyMap<DeviceId, string>
  readonly #now: () => EpochMs
  readonly #startAt: EpochMs
  readonly #lines: ModbusLines
  readonly #meter = new TrafficMeter()
  #connections: readonly UnitConnection[] = []
  #reporters: Reporters | undefined
  #dialling: NodeJS.Timeout | undefined

  constructor(options: {
    readonly members: readonly Member[]
    readonly secrets: ReadonlyMap<DeviceId, string>
    readonly modbus: ModbusPlace
    readonly now: () => EpochMs
    /** The time its plants begin at. */
    readonly startAt: EpochMs
  }) {
    this.members = options.members
    this.#secrets = options.secrets
    this.#now = options.now
    this.#startAt = options.startAt
    this.#lines = new ModbusLines(
      options.members.flatMap(({ speaks }) => (speaks.type === 'polled' ? [speaks] : [])),
      options.modbus,
      options.now,
    )
  }

  /** The devices as a registry takes them, `simulated` all. With any free port for Modbus: after `open`. */
  get devices(): readonly Device[] {
    return this.members.map(({ device, speaks }) => (isPolled(speaks) ? { ...device, link: this.#lines.linkOf(speaks) } : device))
  }

  /** The devices with their secrets. Concentrators stand before what is behind them. */
  get enrolments(): readonly Enrolment[] {
    return this.devices.map(device => ({ device, secret: this.#secrets.get(device.id) ?? '' }))
  }

  /** Opens the Modbus servers. Throws PORT_IN_USE. */
  async open(): Promise<void> {
    await this.#lines.open()
  }

  /** Opens what is not open, dials in to `mqtt://host:port` and begins to report. Returns at once: `stats` tells how it goes. `ca`, PEM: who signed the gateway's certificate. */
  async start({ mqttUrl, ca }: { readonly mqttUrl: string; readonly ca?: string }): Promise<void> {
    await this.open()
    const reporting = this.members.flatMap(({ device, speaks }) => (isPolled(speaks) ? [] : [{ device: device.id, speaks }]))
    const connections = new Map<DeviceId, UnitConnection>()
    for (const device of new Set(reporting.map(({ speaks }) => speaks.through))) {
      const secret = this.#secrets.get(device) ?? ''
      const spread = (hash32(device) % 1000) / 1000
      connections.set(device, new UnitConnection({ url: mqttUrl, device, secret, meter: this.#meter, spread, ...(ca !== undefined && { ca }) }))
    }
    this.#connections = [...connections.values()]
    this.#reporters = new Reporters({
      now: this.#now,
      startAt: this.#startAt,
      meter: this.#meter,
      reporting: reporting.flatMap(each => {
        const connection = connections.get(each.speaks.through)
        return connection ? [{ ...each, connection }] : []
      }),
    })
    this.#reporters.start()
    this.#dial(0)
  }

  /** Stops reporting, waits a moment for what is on its way, and hangs up. */
  async stop(): Promise<void> {
    clearTimeout(this.#dialling)
    this.#reporters?.stop()
    this.#reporters = undefined
    const until = performance.now() + LAST_ACKS_MS
    while (this.#meter.pending > 0 && this.#meter.connected > 0 && performance.now() < until) await new Promise(resolve => setTimeout(resolve, 20))
    await Promise.all(this.#connections.map(connection => connection.stop()))
    this.#connections = []
    await this.#lines.close()
  }

  stats(): CityStats {
    return { ...this.#meter.stats(), devices: this.members.length, connections: this.#connections.length, modbusRequests: this.#lines.requests }
  }

  #dial(from: number): void {
    const to = from + Math.ceil(CONNECTS_A_SECOND / 50)
    for (const connection of this.#connections.slice(from, to)) connection.start()
    if (to < this.#connections.length) this.#dialling = setTimeout(() => this.#dial(to), 20)
  }
}

function isPolled(speaks: Reporting | Polled): speaks is Polled {
  return speaks.type === 'polled'
}
