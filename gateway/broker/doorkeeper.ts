import type { EventEmitter } from 'node:events'
import type { Aedes, AedesOptions, AedesPublishPacket, Client } from 'aedes'
import { keepFrame } from '../../devices/protocols/sparkplug/kept-frame.ts'
import type { SparkplugTopic } from '../../devices/protocols/sparkplug/topic.ts'
import type { Principal } from '../model/access.ts'
import type { DeviceDirectory } from '../model/device.ts'
import type { EpochMs } from '../model/frame.ts'
import type { Log } from '../model/log.ts'
import type { AedesUplinks } from './aedes-uplinks.ts'
import { ClientStream } from './client-stream.ts'
import type { Greetings } from './greetings.ts'
import type { HandshakeStore } from './handshake-store.ts'
import type { Intake } from './intake.ts'
import type { BrokerLimits } from './limits.ts'
import type { Paces } from './paces.ts'
import type { RefusalReason, Refusals } from './refusals.ts'
import { Routes } from './routes.ts'
import type { Session } from './session.ts'
import type { SessionStore } from './session-store.ts'
import type { Tell } from './sparkplug-session.ts'
import { mayPublish, mayReceive, maySubscribe } from './topic-rights.ts'
import type { UplinkOptions, Uplinks } from './uplink-options.ts'

type Hooks = Required<Pick<AedesOptions, 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>>

/** What the doorkeeper works with. */
export interface DoorkeeperOptions {
  readonly directory: DeviceDirectory
  readonly intake: Intake
  readonly handshakes: HandshakeStore
  readonly sessions: SessionStore
  readonly uplinks: Uplinks
  /** While publishes go through Aedes. */
  readonly held?: AedesUplinks
  readonly greetings: Greetings
  readonly refusals: Refusals
  readonly limits: BrokerLimits
  readonly paces: Paces
  readonly log: Log
  readonly now: () => EpochMs
  /** Sends a message to subscribers. */
  readonly tell: Tell
}

/** Answers what Aedes asks about what those who are in may do, and hears what it tells. Who comes in, `Entrance` says. */
export class Doorkeeper {
  readonly #with: DoorkeeperOptions
  readonly #signIns: Record<Principal['type'], number> = { device: 0, token: 0, person: 0, local: 0 }
  #withheld = 0
  #dropped = 0

  constructor(options: DoorkeeperOptions) {
    this.#with = options
  }

