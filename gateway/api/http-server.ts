import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer, Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { GatewayError } from '../model/errors.ts'
import { buildApp } from './app.ts'
import type { HttpServerOptions } from './options.ts'
import { Problem } from './problem.ts'
import { answerRaw } from './raw-answer.ts'
import { asksForWebSocket, passUpgrade } from './upgrade.ts'

/** How long answers under way may take once the server is stopping. */
const STOP_WITHIN_MS = 2000

/** The HTTP side of the gateway: the API, its documentation, the dashboard's files, and the door through which WebSockets reach the broker. */
export class HttpServer {
  readonly #options: HttpServerOptions
  #server: Server | undefined
  #underWay = 0

  constructor(options: HttpServerOptions) {
    this.#options = options
  }

  /** The port it listens on; 0 before `start`. */
  get port(): number {
    const address: AddressInfo | string | null = this.#server?.address() ?? null
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  /** Listens. Throws `PORT_IN_USE` when someone else does, `CONFIG_INVALID` when this machine does not let it. */
  async start(): Promise<void> {
    const { host, port, log, certificates, connections, clients } = this.#options
    const bounds = {
      // Slow senders (Slowloris) are cut off; a request is whole within half a minute.
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 15_000,
      connectionsCheckingInterval: 2000,
      maxHeaderSize: 16_384,
      shouldUpgradeCallback: asksForWebSocket,
    }
    const app = buildApp(this.#options)
    const server =
      certificates === undefined ? createServer(bounds, app) : createTlsServer({ ...bounds, ...certificates.context, handshakeTimeout: 10_000 }, app)
    // A reader that stops reading its answer is cut off too.
    server.setTimeout(60_000)
    server.on('connection', socket => connections.take(socket, clients.trusts(socket.remoteAddress ?? '')))
    server.on('request', (_request, response) => {
      this.#underWay += 1
      response.once('close', () => this.#answered())
    })
    server.on('upgrade', passUpgrade(this.#options))
    server.on('clientError', clientError)
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)))
      server.listen({ host, port, backlog: 511 }, resolve)
    })
    server.on('error', error => log.error({ err: error }, 'HTTP server'))
    this.#server = server
    // Other certificate files count for whoever comes next.
    if (server instanceof TlsServer && certificates !== undefined) this.#forget = certificates.onChange(() => server.setSecureContext(certificates.context))
    log.info({ host, port: this.port }, 'HTTP server listens')
  }

  /** Takes no more requests, lets those under way finish for a moment, then closes every connection, WebSockets included. */
  async stop(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    this.#forget()
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    server.closeIdleConnections()
    if (this.#underWay > 0) {
      const bound = AbortSignal.timeout(STOP_WITHIN_MS)
      await new Promise<void>(resolve => {
        bound.addEventListener('abort', () => resolve())
        this.#whenIdle = resolve
      })
    }
    server.closeAllConnections()
    this.#options.connections.closeAll()
    await closed
  }

  #forget: () => void = () => undefined
  #whenIdle: () => void = () => undefined

  #answered(): void {
    this.#underWay -= 1
    if (this.#underWay === 0) this.#whenIdle()
  }
}

/** What is no HTTP, or too slow, or has too much of a head, gets an answer all the same. */
function clientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET') socket.destroy()
  else answerRaw(socket, clientProblem(error.code), '/')
}

function clientProblem(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem(431, 'HEADERS_TOO_LARGE', 'The request’s head is larger than 16 KiB.')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem(408, 'REQUEST_TIMEOUT', 'The request took too long to arrive.')
  return new Problem(400, 'REQUEST_MALFORMED', 'This is not HTTP as this server understands it.')
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): GatewayError {
  if (error.code === 'EADDRINUSE') {
    return new GatewayError('PORT_IN_USE', `HTTP port ${port} at ${host} is in use: stop what uses it, or choose another with --http`, { cause: error })
  }
  const advice = error.code === 'EACCES' ? 'ports below 1024 need a right this user does not have; choose another with --http' : 'check host and port'
  return new GatewayError('CONFIG_INVALID', `HTTP can not listen at ${host}:${port} (${error.code ?? error.message}): ${advice}`, { cause: error })
}
