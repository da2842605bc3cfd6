import type { Duplex } from 'node:stream'
import { networkOf } from '../model/network.ts'
import type { ShownCertificate } from '../model/tls.ts'
import { ClientStream } from './client-stream.ts'
import type { BrokerLimits } from './limits.ts'
import { Rechecks } from './rechecks.ts'
import type { Refusals } from './refusals.ts'

const sweepEveryMs = 1_000
/**
 * Sweeps between two looks at whether everybody still holds. People and tokens are looked at in each: a session or a token may be over at any time, and to tell takes no more than a
 * look into a map.
 */
const sweepsPerRecheck = 5

/** All open connections, by either transport: their number, their keep-alive, and whether they may still be here. */
export class Connections {
  readonly #limits: BrokerLimits
  readonly #refusals: Refusals
  readonly #handle: (stream: ClientStream) => void
  readonly #streams = new Set<ClientStream>()
  readonly #rechecks = new Rechecks({ everybody: this.#streams, check: checkCredentials })
  /** By address. */
  readonly #from = new Map<string, number>()
  readonly #sizes = { tcp: 0, tls: 0, websocket: 0 }
  #sweeps = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: {
    readonly limits: BrokerLimits
    readonly refusals: Refusals /** Gives a new stream to Aedes. */
    readonly handle: (stream: ClientStream) => void
  }) {
    this.#limits = options.limits
    this.#refusals = options.refusals
    this.#handle = options.handle
  }

  get size(): number {
    return this.#streams.size
  }

  /** Addresses they come from, and how many come from the one with most. */
  get addresses(): { readonly count: number; readonly most: number } {
    let most = 0
    for (const count of this.#from.values()) most = Math.max(most, count)
    return { count: this.#from.size, most }
  }

  sizeOf(transport: ClientStream['transport']): number {
    return this.#sizes[transport]
  }

  /** Frames of connected clients that wait for the disk. */
  get pending(): number {
    let sum = 0
    for (const stream of this.#streams) sum += stream.pending
    return sum
  }

  start(): void {
    this.#timer = setInterval(() => this.#sweep(), sweepEveryMs)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#rechecks.stop()
    for (const stream of this.#streams) stream.destroy()
  }

  readonly accept = (socket: Duplex, transport: ClientStream['transport'], peer: string, certificate?: ShownCertificate): void => {
    const network = networkOf(peer)
    const fromThere = this.#from.get(network) ?? 0
    const { connections, connectionsPerAddress } = this.#limits
    const full = this.#streams.size >= connections
    if (full || fromThere >= connectionsPerAddress) {
      if (full) this.#refusals.note('TOO_MANY_CONNECTIONS', { peer, transport }, `${connections} connections are open already; closed`)
      else
        this.#refusals.note(
          'TOO_MANY_CONNECTIONS_OF_ADDRESS',
          { peer, transport },
          `${connectionsPerAddress} connections from this address are open already; closed`,
        )
      socket.on('error', () => undefined)
      socket.destroy()
      return
    }
    this.#from.set(network, fromThere + 1)
    const stream = new ClientStream({ socket, transport, peer, ...(certificate && { certificate }), limits: this.#limits, refusals: this.#refusals })
    this.#streams.add(stream)
    this.#sizes[transport]++
    stream.once('close', () => {
      this.#streams.delete(stream)
      this.#leave(network)
      this.#sizes[transport]--
    })
    this.#handle(stream)
    stream.begin()
  }

  quiesce(): void {
    for (const stream of this.#streams) stream.quiesce()
  }

  /** The directory or the authorities of certificates changed: soon, whoever no longer counts is disconnected. */
  readonly directoryChanged = (): void => {
    this.#rechecks.soon()
  }

  #leave(network: string): void {
    const left = (this.#from.get(network) ?? 1) - 1
    if (left > 0) this.#from.set(network, left)
    else this.#from.delete(network)
  }

  #sweep(): void {
    this.#sweeps++
    if (this.#sweeps % sweepsPerRecheck === 0) this.#rechecks.begin()
    for (const stream of this.#streams) {
      if (stream.overdue) stream.refuse('KEEPALIVE_MISSED', 'nothing came for one and a half times the keep-alive; closed')
      else if (mayBeOver(stream)) checkCredentials(stream)
    }
  }
}

function mayBeOver({ session }: ClientStream): boolean {
  return session?.principal.type === 'person' || session?.principal.type === 'token'
}

function checkCredentials(stream: ClientStream): void {
  if (stream.session === undefined || stream.session.holds()) return
  const { type } = stream.session.principal
  if (stream.certificate !== undefined) stream.refuse('CERTIFICATE_REFUSED', 'its certificate no longer counts, or the device is no longer in service; closed')
  else if (type === 'device') stream.refuse('DEVICE_REMOVED', 'the device is no longer registered; closed')
  else if (type === 'person') stream.refuse('SESSION_ENDED', "the person's session ended, or their rights changed; closed")
  else stream.refuse('TOKEN_REVOKED', 'the token was removed or is over; closed')
}