  get figures(): { readonly signIns: Readonly<Record<Principal['type'], number>>; readonly withheld: number; readonly dropped: number } {
    return { signIns: this.#signIns, withheld: this.#withheld, dropped: this.#dropped }
  }

  /** For the options of Aedes. */
  readonly hooks: Hooks = {
    // With the lane on, publishes of clients never come here. What Aedes asks about is then a will, once its client is gone without a goodbye.
    authorizePublish: (client, packet, callback) => {
      if (client !== null && this.#with.held?.hold(client, packet, callback)) return
      const session = client === null ? undefined : streamOf(client)?.session
      const right = session && mayPublish(session.principal, packet.topic, this.#with.directory)
      if (right?.allowed) this.#takeWill(right.device, right.channel, willOf(right.sparkplug, Buffer.from(packet.payload)))
      // Whether it was taken or not, there is nobody on `up/…` whom Aedes should send it to.
      callback(new Error('a will goes to the journal'))
    },

    authorizeSubscribe: (client, subscription, callback) => {
      const session = streamOf(client)?.session
      const reason = session === undefined ? 'SUBSCRIBE_FORBIDDEN' : this.#refusal(session, subscription.topic)
      if (reason === undefined) {
        session?.filters.add(subscription.topic)
        callback(null, subscription)
        return
      }
      this.#with.refusals.note(reason, { session: session?.id, filter: subscription.topic.slice(0, 200) }, 'subscription refused with 128')
      callback(null, null)
    },

    authorizeForward: (client, packet) => {
      const stream = streamOf(client)
      if (stream?.session === undefined) return null
      if (!mayReceive(stream.session.principal, packet.topic, this.#with.directory)) {
        this.#withheld++
        return null
      }
      return this.#hasRoom(stream, packet) ? packet : null
    },
  }

  /** Hears what Aedes tells. */
  listen(aedes: Aedes): void {
    aedes.on('connackSent', (packet, client) => {
      if (packet.returnCode === 0) this.#welcome(client)
    })
    aedes.on('subscribe', (subscriptions, client) => {
      const stream = streamOf(client)
      if (stream?.session !== undefined) this.#with.greetings.subscribed(client, stream, stream.session, subscriptions)
    })
    aedes.on('unsubscribe', (filters, client) => {
      for (const filter of filters) streamOf(client)?.session?.filters.delete(filter)
    })
    aedes.on('clientError', (client, error) => this.#failed(client, error))
    aedes.on('connectionError', (client, error) => this.#failed(client, error))
    // Not among the events its types know.
    const emitter: EventEmitter = aedes
    emitter.on('error', (error: unknown) => this.#with.log.error({ err: error }, 'the broker reports an error'))
  }

  #welcome(client: Client): void {
    const stream = streamOf(client)
    const session = stream?.session
    if (stream === undefined || session === undefined || stream.destroyed) return
    this.#signIns[session.principal.type]++
    const handshakes = this.#with.handshakes.open(session.id, session.clean)
    const { directory, paces } = this.#with
    const rate = paces.of(session.principal, stream.wake)
    const options: UplinkOptions = {
      ...this.#with,
      routes: new Routes({ principal: session.principal, directory, now: this.#with.now, tell: this.#with.tell }),
      store: this.#with.handshakes,
      handshakes,
      ...(rate && { rate }),
      wake: stream.wake,
      failed: error =>
        stream.refuse('JOURNAL_FAILED', 'frames could not be kept; closed without receipts, so that the client sends them again', { err: error }),
    }
    stream.open(this.#with.uplinks.open(stream, options))
  }

  #refusal(session: Session, filter: string): RefusalReason | undefined {
    const right = maySubscribe(session.principal, filter, this.#with.directory)
    if (!right.allowed) return right.reason
    if (session.filters.size >= this.#with.limits.subscriptionsPerClient && !session.filters.has(filter)) return 'TOO_MANY_SUBSCRIPTIONS'
    const { sessions, limits } = this.#with
    if (!session.clean && !sessions.isKept(session.id) && sessions.countOf(session.principal) >= limits.sessionsPerPrincipal) return 'TOO_MANY_SESSIONS'
    return undefined
  }

  #hasRoom(stream: ClientStream, packet: AedesPublishPacket): boolean {
    const limit = this.#with.limits.outboundBytesPerClient
    if (packet.qos === 0 && stream.outboundBytes >= limit / 4) {
      this.#dropped++
      return false
    }
    if (stream.outboundBytes < limit * 4) return true
    stream.refuse('SLOW_CONSUMER', 'the subscriber reads slower than it is sent to; closed')
    return false
  }

  #takeWill(device: string, channel: string, payload: Buffer): void {
    const { intake, log, now } = this.#with
    const lost = (error: unknown): void => log.error({ err: error, device }, 'a will could not be kept')
    const take = (): void => {
      try {
        const offset = intake.take({ device, channel }, now(), payload, 0, payload.length)
        if (offset === undefined) intake.whenFree(take)
        else intake.deposit({ offset, frames: 1, bytes: payload.length, kept: () => undefined, lost })
      } catch (error) {
        lost(error)
      }
    }
    take()
  }

  /** Aedes closed a connection: a reason of ours where the client did wrong, and no more than a debug line where the network did. */
  #failed(client: Client, error: Error): void {
    // A refused sign-in was noted as such.
    if ('errorCode' in error) return
    const stream = streamOf(client)
    const reason = reasonOf(error)
    const fields = { peer: stream?.peer, transport: stream?.transport, session: stream?.session?.id }
    if (reason === undefined) this.#with.log.debug({ ...fields, err: error }, 'an MQTT connection broke')
    else this.#with.refusals.note(reason, fields, `${error.message}; closed`)
  }
}

/** The will of an edge node is its NDEATH (Sparkplug 3.0 § 5.8), which declares nothing. */
function willOf(sparkplug: SparkplugTopic | undefined, payload: Buffer): Buffer {
  return sparkplug ? Buffer.from(keepFrame(sparkplug.type, new Map(), payload)) : payload
}

function streamOf(client: Client): ClientStream | undefined {
  return client.conn instanceof ClientStream ? client.conn : undefined
}

/** Aedes tells its reasons as texts (lib/client.js, lib/handlers); the system and `ws` tell theirs as codes. */
function reasonOf(error: Error): RefusalReason | undefined {
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 'TOO_LARGE'
  if (code.startsWith('WS_ERR')) return 'MALFORMED'
  if (code !== '' || error.message === 'connection closed' || error.message === 'Premature close') return undefined
  if (error.message === 'connect did not arrive in time') return 'CONNECT_TIMEOUT'
  return error.message === 'drain timeout' ? 'SLOW_CONSUMER' : 'MALFORMED'
}
