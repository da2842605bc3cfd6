import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { Aedes } from 'aedes'
import type { Authenticator, TicketOffice } from '../model/access.ts'
import { AddressSet } from '../model/address-set.ts'
import type { AttemptWatch } from '../model/attempt-watch.ts'
import type { Catalogue, DeviceDirectory } from '../model/device.ts'
import { GatewayError } from '../model/errors.ts'
import type { FirstContact } from '../model/first-contact.ts'
import type { EpochMs } from '../model/frame.ts'
import type { Journal } from '../model/journal.ts'
import type { Log } from '../model/log.ts'
import type { Greeter, Publisher } from '../model/publisher.ts'
import { AedesUplinks } from './aedes-uplinks.ts'
import { CityPublisher } from './city-publisher.ts'
import { Connections } from './connections.ts'
import { Doorkeeper } from './doorkeeper.ts'
import { Entrance } from './entrance.ts'
import { Fanout } from './fanout.ts'
import { Greetings } from './greetings.ts'
import { HandshakeStore } from './handshake-store.ts'
import { Intake } from './intake.ts'
import type { BrokerLimits } from './limits.ts'
import { defaultBrokerLimits } from './limits.ts'
import { Listeners, type ListenersOptions } from './listeners.ts'
import { Paces } from './paces.ts'
import { Refusals } from './refusals.ts'
import type { SessionDisk } from './session-disk.ts'
import { openSessionDisk } from './session-disk.ts'
import { SessionStore } from './session-store.ts'
import { SignInGuard } from './sign-in-guard.ts'
import type { BrokerStats } from './stats.ts'
import { TakeOvers } from './take-overs.ts'
import { lanes } from './telemetry-lane.ts'
import { mayReceive, maySubscribe } from './topic-rights.ts'
import { WebSocketDoor } from './websocket-door.ts'

/** How long frames that were taken may need to their receipts when the broker stops. */
const farewellMs = 2_000

export interface BrokerOptions {
  /** TCP address; port 0 takes a free one. */
  readonly host: string
  readonly port: number
  /** MQTT over TLS. */
  readonly tls?: ListenersOptions['tls']
  /** Load balancers that tell in a PROXY header whom they speak for. */
  readonly trustedProxies?: AddressSet
  /** `off`: publishes of devices go through Aedes instead of past it. Slower, and otherwise the same. */
  readonly lane?: 'on' | 'off'
  readonly journal: Journal
  readonly directory: DeviceDirectory
  /** Rights need the ids of kinds only, so nothing is asked of it yet. */
  readonly catalogue?: Catalogue
  readonly authenticator: Authenticator
  readonly attemptWatch?: AttemptWatch
  readonly tickets: TicketOffice
  /** Devices that nobody registered and that bring a provisioning key. Absent: they are refused like any other stranger. */
  readonly firstContact?: FirstContact
  /** What is not given is as in `defaultBrokerLimits`. */
  readonly limits?: Partial<BrokerLimits>
  /** Kept sessions stand in `sessions` below it. Without one they end with the process. */
  readonly dataFolder?: string
  readonly log: Log
  readonly now: () => EpochMs
}

/** What lives from start to stop. */
interface Running {
  readonly aedes: Aedes
  readonly disk: SessionDisk
  readonly sessions: SessionStore
  readonly doorkeeper: Doorkeeper
  readonly stopListening: () => void
}

/** MQTT 3.1.1 over TCP and WebSocket: devices in, with receipts; subscribers out. See docs/mqtt.md. */
export class Broker {
  readonly publisher: Publisher
  readonly #options: BrokerOptions
  readonly #limits: BrokerLimits
  readonly #refusals: Refusals
  readonly #intake: Intake
  readonly #handshakes: HandshakeStore
  readonly #fanout: Fanout
  readonly #cityPublisher: CityPublisher
  readonly #greetings: Greetings
  readonly #connections: Connections
  readonly #guard: SignInGuard
  readonly #takeOvers: TakeOvers
  readonly #paces: Paces
  readonly #listeners: Listeners
  readonly #door: WebSocketDoor
  #running: Running | undefined

