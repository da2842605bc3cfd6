import { connect, type Socket } from 'node:net'
import { GatewayError } from '../../model/errors.ts'
import type { Endpoint } from './endpoint.ts'

const KEEPALIVE_MS = 30_000

/** Connects to an endpoint. Throws a retryable LINK_FAILED that says why there is no connection. */
export async function tcpConnect({ host, port }: Endpoint, timeoutMs: number, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEPALIVE_MS })
  try {
    await opened(socket, timeoutMs, signal)
  } catch (cause) {
    socket.destroy()
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new GatewayError('LINK_FAILED', `${host}:${port} can not be reached: ${why}`, { retryable: true, cause })
  }
  return socket
}

function opened(socket: Socket, timeoutMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(new Error(`no connection within ${timeoutMs} ms`)), timeoutMs)
    const aborted = (): void => finish(new Error('stopped'))
    const finish = (error?: Error): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', aborted)
      socket.removeAllListeners('error')
      socket.on('error', () => undefined)
      if (error) reject(error)
      else resolve()
    }
    signal.addEventListener('abort', aborted, { once: true })
    socket.once('connect', () => finish())
    socket.once('error', finish)
    if (signal.aborted) aborted()
  })
}
