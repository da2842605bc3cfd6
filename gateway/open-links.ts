import type { Config } from './config/config.ts'
import { BusMaster } from './links/bus/bus-master.ts'
import { Hj212Link } from './links/hj212/hj212-link.ts'
import { defaultPortLimits, TcpPort } from './links/tcp-port.ts'
import type { Catalogue, DeviceDirectory } from './model/device.ts'
import type { EpochMs } from './model/frame.ts'
import type { Journal } from './model/journal.ts'
import type { LineView } from './model/line.ts'
import type { Log } from './model/log.ts'

/** What links lean on. */
export interface LinkParts {
  readonly config: Config
  readonly directory: DeviceDirectory
  readonly catalogue: Catalogue
  /** Counts what it takes. */
  readonly journal: Journal
  readonly log: Log
  readonly now: () => EpochMs
}

/** The ways in beside MQTT, up and running. */
export interface OpenLinks {
  /** Where devices dial in, by protocol: `jt808` → `jt808://127.0.0.1:8808`. Only what is switched on. */
  readonly addresses: Readonly<Record<string, string>>
  /** The lines that devices share. */
  readonly lines: LineView
  stop(): Promise<void>
}

/** Opens every link that the configuration names, and polls what the registry says is to be polled. What was opened is closed again when one of them can not be. */
export async function openLinks({ config, directory, catalogue, journal, log, now }: LinkParts): Promise<OpenLinks> {
  const stops: (() => Promise<void> | void)[] = []
  const addresses: Record<string, string> = {}
  const stop = async (): Promise<void> => {
    for (const step of stops.splice(0).reverse()) await step()
  }
  try {
    const buses = new BusMaster({ directory, catalogue, journal, log, now })
    buses.start()
    stops.push(() => buses.stop())
    const { host, hj212, connections } = config.links
    if (hj212 !== undefined) {
      const link = new Hj212Link({ directory, catalogue, journal, log, now })
      stops.push(() => link.stop())
      const limits = { ...defaultPortLimits, connections, connectionsPerAddress: connections }
      const port = new TcpPort({ name: 'hj212', host, port: hj212, limits, dialIn: link, log })
      await port.start()
      stops.push(() => port.stop())
      addresses.hj212 = `hj212://${host}:${port.port}`
    }
    return { addresses, lines: buses, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