  constructor(options: BrokerOptions) {
    const { log, now, directory } = options
    const limits = { ...defaultBrokerLimits, ...options.limits }
    this.#options = options
    this.#limits = limits
    this.#refusals = new Refusals({ log, now, everyMs: limits.refusalLogEveryMs })
    this.#guard = new SignInGuard({ limits, directory, watch: options.attemptWatch })
    this.#takeOvers = new TakeOvers({ connectionsPerDevice: limits.connectionsPerDevice, log })
    this.#paces = new Paces({ limits, directory })
    this.#intake = new Intake({ journal: options.journal, log, frames: limits.inFlight, bytes: limits.inFlightBytes })
    this.#handshakes = new HandshakeStore({ mostAway: limits.handshakeSessions })
    this.#fanout = new Fanout({ onEmit: packet => this.#cityPublisher.emitted(packet) })
    this.#cityPublisher = new CityPublisher({ aedes: () => this.#running?.aedes, fanout: this.#fanout, sessions: () => this.#running?.sessions })
    this.publisher = this.#cityPublisher
    this.#greetings = new Greetings({ log, mayReceive: (principal, topic) => mayReceive(principal, topic, directory) })
    this.#connections = new Connections({ limits, refusals: this.#refusals, handle: stream => this.#running?.aedes.handle(stream) })
    this.#listeners = new Listeners({
      plain: { host: options.host, port: options.port },
      ...(options.tls && { tls: options.tls }),
      trustedProxies: options.trustedProxies ?? new AddressSet([]),
      limits,
      refusals: this.#refusals,
      accept: this.#connections.accept,
    })
    this.#door = new WebSocketDoor({
      // A whole packet and some more: larger messages would stand in memory before a byte of them is looked at.
      messageBytes: limits.payloadBytes + limits.heldBytesPerClient,
      accept: (stream, peer) => this.#connections.accept(stream, 'websocket', peer),
      refused: (peer, why) => this.#refusals.note('NOT_MQTT', { peer, transport: 'websocket' }, why),
    })
  }

  /** The TCP port that is listened on. */
  get port(): number {
    return this.#listeners.port
  }

  /** The port on which TLS is spoken; 0 while none is. */
  get tlsPort(): number {
    return this.#listeners.tlsPort
  }

  /** Names of devices and sessions over which clients fight now: each new connection closes the other. */
  get contested(): readonly string[] {
    return this.#takeOvers.contested
  }

  /** Call before `start`. */
  greetWith(greeter: Greeter): void {
    this.#greetings.use(greeter)
  }

  /** Throws `PORT_IN_USE`, `CONFIG_INVALID`, `DATA_FOLDER_IN_USE` or `DATA_FOLDER_UNUSABLE`; then nothing is left open. */
  async start(): Promise<void> {
    const disk = await openSessionDisk(this.#options.dataFolder)
    try {
      this.#running = await this.#run(disk)
    } catch (error) {
      await disk.close()
      throw error
    }
    try {
      await this.#listeners.start()
    } catch (error) {
      await this.stop()
      throw error
    }
    this.#connections.start()
  }

  /** Takes no more, lets what was taken get its receipts, then closes every connection. */
  async stop(): Promise<void> {
    const running = this.#running
    if (running === undefined) return
    this.#listeners.stop()
    running.stopListening()
    this.#connections.quiesce()
    const deadline = performance.now() + farewellMs
    while (this.#connections.pending > 0 && performance.now() < deadline) await wait(5)
    await new Promise<void>(resolve => running.aedes.close(() => resolve()))
    this.#connections.stop()
    this.#intake.stop()
    this.#running = undefined
    await running.sessions.written().catch(error => this.#options.log.error({ err: error }, 'messages for kept sessions could not be written'))
    await running.disk.close()
  }

  /** Takes over a connection that asked for WebSocket at `/mqtt`; the caller has looked at the path. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, peer = request.socket.remoteAddress ?? ''): void {
    if (this.#running === undefined) socket.destroy()
    else this.#door.upgrade(request, socket, head, peer)
  }

  stats(): BrokerStats {
    const door = this.#running?.doorkeeper.figures
    const sessions = this.#running?.sessions.figures
    const { addresses } = this.#connections
    return {
      connections: this.#connections.size,
      connectionsTcp: this.#connections.sizeOf('tcp'),
      connectionsTls: this.#connections.sizeOf('tls'),
      connectionsWebSocket: this.#connections.sizeOf('websocket'),
      addresses: addresses.count,
      connectionsOfOneAddress: addresses.most,
      signInsDevice: door?.signIns.device ?? 0,
      signInsToken: door?.signIns.token ?? 0,
      signInsPerson: (door?.signIns.person ?? 0) + (door?.signIns.local ?? 0),
      refused: this.#refusals.counts(),
      signInGuard: this.#guard.figures,
      paces: this.#paces.figures,
      contested: this.#takeOvers.contested.length,
      ...this.#intake.figures,
      published: this.#cityPublisher.published,
      greetings: this.#greetings.sent,
      withheld: door?.withheld ?? 0,
      dropped: door?.dropped ?? 0,
      droppedOffline: sessions?.dropped ?? 0,
      subscriptions: this.#fanout.subscriptions,
      sessions: sessions?.sessions ?? 0,
      queued: sessions?.queued ?? 0,
      queuedBytes: sessions?.queuedBytes ?? 0,
    }
  }

  /** Hears of whatever may make a sign-in void; answers how to stop. */
  #listen(): () => void {
    const { directory, tls } = this.#options
    const stops = [directory.onChange(this.#connections.directoryChanged), tls?.material.onChange(this.#connections.directoryChanged)]
    return () => {
      for (const stop of stops) stop?.()
    }
  }

  async #run(disk: SessionDisk): Promise<Running> {
    const { directory, log } = this.#options
    const limits = this.#limits
    this.#fanout.open()
    await this.#handshakes.start(disk.handshakes)
    const held = new AedesUplinks()
    const off = this.#options.lane === 'off'
    const sessions = new SessionStore({
      inner: disk.persistence,
      names: disk.names,
      rights: {
        maySubscribe: (principal, filter) => maySubscribe(principal, filter, directory).allowed,
        mayReceive: (principal, topic) => mayReceive(principal, topic, directory),
      },
      limits: { messages: limits.queuedPerSession, bytes: limits.queuedBytesPerSession, allBytes: limits.queuedBytes },
      incoming: held,
    })
    const doorkeeper = new Doorkeeper({
      ...this.#options,
      intake: this.#intake,
      handshakes: this.#handshakes,
      sessions,
      uplinks: off ? held : lanes,
      ...(off && { held }),
      greetings: this.#greetings,
      tell: (topic, payload) => {
        this.#cityPublisher
          .publish(topic, payload)
          .catch((error: unknown) => log.warn({ topic, error: error instanceof Error ? error.message : String(error) }, 'a message could not be sent'))
      },
      refusals: this.#refusals,
      limits,
      paces: this.#paces,
    })
    const clientCertificates = this.#options.tls?.material.clients
    const entrance = new Entrance({
      ...this.#options,
      ...(clientCertificates && { clientCertificates }),
      guard: this.#guard,
      takeOvers: this.#takeOvers,
      refusals: this.#refusals,
    })
    const aedes = new Aedes({
      // Queued messages sort by this id and a counter (outgoingKey in aedes-persistence-level), so it grows from start to start.
      id: `${String(this.#options.now()).padStart(15, '0')}-${randomUUID()}`,
      mq: this.#fanout,
      persistence: sessions,
      connectTimeout: limits.connectTimeoutMs,
      drainTimeout: limits.drainTimeoutMs,
      // Names of sessions are longer than what MQTT 3.1 allowed the client id they are made from; sign-in has looked at that.
      maxClientsIdLength: Number.MAX_SAFE_INTEGER,
      maxTopicLevels: 32,
      ...entrance.hooks,
      ...doorkeeper.hooks,
    })
    doorkeeper.listen(aedes)
    try {
      await aedes.listen()
    } catch (error) {
      throw new GatewayError(
        'DATA_FOLDER_UNUSABLE',
        'the kept MQTT sessions cannot be read: move the folder "sessions" of the data folder away to begin with none',
        { cause: error },
      )
    }
    log.debug(sessions.figures, 'kept MQTT sessions are loaded')
    return { aedes, disk, sessions, doorkeeper, stopListening: this.#listen() }
  }
}
