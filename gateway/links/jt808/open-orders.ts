import { u16 } from '../../../devices/protocols/jt808/header.ts'
import { MESSAGE, RESULT } from '../../../devices/protocols/jt808/messages.ts'

/** What became of an order. `body`: of the message that answered it. `NOT_CONNECTED` and `BUSY`: it was not sent; `EXPIRED` and `CUT_OFF`: it was, and nothing came back. */
export type OrderResult =
  | { readonly ok: true; readonly messageId: number; readonly body: Uint8Array; readonly versioned: boolean }
  | { readonly ok: false; readonly reason: 'REFUSED' | 'FAILED' | 'EXPIRED' | 'NOT_CONNECTED' | 'CUT_OFF' | 'BUSY' | 'DISABLED'; readonly detail: string }

interface Open {
  readonly messageId: number
  /** The message that answers it; a general answer refuses it. */
  readonly answeredBy: number
  readonly timer: NodeJS.Timeout
  readonly resolve: (result: OrderResult) => void
}

const MOST_OPEN = 8

const REFUSALS: Readonly<Record<number, string>> = {
  [RESULT.failed]: 'the terminal could not',
  [RESULT.wrong]: 'the terminal found the message wrong',
  [RESULT.unsupported]: 'the terminal does not know this order',
}

/** The orders that one terminal has not answered. Each has the serial number of its message, which the answer names. */
export class OpenOrders {
  readonly #answerMs: number
  readonly #open = new Map<number, Open>()

  constructor(answerMs: number) {
    this.#answerMs = answerMs
  }

  /** Sends an order, unless too many wait already. Resolves when it was answered, or was not in time. Never rejects. */
  send(serial: number, messageId: number, answeredBy: number, send: () => void): Promise<OrderResult> {
    if (this.#open.size >= MOST_OPEN) return Promise.resolve({ ok: false, reason: 'BUSY', detail: `${MOST_OPEN} orders wait for this terminal` })
    const { promise, resolve } = Promise.withResolvers<OrderResult>()
    const expired: OrderResult = { ok: false, reason: 'EXPIRED', detail: 'the terminal did not answer' }
    const timer = setTimeout(() => this.#settle(serial, expired), this.#answerMs)
    this.#open.set(serial, { messageId, answeredBy, timer, resolve })
    send()
    return promise
  }

  /** Takes what a terminal says, which may be an answer. */
  take(messageId: number, body: Uint8Array, versioned: boolean): void {
    if (body.length < 2 || this.#open.size === 0) return
    if (messageId === MESSAGE.terminalAnswer) this.#general(body, versioned)
    else if (messageId === MESSAGE.attributesAnswer) this.#unnumbered(messageId, body, versioned)
    else {
      const serial = u16(body, 0)
      if (this.#open.get(serial)?.answeredBy === messageId) this.#settle(serial, { ok: true, messageId, body, versioned })
    }
  }

  /** The connection is gone. */
  close(): void {
    for (const serial of Array.from(this.#open.keys())) {
      this.#settle(serial, { ok: false, reason: 'CUT_OFF', detail: 'the connection ended before the terminal had answered' })
    }
  }

  /** 0x0001: the serial number, the message answered, the result (2013 § 8.1). */
  #general(body: Uint8Array, versioned: boolean): void {
    if (body.length < 5) return
    const serial = u16(body, 0)
    const open = this.#open.get(serial)
    if (!open || open.messageId !== u16(body, 2)) return
    const result = body[4] ?? RESULT.failed
    if (result !== RESULT.done) {
      const reason = result === RESULT.failed ? 'FAILED' : 'REFUSED'
      this.#settle(serial, { ok: false, reason, detail: REFUSALS[result] ?? `the terminal answered ${result}` })
    } else if (open.answeredBy === MESSAGE.terminalAnswer) this.#settle(serial, { ok: true, messageId: MESSAGE.terminalAnswer, body, versioned })
  }

  /** 0x0107 names no serial number: it answers the oldest question of its kind. */
  #unnumbered(messageId: number, body: Uint8Array, versioned: boolean): void {
    for (const [serial, open] of this.#open) {
      if (open.answeredBy !== messageId) continue
      this.#settle(serial, { ok: true, messageId, body, versioned })
      return
    }
  }

  #settle(serial: number, result: OrderResult): void {
    const open = this.#open.get(serial)
    if (!open) return
    clearTimeout(open.timer)
    this.#open.delete(serial)
    open.resolve(result)
  }
}
