import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { sealed } from '../../../devices/protocols/modbus/frame.ts'
import type { Endpoint } from './endpoint.ts'
import { tcpConnect } from './tcp-connect.ts'
import type { Ask, Outcome, Wire } from './wire.ts'

/** Transaction, protocol, length, unit: Modbus Messaging on TCP/IP V1.0b § 3.1.3. */
const HEADER_BYTES = 7
/** Unit and PDU: 1 + 253 bytes (Modbus Application Protocol V1.1b3 § 4.1). */
const LONGEST = 254
const CRC_BYTES = 2

interface Waiting {
  readonly transaction: number
  readonly ask: Ask
  readonly settle: (outcome: Outcome) => void
}

/**
 * One connection to a Modbus TCP endpoint, one request in flight. Requests and answers are RTU on this side, so that the journal holds them as it holds those of a serial line.
 *
 * Our own lines and not modbus-serial's client, because the journal keeps what was received: modbus-serial 8.0.25 turns an exception into an `Error` without
 * its bytes, leaves a request waiting for its time-out when the peer closes, counts transactions in 8 bits only, and takes any length a header claims.
 */
export class MbapWire implements Wire {
  readonly unnumbered = false
  readonly doubtable = true
  readonly timeoutMs = undefined
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

  async connect(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const socket = await tcpConnect(this.#endpoint, timeoutMs, signal)
    this.#socket = socket
    this.#rest = Buffer.alloc(0)
    socket.on('data', chunk => this.#receive(chunk))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      if (this.#socket === socket) this.close('the peer closed the connection')
    })
  }

  async ask(ask: Ask): Promise<Outcome> {
    if (ask.pauseMs > 0) await delay(ask.pauseMs)
    const socket = this.#socket
    if (!socket) return { type: 'unasked', why: 'there is no connection' }
    if (ask.unanswered) return { type: 'unasked', why: 'Modbus TCP carries no request that nobody answers' }
    this.#transaction = (this.#transaction + 1) & 0xffff
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    const timer = setTimeout(() => this.#settle({ type: 'timeout' }), ask.timeoutMs)
    const settle = (outcome: Outcome): void => {
      clearTimeout(timer)
      resolve(outcome)
    }
    this.#waiting = { transaction: this.#transaction, ask, settle }
    socket.write(fromRtu(this.#transaction, ask.request))
    return promise
  }

  close(why: string): void {
    const socket = this.#socket
    this.#socket = undefined
    socket?.destroy()
    this.#settle({ type: 'closed', why })
  }

  #settle(outcome: Outcome): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.settle(outcome)
  }

  #receive(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    while (this.#rest.length >= HEADER_BYTES) {
      const length = this.#rest.readUInt16BE(4)
      // No way to find the next header after a wrong one: begin anew on a new connection.
      if (this.#rest.readUInt16BE(2) !== 0 || length < 2 || length > LONGEST) {
        this.close('the peer speaks something else than Modbus TCP')
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
      adu.readUInt8(6) === waiting.ask.request[0] &&
      (adu.readUInt8(7) & 0x7f) === waiting.ask.request[1]
    if (!fits) {
      this.#onStray()
      return
    }
    const answer = sealed(adu.subarray(HEADER_BYTES - 1))
    const found = waiting.ask.speech.answer(waiting.ask.request, answer)
    // An answer of the wrong length is the answer all the same, as its number says: it is kept, so that the account shows it.
    const { refused, unreachable } = found.state === 'answered' ? found : {}
    this.#settle({ type: 'answered', answer, ...(refused !== undefined && { refused }), ...(unreachable && { unreachable }) })
  }
}

/** The unit and PDU of an RTU request behind a header. */
function fromRtu(transaction: number, request: Uint8Array): Buffer {
  const body = request.subarray(0, -CRC_BYTES)
  const adu = Buffer.alloc(HEADER_BYTES - 1 + body.length)
  adu.writeUInt16BE(transaction, 0)
  adu.writeUInt16BE(body.length, 4)
  adu.set(body, HEADER_BYTES - 1)
  return adu
}
