import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { AddressSet } from '../model/address-set.ts'
import type { ShownCertificate, TlsMaterial } from '../model/tls.ts'
import type { BrokerLimits } from './limits.ts'
import { ProxyDoor } from './proxy-door.ts'
import type { Refusals } from './refusals.ts'
import { TcpListener } from './tcp-listener.ts'
import { TlsDoor } from './tls-door.ts'

export interface ListenersOptions {
  /** Where MQTT is spoken as it is; port 0 takes a free one. */
  readonly plain: { readonly host: string; readonly port: number }
  /** Where it is spoken over TLS. */
  readonly tls?: { readonly host: string; readonly port: number; readonly material: TlsMaterial }
  readonly trustedProxies: AddressSet
  readonly limits: BrokerLimits
  readonly refusals: Refusals
  readonly accept: (socket: Duplex, transport: 'tcp' | 'tls', peer: string, certificate?: ShownCertificate) => void
}

/** The ports of MQTT. A socket is handed on once it is known who is at its other end, and TLS is spoken where it is to be. */
export class Listeners {
  readonly #options: ListenersOptions
  readonly #proxyDoor: ProxyDoor
  readonly #plain: TcpListener
  /** Sockets that are not handed on yet. */
  readonly #entering = new Set<Socket>()
  #tls: TcpListener | undefined
  #forget: () => void = () => undefined

  constructor(options: ListenersOptions) {
    this.#options = options
    const { refusals, limits } = options
    this.#proxyDoor = new ProxyDoor({ trusted: options.trustedProxies, withinMs: limits.connectTimeoutMs, refusals })
    this.#plain = new TcpListener({
      ...options.plain,
      flag: '--mqtt',
      accept: socket =>
        this.#enter(socket, peer => {
          this.#entering.delete(socket)
          options.accept(socket, 'tcp', peer)
        }),
    })
  }

  /** The port that is listened on, 0 while none is. */
  get port(): number {
    return this.#plain.port
  }

  get tlsPort(): number {
    return this.#tls?.port ?? 0
  }

  /** Throws `PORT_IN_USE`, or `CONFIG_INVALID` when a host or port cannot be listened on. */
  async start(): Promise<void> {
    await this.#plain.start()
    const { tls } = this.#options
    if (tls !== undefined) await this.#startTls(tls)
  }

  /** Accepts nobody any more. Who was let in stays. */
  stop(): void {
    this.#forget()
    this.#plain.stop()
    this.#tls?.stop()
    for (const socket of this.#entering) socket.destroy()
  }

  async #startTls({ host, port, material }: NonNullable<ListenersOptions['tls']>): Promise<void> {
    const { limits, refusals, accept } = this.#options
    const door = new TlsDoor({ material, handshakeMs: limits.connectTimeoutMs, refusals })
    this.#tls = new TcpListener({
      host,
      port,
      flag: '--mqtt-tls-port',
      accept: socket =>
        this.#enter(socket, peer =>
          door.enter(socket, peer, (secure, certificate) => {
            this.#entering.delete(socket)
            accept(secure, 'tls', peer, certificate)
          }),
        ),
    })
    await this.#tls.start()
    this.#forget = material.onChange(door.renew)
  }

  #enter(socket: Socket, known: (peer: string) => void): void {
    // Nobody else hears of it before it is handed on.
    socket.on('error', () => socket.destroy())
    const { limits, refusals } = this.#options
    if (this.#entering.size >= limits.connections) {
      refusals.note('TOO_MANY_CONNECTIONS', { peer: socket.remoteAddress }, `${limits.connections} connections are being opened already; closed`)
      socket.destroy()
      return
    }
    this.#entering.add(socket)
    socket.once('close', () => this.#entering.delete(socket))
    this.#proxyDoor.enter(socket, known)
  }
}
