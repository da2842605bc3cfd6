import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { protocols } from '../../../devices/protocols/index.ts'
import { SimulatedDtu, type SimulatedDtuOptions } from '../../../devices/simulators/dtu/simulated-dtu.ts'
import { type AnsweringUnit, type Conducts, SerialBus } from '../../../devices/simulators/modbus/serial-bus.ts'
import { linkSettings } from '../../../gateway/config/link-settings.ts'
import { BusMaster } from '../../../gateway/links/bus/bus-master.ts'
import { DtuLink, type DtuSettings, dtuDefaults } from '../../../gateway/links/dtu/dtu-link.ts'
import { DtuPackets } from '../../../gateway/links/dtu/packets.ts'
import type { DialIn } from '../../../gateway/links/peer.ts'
import { defaultPortLimits, type PortLimits, TcpPort } from '../../../gateway/links/tcp-port.ts'
import type { Catalogue, Device } from '../../../gateway/model/device.ts'
import type { DtuStatus } from '../../../gateway/model/dtu.ts'
import { MemoryLog } from '../../support/log.ts'
import { catalogueOf, quick, type Things, twoBlocks } from '../bus/bus-fixtures.ts'
import { ListedDevices, quickModel } from '../fixtures.ts'
import { MemoryJournal } from '../memory-journal.ts'

const usual = linkSettings.parse({})

/** The packets of a gateway nobody configured. */
export const usualPackets = new DtuPackets({ registrations: usual.dtuRegistration, heartbeats: usual.dtuHeartbeat })

export interface DtuTown {
  readonly link: DtuLink
  readonly port: TcpPort
  readonly master: BusMaster
  readonly journal: MemoryJournal
  readonly directory: ListedDevices
  readonly log: MemoryLog
  /** A bare connection. */
  dial(localAddress?: string): Promise<Socket>
  /** A simulated DTU with units behind it, dialled. */
  dtu(
    registration: string | Uint8Array,
    units: ReadonlyMap<number, AnsweringUnit>,
    more?: Partial<SimulatedDtuOptions> & { readonly conducts?: Conducts },
  ): SimulatedDtu & { readonly bus: SerialBus }
  /** The connection that stands for a name now. */
  status(id: string): DtuStatus | undefined
}

/** A gateway's DTU port with its lines, without the rest of the gateway. */
export async function openTown(
  things: Things,
  options: {
    readonly devices?: readonly Device[]
    readonly directory?: ListedDevices
    readonly settings?: Partial<DtuSettings>
    readonly limits?: Partial<PortLimits>
    readonly packets?: DtuPackets
    readonly others?: ReadonlyMap<string, DialIn>
    readonly catalogue?: Catalogue
  } = {},
): Promise<DtuTown> {
  const journal = new MemoryJournal()
  const directory = options.directory ?? new ListedDevices(options.devices)
  const catalogue = options.catalogue ?? catalogueOf(quickModel, twoBlocks)
  const log = new MemoryLog()
  const master = new BusMaster({ directory, catalogue, journal, log, now: Date.now, settings: quick })
  master.start()
  const link = new DtuLink({
    packets: options.packets ?? usualPackets,
    protocols,
    directory,
    catalogue,
    buses: master,
    others: options.others ?? new Map(),
    settings: { ...dtuDefaults, quietMs: 60, answerMs: quick.timeoutMs, ...options.settings },
    log,
    now: Date.now,
  })
  const port = new TcpPort({ name: 'dtu', host: '127.0.0.1', port: 0, limits: { ...defaultPortLimits, ...options.limits }, dialIn: link, log })
  await port.start()
  link.start()
  things.add(async () => {
    await master.stop()
    link.stop()
    await port.stop()
  })
  const dial = async (localAddress?: string): Promise<Socket> => {
    const socket = connect({ host: '127.0.0.1', port: port.port ?? 0, ...(localAddress !== undefined && { localAddress }) })
    socket.on('error', () => undefined)
    things.add(() => void socket.destroy())
    await once(socket, 'connect')
    return socket
  }
  return {
    link,
    port,
    master,
    journal,
    directory,
    log,
    dial,
    dtu: (registration, units, { conducts, ...more } = {}) => {
      const bus = new SerialBus({ units, now: Date.now, ...(conducts && { conducts }) })
      const dtu = new SimulatedDtu({ host: '127.0.0.1', port: port.port ?? 0, registration: Buffer.from(registration), line: bus, ...more })
      dtu.start()
      things.add(() => {
        dtu.stop()
        bus.stop()
      })
      return Object.assign(dtu, { bus })
    },
    status: id => link.list().find(each => each.id === id),
  }
}

/** A device behind a DTU. */
export function behind(id: string, unit: number, model = quickModel.id): Device {
  return { id: `${id}-${unit}`, org: 'test', model, link: { url: `dtu://${id}`, unit } }
}
