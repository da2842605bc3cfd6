import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { HttpServerOptions } from './options.ts'
import { Problem, pathOf } from './problem.ts'
import { answerRaw } from './raw-answer.ts'
import { originMatchesHost } from './same-origin.ts'

/** Whether a request asks for a WebSocket. Any other upgrade is not taken up, and the request answered as if it had not asked (RFC 9110 § 7.8): curl asks for h2c. */
export function asksForWebSocket(request: IncomingMessage): boolean {
  return (request.headers.upgrade ?? '').split(',').some(protocol => protocol.trim().toLowerCase() === 'websocket')
}

/**
 * Lets a WebSocket handshake through to the broker: at `/mqtt` alone, and from a browser only for pages of this server (RFC 6455 § 10.2), for a page
 * of another site would otherwise speak with the operator's reach. Programs send no Origin; the broker asks everybody for credentials.
 */
export function passUpgrade(options: Pick<HttpServerOptions, 'upgrade' | 'clients' | 'log'>) {
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const url = request.url ?? '/'
    const problem = refusal(request, url)
    if (problem !== undefined) {
      options.log.warn({ path: pathOf(url).slice(0, 256), status: problem.status }, 'WebSocket handshake refused')
      answerRaw(socket, problem, url)
      return
    }
    // HTTP's limits on idle connections are not MQTT's, which has keepalives of its own.
    if (socket instanceof Socket) socket.setTimeout(0)
    try {
      options.upgrade(request, socket, head, options.clients.addressOf(request))
    } catch (error) {
      options.log.error({ err: error }, 'WebSocket handshake failed')
      answerRaw(socket, new Problem(500, 'INTERNAL', 'Something went wrong inside the gateway; its log says what.'), url)
    }
  }
}

function refusal(request: IncomingMessage, url: string): Problem | undefined {
  if (pathOf(url) !== '/mqtt') return new Problem(404, 'NOT_FOUND', 'WebSockets are spoken at /mqtt.')
  if (!originMatchesHost(request)) return new Problem(403, 'CROSS_ORIGIN', 'A page of another site may not connect.')
  return undefined
}
