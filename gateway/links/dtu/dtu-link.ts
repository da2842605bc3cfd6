import type { Protocol } from '../../../devices/protocols/protocol.ts'
import type { Catalogue, DeviceDirectory } from '../../model/device.ts'
import type { DtuFigures, DtuProbe, DtuStatus, DtuView } from '../../model/dtu.ts'
import { GatewayError } from '../../model/errors.ts'
import type { EpochMs } from '../../model/frame.ts'
import type { ProtocolId } from '../../model/ids.ts'
import type { Log } from '../../model/log.ts'
import type { BusTransport } from '../bus/transport.ts'
import { LinkIndex } from '../link-index.ts'
import type { Conversation, DialIn, Peer } from '../peer.ts'
import { Claims } from './claims.ts'
import { type ConnectionEvents, type ConnectionSettings, DtuConnection } from './dtu-connection.ts'
import type { DtuPackets } from './packets.ts'
import { Probes } from './probes.ts'
import { proposals } from './proposals.ts'
import { Recogniser } from './recogniser.ts'
import { Strangers } from './strangers.ts'

/** Times and bounds. All have a default in {@link dtuDefaults}. */
export interface DtuSettings extends ConnectionSettings {
  /** Connections that wait to be adopted, or to say who they are. */
  readonly strangers: number
  /** How much of each second may go into finding frames in what strangers send. */
  readonly lookMs: number
  /** A DTU that was heard within this time may be alive: whoever claims its name from elsewhere waits. */
  readonly aliveMs: number
  /** How long the one that was there first has to show that it is alive. */
  readonly claimMs: number
}

export const dtuDefaults: DtuSettings = {
  quietMs: 300,
  registerMs: 60_000,
  strangerBytes: 65_536,
  answerMs: 3_000,
  lookMs: 200,
  strangers: 2_000,
  aliveMs: 60_000,
  claimMs: 15_000,
}

/** Strangers for whom models are looked for at once. */
const MOST_PROPOSED = 100
/** Most of the questions of a probe get no answer. */
const LONGEST_PROBE_MS = 1_500

export interface DtuLinkOptions {
  readonly packets: DtuPackets
  readonly protocols: readonly Protocol[]
  readonly directory: DeviceDirectory
  readonly catalogue: Catalogue
  /** Where the bytes of a known DTU go. */
  readonly buses: { attach(url: string, transport: BusTransport): void; detach(url: string, transport: BusTransport): void }
  /** Links of devices that dial in by themselves, by protocol: what is theirs is handed over. */
  readonly others: ReadonlyMap<ProtocolId, DialIn>
  readonly settings?: Partial<DtuSettings>
  readonly log: Log
  readonly now: () => EpochMs
}

/**
 * DTUs dial in here: cellular modems with a serial line behind them. One port for all: who is known by its registration gets its line asked, who speaks JT/T 808 or HJ 212 is handed on, and
 * everybody else waits, bounded, for an engineer to adopt it.
 */
export class DtuLink implements DialIn, DtuView {
  readonly #options: DtuLinkOptions
  readonly #settings: DtuSettings
  readonly #links: LinkIndex
  readonly #strangers: Strangers
  readonly #recogniser: Recogniser
  readonly #claims: Claims
  readonly #probes: Probes
  readonly #handedOver = new Set<DtuConnection>()
  /** The connection that stands for a name, known or not. */
  readonly #named = new Map<string, DtuConnection>()
  readonly #figures = { registered: 0, heartbeats: 0, handedOver: 0, replaced: 0 }
  #connections = 0
  #forget: (() => void) | undefined

  constructor(options: DtuLinkOptions) {
    this.#options = options
    this.#settings = { ...dtuDefaults, ...options.settings }
    this.#links = new LinkIndex(options.directory)
    this.#recogniser = new Recogniser(options.protocols, this.#settings.lookMs)
    this.#strangers = new Strangers(this.#settings.strangers)
    this.#probes = new Probes(Math.min(this.#settings.answerMs, LONGEST_PROBE_MS))
    this.#claims = new Claims({ aliveMs: this.#settings.aliveMs, claimMs: this.#settings.claimMs, log: options.log, now: options.now })
  }

  /** Follows the directory from now on: who is linked to is attached, who is not any more waits again. */
  start(): void {
    this.#forget = this.#options.directory.onChange(() => this.#follow())
  }

  stop(): void {
    this.#forget?.()
    this.#claims.stop()
    this.#probes.stop()
  }

