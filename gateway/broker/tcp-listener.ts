import type { Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import { GatewayError } from '../model/errors.ts'

/** A power cut ends, and ten thousand devices knock in the same second. */
const backlog = 4096
/** A device that lost its power sends no FIN: the system asks after this silence, also where MQTT's keep-alive is off. */
const probeAfterMs = 60_000

/** Accepts connections on a port of MQTT. */
export class TcpListener {
  readonly #host: string
  readonly #port: number
  readonly #flag: string
  readonly #accept: (socket: Socket) => void
  #server: Server | undefined

  constructor(options: {
    readonly host: string
    readonly port: number /** Names another port. */
    readonly flag: string
    readonly accept: (socket: Socket) => void
  }) {
    this.#host = options.host
    this.#port = options.port
    this.#flag = options.flag
    this.#accept = options.accept
  }

  /** The port that is listened on, also when 0 was asked for; 0 while nothing is. */
  get port(): number {
    const address = this.#server?.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  /** Throws `PORT_IN_USE`, or `CONFIG_INVALID` when this host or port cannot be listened on. */
  async start(): Promise<void> {
    // noDelay: an acknowledgement that is held until the disk has its frame meets Nagle's algorithm otherwise: 14.6 ms in place of 3.6.
    const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: probeAfterMs }, this.#accept)
    await new Promise<void>((resolve, reject) => {
      server.once('error', error => reject(refusedToListen(this.#host, this.#port, this.#flag, error)))
      server.listen({ host: this.#host, port: this.#port, backlog }, resolve)
    })
    // Too many open files, mostly: those who are connected stay.
    server.removeAllListeners('error').on('error', () => undefined)
    this.#server = server
  }

  /** Accepts nobody any more. Who is connected stays. */
  stop(): void {
    this.#server?.close()
    this.#server = undefined
  }
}

function refusedToListen(host: string, port: number, flag: string, cause: Error): GatewayError {
  const code = 'code' in cause ? cause.code : undefined
  if (code === 'EADDRINUSE') {
    return new GatewayError('PORT_IN_USE', `MQTT port ${port} on ${host} is in use by another program: stop that, or choose another port with ${flag} PORT`, {
      cause,
    })
  }
  const advice = code === 'EACCES' ? `ports below 1024 need a privilege; choose another with ${flag} PORT` : 'choose a host and port of this machine'
  return new GatewayError('CONFIG_INVALID', `MQTT cannot listen on ${host} port ${port} (${cause.message}): ${advice}`, { cause })
}
