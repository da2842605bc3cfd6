import { join } from 'node:path'
import { protocols } from '../devices/protocols/index.ts'
import type { Config } from './config/config.ts'
import { BusMaster } from './links/bus/bus-master.ts'
import type { CarriedFrames } from './links/dtu/carried-frames.ts'
import { DtuLink } from './links/dtu/dtu-link.ts'
import { MqttLines } from './links/dtu/mqtt-lines.ts'
import { DtuPackets } from './links/dtu/packets.ts'
import { Hj212Link } from './links/hj212/hj212-link.ts'
import { Jt808Link } from './links/jt808/jt808-link.ts'
import { readCodeKey } from './links/jt808/terminal-codes.ts'
import type { DialIn } from './links/peer.ts'
import { defaultPortLimits, type PortLimits, TcpPort } from './links/tcp-port.ts'
import type { Authenticator } from './model/access.ts'
import type { CommandPath } from './model/command.ts'
import type { Catalogue, DeviceDirectory } from './model/device.ts'
import type { DtuView } from './model/dtu.ts'
import type { EpochMs } from './model/frame.ts'
import type { DeviceId, ProtocolId } from './model/ids.ts'
import type { Journal } from './model/journal.ts'
import type { LineView } from './model/line.ts'
import type { LiveView } from './model/live.ts'
import type { Log } from './model/log.ts'
import type { Publisher } from './model/publisher.ts'

/** What links lean on. */
export interface LinkParts {
  readonly config: Config
  readonly directory: DeviceDirectory
  readonly authenticator: Pick<Authenticator, 'device'>
  readonly catalogue: Catalogue
  /** Counts what it takes. */
  readonly journal: Journal
  /** What DTUs carry that speak MQTT. */
  readonly carried: CarriedFrames
  /** Speaks to devices that are signed in. */
  readonly publisher: Publisher
  /** What was last known of each device. */
  readonly live: LiveView
  readonly log: Log
  readonly now: () => EpochMs
}

/** The ways in beside MQTT, up and running. */
export interface OpenLinks {
  /** Where devices dial in, by protocol: `jt808` → `jt808://127.0.0.1:8808`. Only what is switched on. */
  readonly addresses: Readonly<Record<string, string>>
  /** The lines that devices share. */
  readonly lines: LineView
  /** The DTUs that dialled in, where their port is open. */
  readonly dtus?: DtuView
  /** What is counted of each link and of each port, for metrics. */
  readonly rooms: Readonly<Record<string, () => object>>
  /** The way on which orders reach devices. */
  readonly orders: CommandPath
  stop(): Promise<void>
}

/** Opens every link that the configuration names, and polls what the registry says is to be polled. What was opened is closed again when one of them can not be. */
export async function openLinks(parts: LinkParts): Promise<OpenLinks> {
  const { config, directory, catalogue, journal, carried, publisher, live, log, now } = parts
  const stops: (() => Promise<void> | void)[] = []
  const addresses: Record<string, string> = {}
  const rooms: Record<string, () => object> = {}
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step()
  }
  try {
    const buses = new BusMaster({ directory, catalogue, journal, log, now })
    buses.start()
    stops.push(() => buses.stop())
    const mqttLines = new MqttLines({ directory, publisher, carried, buses, answerMs: config.links.dtuTimeout, log })
    mqttLines.start()
    stops.push(() => mqttLines.stop())
    const paths: CommandPath[] = [buses]
    const orders: CommandPath = { orders: device => paths.flatMap(path => path.orders(device)) }
    // Devices that dial in by themselves, by protocol: each has a port of its own, and on the DTU port their bytes are known and handed over.
    const others = new Map<ProtocolId, DialIn>()
    const { links } = config
    const paces = { acceptsPerAddressPerSecond: links.acceptsPerAddressPerSecond, bytesPerAddressPerSecond: links.bytesPerAddressPerSecond }
    const listen = async (name: string, port: number, dialIn: DialIn, more: Partial<PortLimits> = {}): Promise<void> => {
      const limits = { ...defaultPortLimits, connections: links.connections, connectionsPerAddress: links.connectionsPerAddress, ...paces, ...more }
      const opened = new TcpPort({ name, host: links.host, port, limits, dialIn, log })
      await opened.start()
      stops.push(() => opened.stop())
      rooms[`${name}_port`] = () => opened.stats()
      addresses[name] = `${name === 'dtu' ? 'tcp' : name}://${links.host}:${opened.port}`
    }
    if (links.hj212 !== undefined || links.dtu !== undefined) {
      const link = new Hj212Link({ directory, catalogue, journal, log, now, newest: (device, fields) => newestOf(live, device, fields) })
      stops.push(() => link.stop())
      others.set('hj212', link)
      rooms.hj212 = () => link.stats()
      paths.push(link.commands)
      if (links.hj212 !== undefined) await listen('hj212', links.hj212, link)
    }
    if (links.jt808 !== undefined || links.dtu !== undefined) {
      const link = await makeJt808Link(parts)
      stops.push(() => link.stop())
      others.set('jt808', link)
      rooms.jt808 = () => link.stats()
      paths.push(link.commands)
      if (links.jt808 !== undefined) await listen('jt808', links.jt808, link)
    }
    if (links.dtu === undefined) return { addresses, lines: buses, orders, rooms, stop }
    const packets = new DtuPackets({ registrations: links.dtuRegistration, heartbeats: links.dtuHeartbeat })
    const settings = { strangers: links.dtuStrangers, answerMs: links.dtuTimeout }
    const dtus = new DtuLink({ packets, protocols, directory, catalogue, buses, others, settings, log, now })
    dtus.start()
    stops.push(() => dtus.stop())
    rooms.dtu = () => dtus.figures()
    await listen('dtu', links.dtu, dtus, { idleMs: links.dtuIdle })
    return { addresses, lines: buses, orders, dtus, rooms, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function newestOf(live: LiveView, device: DeviceId, fields: readonly string[]): EpochMs | undefined {
  const { values } = live.get(device) ?? {}
  return fields.reduce((newest: EpochMs | undefined, field) => {
    const at = values?.[field]?.at
    return at !== undefined && (newest === undefined || at > newest) ? at : newest
  }, undefined)
}

async function makeJt808Link({ config, ...parts }: LinkParts): Promise<Jt808Link> {
  const { jt808Registration, jt808VehicleControl, connections } = config.links
  const codeKey = await readCodeKey(join(config.data, 'jt808.key'))
  // After a restart all come back at once, and need two ways through a mobile network each: so many must be allowed to be unknown for a moment.
  const strangers = Math.ceil(connections / 2)
  const settings = { strangers, registration: jt808Registration === 'open', vehicleControl: jt808VehicleControl === 'on' }
  return new Jt808Link({ ...parts, codeKey, settings })
}
