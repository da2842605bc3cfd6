import { createServer, type Server, type Socket } from 'node:net'
import { GatewayError } from '../model/errors.ts'
import type { Log } from '../model/log.ts'
import { networkOf } from '../model/network.ts'
import { AddressPaces } from './address-paces.ts'
import type { Conversation, DialIn, Peer } from './peer.ts'
import { SocketValve } from './socket-valve.ts'

/** What connections to one port may cost. */
export interface PortLimits {
  readonly connections: number
  readonly connectionsPerAddress: number
  /** New connections of one address that are taken each second, after the first ten seconds' worth. */
  readonly acceptsPerAddressPerSecond: number
  /** Bytes that are read from one address each second, after the first two seconds' worth. */
  readonly bytesPerAddressPerSecond: number
  /** A connection on which nothing comes for so long is closed. NAT tables forget idle connections sooner than their ends do. */
  readonly idleMs: number
  /** Bytes that wait for a peer that does not read; beyond, it is disconnected. */
  readonly outboundBytes: number
}

export const defaultPortLimits: PortLimits = {
  connections: 20_000,
  connectionsPerAddress: 15_000,
  acceptsPerAddressPerSecond: 2_000,
  bytesPerAddressPerSecond: 20_000_000,
  idleMs: 300_000,
  outboundBytes: 256 * 1024,
}

export interface TcpPortOptions {
  /** For logs: `jt808`. */
  readonly name: string
  readonly host: string
  readonly port: number
  readonly limits: PortLimits
  readonly dialIn: DialIn
  readonly log: Log
}

/** What has happened on a port since it was opened. */
export interface PortStats {
  readonly connections: number
  readonly accepted: number
  /** How often a connection was not read for a moment because of its address's pace. */
  readonly held: number
  /** Connections that were not taken, and those that were ended, by reason. */
  readonly closedBy: Readonly<Record<string, number>>
}

/** Why connections end, for the counts; free texts go into the log only. */
const MOST_REASONS = 64
const LOG_EVERY_MS = 10_000

/** A port on which devices dial in. Bounds connections and what waits for them, and hands bytes to a {@link DialIn}. A conversation that fails costs its own connection only. */
export class TcpPort {
  readonly #options: TcpPortOptions
  readonly #sockets = new Set<Socket>()
  readonly #perAddress = new Map<string, number>()
  readonly #closedBy: Record<string, number> = {}
  readonly #loggedAt = new Map<string, number>()
  #server: Server | undefined
  readonly #accepts: AddressPaces
  readonly #bytes: AddressPaces
  #accepted = 0
  #held = 0

  constructor(options: TcpPortOptions) {
    this.#options = options
    this.#accepts = new AddressPaces({ perSecond: options.limits.acceptsPerAddressPerSecond, burstSeconds: 10 })
    this.#bytes = new AddressPaces({ perSecond: options.limits.bytesPerAddressPerSecond, burstSeconds: 2 })
  }

  /** The port it listens on; undefined while it does not. */
  get port(): number | undefined {
    const address = this.#server?.address()
    return typeof address === 'object' ? address?.port : undefined
  }

  /** Throws PORT_IN_USE, or CONFIG_INVALID when this host or port cannot be listened on. */
  async start(): Promise<void> {
    const { name, host, port } = this.#options
    const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, socket => this.#accept(socket))
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'EADDRINUSE'
          ? new GatewayError(
              'PORT_IN_USE',
              `${name} cannot listen on ${host}:${port}: another program has this port; stop it, or choose another with --${name}`,
            )
          : new GatewayError('CONFIG_INVALID', `${name} cannot listen on ${host}:${port}: ${cause.message}`, { cause }),
      ),
    )
    server.listen({ host, port, backlog: 4096 }, resolve)
    await promise
    server.on('error', error => this.#options.log.error({ link: name }, error.message))
    this.#server = server
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    const closed = new Promise(resolve => server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  stats(): PortStats {
    return { connections: this.#sockets.size, accepted: this.#accepted, held: this.#held, closedBy: { ...this.#closedBy } }
  }

  #accept(socket: Socket): void {
    const { limits, dialIn } = this.#options
    const remote = socket.remoteAddress ?? 'unknown'
    const from = networkOf(remote)
    const address = `${remote}:${socket.remotePort}`
    const fromThere = this.#perAddress.get(from) ?? 0
    socket.on('error', () => socket.destroy())
    const full = this.#sockets.size >= limits.connections
    const crowded = fromThere >= limits.connectionsPerAddress
    if (full || crowded || !this.#accepts.of(from).take()) {
      this.#note(full ? 'too many connections' : crowded ? 'too many connections of one address' : 'too many new connections of one address', address)
      socket.destroy()
      return
    }
    this.#accepted++
    this.#sockets.add(socket)
    this.#perAddress.set(from, fromThere + 1)
    const valve = new SocketValve(socket, this.#bytes.of(from), () => this.#held++)
    let conversation: Conversation | undefined
    socket.setTimeout(limits.idleMs, () => this.#close(socket, 'silent', address))
    socket.once('close', () => {
      this.#sockets.delete(socket)
      const left = (this.#perAddress.get(from) ?? 1) - 1
      if (left > 0) this.#perAddress.set(from, left)
      else this.#perAddress.delete(from)
      valve.close()
      conversation?.closed()
    })
    conversation = dialIn.open(this.#peer(socket, address, valve))
    socket.on('data', chunk => {
      if (socket.destroyed) return
      valve.passed(chunk.length)
      try {
        conversation?.take(chunk)
      } catch (error) {
        this.#options.log.error({ link: this.#options.name, peer: address }, `a conversation failed: ${error instanceof Error ? error.message : String(error)}`)
        this.#close(socket, 'a fault of the gateway', address)
      }
    })
  }

  #peer(socket: Socket, address: string, valve: SocketValve): Peer {
    return {
      address,
      write: bytes => {
        if (!socket.writable) return
        socket.write(bytes)
        if (socket.writableLength <= this.#options.limits.outboundBytes) return
        this.#note('does not read', address)
        socket.destroy()
      },
      pause: () => valve.pause(),
      resume: () => valve.resume(),
      close: reason => this.#close(socket, reason, address),
    }
  }

  #close(socket: Socket, reason: string, address: string): void {
    if (socket.destroyed || socket.writableEnded) return
    this.#note(reason, address)
    // Whoever does not take the last bytes, or goes on sending, is not waited for.
    socket.end()
    socket.setTimeout(2_000, () => socket.destroy())
    socket.removeAllListeners('data')
    socket.resume()
    socket.once('end', () => socket.destroy())
  }

  #note(reason: string, peer: string): void {
    const known = reason in this.#closedBy || Object.keys(this.#closedBy).length < MOST_REASONS ? reason : 'other'
    this.#closedBy[known] = (this.#closedBy[known] ?? 0) + 1
    const now = performance.now()
    const last = this.#loggedAt.get(known)
    if (last !== undefined && now - last < LOG_EVERY_MS) return
    this.#loggedAt.set(known, now)
    this.#options.log.info({ link: this.#options.name, peer, count: this.#closedBy[known] }, `connection closed: ${reason}`)
  }
}
