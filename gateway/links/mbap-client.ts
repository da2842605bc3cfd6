import { connect, type Socket } from 'node:net'
import { GatewayError } from '../model/errors.ts'
import type { Endpoint } from './endpoint.ts'

/** Transaction, protocol, length, unit: Modbus Messaging on TCP/IP V1.0b § 3.1.3. */
const HEADER_BYTES = 7
/** Unit and PDU: 1 + 253 bytes (Modbus Application Protocol V1.1b3 § 4.1). */
const LONGEST = 254
const KEEPALIVE_MS = 30_000

/** What came of a request. */
export type Answer =
  | { readonly type: 'answered'; readonly pdu: Uint8Array }
  /** Nothing that belongs to the request came in time. */
  | { readonly type: 'timeout' }
  /** The connection is gone. */
  | { readonly type: 'closed' }

interface Waiting {
  readonly transaction: number
  readonly unit: number
  readonly functionCode: number
  readonly settle: (answer: Answer) => void
}

/**
 * One connection to a Modbus TCP endpoint, one request in flight.
 *
 * Our own lines and not modbus-serial's client, because the journal keeps what was received: modbus-serial 8.0.25 turns an exception into an `Error` without
 * its bytes, leaves a request waiting for its time-out when the peer closes, counts transactions in 8 bits only, and takes any length a header claims.
 */
export class MbapClient {
  readonly #endpoint: Endpoint
  readonly #onStray: () => void
  #socket: Socket | undefined
  #rest: Buffer = Buffer.alloc(0)
  #transaction = 0
  #waiting: Waiting | undefined

  /** `onStray` is told of every answer nobody waits for: late, or with a wrong transaction, unit or function. */
  constructor(endpoint: Endpoint, onStray: () => void) {
    this.#endpoint = endpoint
    this.#onStray = onStray
  }

  get connected(): boolean {
    return this.#socket !== undefined
  }

  /** Throws a retryable LINK_FAILED that says why there is no connection. */
  async connect(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const { host, port } = this.#endpoint
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEPALIVE_MS })
    try {
      await opened(socket, timeoutMs, signal)
    } catch (cause) {
      socket.destroy()
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new GatewayError('LINK_FAILED', `${host}:${port} can not be reached: ${why}`, { retryable: true, cause })
    }
    this.#socket = socket
    this.#rest = Buffer.alloc(0)
    socket.on('data', chunk => this.#receive(chunk))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      if (this.#socket === socket) this.close()
    })
  }

  /** Sends a PDU to a unit and waits for its answer. */
  request(unit: number, pdu: Uint8Array, timeoutMs: number): Promise<Answer> {
    const socket = this.#socket
    if (!socket) return Promise.resolve({ type: 'closed' })
    this.#transaction = (this.#transaction + 1) & 0xffff
    const adu = Buffer.alloc(HEADER_BYTES + pdu.length)
    adu.writeUInt16BE(this.#transaction, 0)
    adu.writeUInt16BE(1 + pdu.length, 4)
    adu.writeUInt8(unit, 6)
    adu.set(pdu, HEADER_BYTES)
    return new Promise(resolve => {
      const timer = setTimeout(() => this.#settle({ type: 'timeout' }), timeoutMs)
      const settle = (answer: Answer): void => {
        clearTimeout(timer)
        resolve(answer)
      }
      this.#waiting = { transaction: this.#transaction, unit, functionCode: pdu[0] ?? 0, settle }
      socket.write(adu)
    })
  }

  close(): void {
    const socket = this.#socket
    this.#socket = undefined
    socket?.destroy()
    this.#settle({ type: 'closed' })
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.settle(answer)
  }

  #receive(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    while (this.#rest.length >= HEADER_BYTES) {
      const length = this.#rest.readUInt16BE(4)
      // No way to find the next header after a wrong one: begin anew on a new connection.
      if (this.#rest.readUInt16BE(2) !== 0 || length < 2 || length > LONGEST) {
        this.close()
        return
      }
      if (this.#rest.length < 6 + length) return
      this.#take(this.#rest.subarray(0, 6 + length))
      this.#rest = this.#rest.subarray(6 + length)
    }
  }

  #take(adu: Buffer): void {
    const waiting = this.#waiting
    const fits =
      waiting !== undefined &&
      adu.readUInt16BE(0) === waiting.transaction &&
      adu.readUInt8(6) === waiting.unit &&
      (adu.readUInt8(7) & 0x7f) === waiting.functionCode
    // Copied: the rest of a chunk must not stay in memory for the few bytes of an answer.
    if (fits) this.#settle({ type: 'answered', pdu: Uint8Array.from(adu.subarray(HEADER_BYTES)) })
    else this.#onStray()
  }
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
