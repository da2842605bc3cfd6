import { betweenFramesMs, byteMs } from '../../../devices/line-time.ts'
import { GatewayError } from '../../model/errors.ts'
import { Waiter } from '../waiter.ts'
import type { BusTransport, Dial } from './transport.ts'
import type { Ask, Outcome, Wire } from './wire.ts'

/** After a time-out the line must have been silent for so long: what a slow device sends late comes in one piece or nearly so. */
const QUIET_AFTER_TIMEOUT_MS = 30
/** A line that is never silent is spoken on all the same: an answer is known by its check sum. */
const LONGEST_WAIT_FOR_QUIET_MS = 1000
/** More than the longest frame of any protocol; what was received before that is no part of an answer. */
const MOST_KEPT = 2048
/** Junk in answer to one question after which the connection is not worth keeping. */
const MOST_JUNK = 65_536
/** Bytes that come closer together than this were sent in one go. */
const BURST_MS = 20

interface Waiting {
  readonly ask: Ask
  readonly settle: (outcome: Outcome) => void
  received: Uint8Array
  bytes: number
}

/** A line over plain bytes, where only the answer itself says whose it is. Waits for the quiet that the line and the device need before it asks, and after a time-out discards until the line is quiet. */
export class ByteWire implements Wire {
  readonly unnumbered = true
  readonly doubtable: boolean
  readonly #dial: Dial
  readonly #onStray: () => void
  readonly #waiter = new Waiter()
  #transport: BusTransport | undefined
  #waiting: Waiting | undefined
  #lastAt = Number.NEGATIVE_INFINITY
  #strayAt = Number.NEGATIVE_INFINITY
  #untidy = false
  #closing = new AbortController()

  /** `onStray` is told once for each time that bytes came which belong to no question. */
  constructor(options: { readonly dial: Dial; readonly onStray: () => void; readonly doubtable: boolean }) {
    this.#dial = options.dial
    this.#onStray = options.onStray
    this.doubtable = options.doubtable
  }

  get connected(): boolean {
    return this.#transport !== undefined
  }

  get timeoutMs(): number | undefined {
    return this.#transport?.timeoutMs
  }

  async connect(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const transport = await this.#dial(timeoutMs, signal)
    if (signal.aborted) {
      transport.close('stopped')
      throw new GatewayError('LINK_FAILED', 'stopped', { retryable: true })
    }
    this.#transport = transport
    this.#closing = new AbortController()
    this.#untidy = false
    transport.onBytes(bytes => {
      if (this.#transport === transport) this.#receive(bytes)
    })
    transport.onClose(why => {
      if (this.#transport === transport) this.#gone(why)
    })
  }

  async ask(ask: Ask): Promise<Outcome> {
    await this.#quiet(ask.pauseMs)
    const transport = this.#transport
    if (!transport) return { type: 'unasked', why: 'there is no connection' }
    if (ask.unanswered) return this.#tell(transport, ask.request)
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    const onTheLineMs = byteMs(transport) * (ask.request.length + ask.answerBytes)
    const timer = setTimeout(() => {
      this.#untidy = true
      this.#settle({ type: 'timeout' })
    }, ask.timeoutMs + onTheLineMs)
    const settle = (outcome: Outcome): void => {
      clearTimeout(timer)
      resolve(outcome)
    }
    this.#waiting = { ask, settle, received: new Uint8Array(0), bytes: 0 }
    transport.write(ask.request)
    return promise
  }

  /** The line is taken for as long as the bytes need on it. */
  async #tell(transport: BusTransport, request: Uint8Array): Promise<Outcome> {
    transport.write(request)
    await this.#waiter.wait(byteMs(transport) * request.length, this.#closing.signal)
    this.#lastAt = performance.now()
    return this.#transport === transport ? { type: 'sent' } : { type: 'closed', why: 'the connection ended while it was sent' }
  }

  close(why: string): void {
    const transport = this.#transport
    this.#gone(why)
    transport?.close(why)
  }

  #gone(why: string): void {
    this.#transport = undefined
    this.#closing.abort()
    this.#settle({ type: 'closed', why })
  }

  #settle(outcome: Outcome): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    this.#lastAt = performance.now()
    waiting?.settle(outcome)
  }

  /** Waits until nothing has been on the line for as long as the line, the device and what happened before want. */
  async #quiet(pauseMs: number): Promise<void> {
    const transport = this.#transport
    if (!transport) return
    const wanted = Math.max(betweenFramesMs(transport), pauseMs, this.#untidy ? QUIET_AFTER_TIMEOUT_MS : 0)
    const until = performance.now() + Math.max(wanted, LONGEST_WAIT_FOR_QUIET_MS)
    for (let now = performance.now(); now < until && !this.#closing.signal.aborted; now = performance.now()) {
      const leftMs = this.#lastAt + wanted - now
      if (leftMs <= 0) break
      await this.#waiter.wait(Math.min(leftMs, until - now), this.#closing.signal)
    }
    this.#untidy = false
  }

  #receive(bytes: Uint8Array): void {
    const now = performance.now()
    const waiting = this.#waiting
    this.#lastAt = now
    if (!waiting) {
      this.#stray(now)
      this.#transport?.unasked?.(bytes)
      return
    }
    waiting.bytes += bytes.length
    waiting.received = joined(waiting.received, bytes)
    const { request, speech } = waiting.ask
    const found = speech.answer(request, waiting.received)
    if (found.state === 'answered') {
      if (found.from > 0 || found.to < waiting.received.length) this.#onStray()
      const { from, to, refused, unreachable } = found
      this.#settle({
        type: 'answered',
        answer: waiting.received.slice(from, to),
        ...(refused !== undefined && { refused }),
        ...(unreachable && { unreachable }),
      })
    } else if (waiting.bytes > MOST_JUNK) this.close('it sends without end what is no answer')
  }

  #stray(now: number): void {
    if (now - this.#strayAt > BURST_MS) this.#onStray()
    this.#strayAt = now
  }
}

function joined(before: Uint8Array, bytes: Uint8Array): Uint8Array {
  const all = before.length === 0 ? bytes : Buffer.concat([before, bytes])
  return all.length > MOST_KEPT ? all.subarray(all.length - MOST_KEPT) : all
}
