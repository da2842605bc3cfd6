import { createServer, type Server, type Socket } from 'node:net'
import { GatewayError } from '../../../gateway/model/errors.ts'
import type { SerialBus } from './serial-bus.ts'

/** A converter between TCP and a serial bus, as it stands in many plant rooms: whoever connects is on the bus, and bytes pass as they are. */
export class RtuServer {
  readonly #host: string
  readonly #port: number
  readonly #bus: SerialBus
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined

  /** `port` 0: any free one. */
  constructor(options: { readonly host: string; readonly port: number; readonly bus: SerialBus }) {
    this.#host = options.host
    this.#port = options.port
    this.#bus = options.bus
  }

  /** The port it listens on; what was asked for while it does not. */
  get port(): number {
    const address = this.#server?.address()
    return typeof address === 'object' && address ? address.port : this.#port
  }

  /** How many are connected. */
  get connections(): number {
    return this.#sockets.size
  }

  /** Throws PORT_IN_USE. */
  async start(): Promise<void> {
    const server = createServer({ noDelay: true, keepAlive: true }, socket => this.#serve(socket))
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    server.once('error', cause =>
      reject(new GatewayError('PORT_IN_USE', `a simulated serial server can not listen on ${this.#host}:${this.#port} (${cause.message})`, { cause })),
    )
    server.listen(this.#port, this.#host, resolve)
    await promise
    this.#server = server
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    this.hangUp()
    if (server) await new Promise<void>(resolve => server.close(() => resolve()))
  }

  /** Ends all connections, as a converter does that starts anew. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #serve(socket: Socket): void {
    const party = this.#bus.join(bytes => void (socket.writable && socket.write(bytes)))
    this.#sockets.add(socket)
    socket.on('data', bytes => party.take(bytes))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      this.#sockets.delete(socket)
      party.leave()
    })
  }
}