  open(peer: Peer): Conversation {
    const { packets, now } = this.#options
    const connection = new DtuConnection({ peer, packets, recogniser: this.#recogniser, settings: this.#settings, events: this.#events, now })
    this.#strangers.add(connection)
    this.#connections++
    return connection
  }

  probe(id: string, first: number, last: number): DtuProbe {
    const connection = this.#named.get(id)
    if (!connection) throw new GatewayError('DEVICE_UNKNOWN', `no DTU ${id} is connected; citygate dtu list shows those that are`)
    if (connection.state !== 'waiting' && connection.state !== 'attached')
      throw new GatewayError('LINK_FAILED', `the DTU ${id} can not be asked now: it is ${connection.state}`, { retryable: true })
    const probe = this.#probes.begin(id, first, last)
    if (connection.state === 'attached') this.#options.buses.detach(linkOf(id), connection)
    connection.state = 'probed'
    probe
      .run(connection)
      .finally(() => {
        connection.release()
        connection.state = 'waiting'
        if (this.#named.get(id) === connection) this.#settle(connection, id)
      })
      .catch((error: unknown) => this.#options.log.error({ dtu: id, err: error }, 'a probe failed'))
    return probe.status()
  }

  probed(id: string): DtuProbe | undefined {
    return this.#probes.of(id)
  }

  list(): readonly DtuStatus[] {
    const { catalogue, now } = this.#options
    const all = new Set([...this.#named.values(), ...this.#strangers.all(), ...this.#handedOver])
    let proposed = 0
    return Array.from(all, connection => {
      const status = connection.status()
      // Reading frames with every model costs: nobody looks through more by hand.
      const models = status.seen.length > 0 && proposed++ < MOST_PROPOSED ? proposals(catalogue, status.seen, now()) : []
      return { ...status, devices: this.#devices(status.id), proposals: models }
    }).sort((a, b) => (a.id ?? '~').localeCompare(b.id ?? '~') || a.since - b.since)
  }

  figures(): DtuFigures {
    const connected = this.#connections
    return { connected, strangers: this.#strangers.size, ...this.#figures, refusedClaims: this.#claims.refused, displaced: this.#strangers.displaced }
  }

  readonly #events: ConnectionEvents = {
    registered: (connection, { id }) => {
      this.#figures.registered++
      const before = this.#named.get(id)
      if (before === connection) return
      this.#leaveName(connection)
      if (before && this.#claims.mustWait(connection, before)) this.#claims.wait(connection, before, () => this.#take(connection, id))
      else this.#take(connection, id)
    },
    heard: connection => this.#claims.heard(connection),
    heartbeats: count => {
      this.#figures.heartbeats += count
    },
    takesOver: ({ protocol, sender }) => this.#options.others.has(protocol) && sender !== undefined && this.#links.at(`${protocol}://${sender}`).length > 0,
    handOver: (connection, protocol) => {
      this.#figures.handedOver++
      connection.state = 'handed-over'
      this.#strangers.remove(connection)
      this.#handedOver.add(connection)
      return this.#options.others.get(protocol)?.open(connection.asPeer())
    },
    closed: connection => {
      this.#connections--
      this.#strangers.remove(connection)
      this.#handedOver.delete(connection)
      this.#leaveName(connection)
      this.#claims.closed(connection)
    },
  }

  /** The connection stands for the name from now on. */
  #take(connection: DtuConnection, id: string): void {
    const before = this.#named.get(id)
    this.#named.set(id, connection)
    if (before && before !== connection) {
      this.#figures.replaced++
      this.#claims.replaced(id)
      this.#options.log.info({ dtu: id, peer: connection.address, before: before.address }, 'the DTU dialled in anew: its old connection is closed')
    }
    this.#settle(connection, id)
    before?.close('dialled in anew')
  }

  #settle(connection: DtuConnection, id: string): void {
    if (connection.state === 'probed' || connection.state === 'handed-over') return
    if (this.#devices(id) === 0) {
      if (connection.state === 'attached') this.#options.buses.detach(linkOf(id), connection)
      connection.state = 'waiting'
      connection.release()
      this.#strangers.add(connection)
      return
    }
    this.#strangers.remove(connection)
    if (connection.state === 'attached') return
    connection.state = 'attached'
    // It speaks at its own time; what it says is told to the line by the transport.
    this.#options.buses.attach(linkOf(id), connection)
  }

  #follow(): void {
    for (const [id, connection] of this.#named) this.#settle(connection, id)
  }

  #leaveName(connection: DtuConnection): void {
    for (const id of connection.names) if (this.#named.get(id) === connection) this.#named.delete(id)
  }

  #devices(id: string | undefined): number {
    return id === undefined ? 0 : this.#links.at(linkOf(id)).length
  }
}

function linkOf(id: string): string {
  return `dtu://${id}`
}
