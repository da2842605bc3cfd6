import { encodeMessage } from '../../../devices/protocols/jt808/encode.ts'
import { resendPartsBody } from '../../../devices/protocols/jt808/encode-platform.ts'
import { FrameFinder } from '../../../devices/protocols/jt808/frame.ts'
import type { Header } from '../../../devices/protocols/jt808/header.ts'
import { readMessage } from '../../../devices/protocols/jt808/message.ts'
import { MESSAGE } from '../../../devices/protocols/jt808/messages.ts'
import type { EpochMs, Frame } from '../../model/frame.ts'
import type { Conversation, Peer } from '../peer.ts'
import type { Depositor, ReceiptIntake } from '../receipt-intake.ts'
import { type FramedMessage, registered, type Terminal } from './admission.ts'
import { HeldParts, type WholeMessage } from './held-parts.ts'
import { OpenOrders, type OrderResult } from './open-orders.ts'
import { type Answer, answerTo } from './receipts.ts'
import type { Jt808Settings } from './settings.ts'

/** What happens on connections and is counted. */
export type TerminalEvent = 'frames' | 'answered' | 'broken' | 'strayBytes' | 'changedPhone' | 'incomplete' | 'partRequests' | 'lost'

/** What a conversation leans on. */
export interface TerminalHost {
  readonly intake: ReceiptIntake
  readonly settings: Jt808Settings
  readonly now: () => EpochMs
  /** Deals with a message of someone who has not authenticated.  */
  admit(message: FramedMessage, conversation: TerminalConversation): void
  /** Whether the registry still knows it so. */
  isCurrent(terminal: Terminal): boolean
  left(conversation: TerminalConversation): void
  count(event: TerminalEvent, by?: number): void
  reservePartBytes(bytes: number): boolean
  freePartBytes(bytes: number): void
}

/** A connection that sends this much without one sound frame speaks something else. */
const MOST_STRAY_BYTES = 16 * 1024

/** One connection of one terminal: authenticated once, then a frame at a time into the journal, each answered when it is on disk. */
export class TerminalConversation implements Conversation {
  readonly peer: Peer
  /** Messages that were sent in vain before it authenticated. */
  refused = 0
  readonly #host: TerminalHost
  readonly #finder = new FrameFinder()
  readonly #wake = (): void => this.#goOn()
  /** Frames of the last bytes that were not dealt with yet; only while the journal lets nothing in. */
  #frames: readonly Uint8Array[] = []
  #next = 0
  /** Frames that the journal did not let in yet; nothing more is read while there are any. */
  readonly #waiting: { readonly frame: Frame; readonly depositor: Depositor }[] = []
  #terminal: Terminal | undefined
  #parts: HeldParts | undefined
  #orders: OpenOrders | undefined
  #versioned = false
  #serial = 0
  #stray = 0
  #ended = false

  constructor(peer: Peer, host: TerminalHost) {
    this.peer = peer
    this.#host = host
  }

  /** Who it is, once it has authenticated. */
  get terminal(): Terminal | undefined {
    return this.#terminal
  }

  take(bytes: Buffer): void {
    if (this.#ended) return
    const { frames, junk } = this.#finder.take(bytes)
    if (junk > 0) this.#strays(junk)
    this.#frames = this.#next < this.#frames.length ? [...this.#frames.slice(this.#next), ...frames] : frames
    this.#next = 0
    this.#work()
  }

  closed(): void {
    this.#frames = []
    // What was held has no answer any more, and is accounted for all the same.
    this.#parts?.close()
    this.#ended = true
    this.#orders?.close()
    for (const _ of this.#waiting.splice(0)) this.#host.count('lost')
    this.#host.intake.forget(this.#wake)
    this.#host.left(this)
  }

  /** Closes it; the reason is counted and logged. */
  end(reason: string): void {
    this.#ended = true
    this.peer.close(reason)
  }

  /** It has authenticated, with this message. */
  signIn(terminal: Terminal, { frame, header, body }: FramedMessage): void {
    this.#terminal = terminal
    this.#keep(frame, header, body)
  }

  /** Sends a message; the edition is that of the terminal. */
  send({ messageId, body }: Answer, phone = this.#terminal?.phone ?? '0'): number {
    const serial = this.#serial
    const frames = encodeMessage({ messageId, phone, serial, body, ...(this.#versioned && { version: 1 }) })
    this.#serial = (serial + frames.length) & 0xffff
    for (const frame of frames) this.peer.write(frame)
    return serial
  }

  /** Sends an order; resolves when it was answered. `body` is made for the edition the terminal speaks. */
  order(messageId: number, answeredBy: number, body: (versioned: boolean) => Uint8Array): Promise<OrderResult> {
    if (!this.#terminal || this.#ended) return Promise.resolve({ ok: false, reason: 'NOT_CONNECTED', detail: 'the terminal is not connected' })
    this.#orders ??= new OpenOrders(this.#host.settings.answerMs)
    const message = { messageId, body: body(this.#versioned) }
    return this.#orders.send(this.#serial, messageId, answeredBy, () => void this.send(message))
  }

  #work(): void {
    while (!this.#ended && this.#waiting.length === 0 && this.#next < this.#frames.length) {
      const frame = this.#frames[this.#next++]
      if (frame) this.#frame(frame)
    }
    if (this.#next >= this.#frames.length) this.#frames = []
  }

  #frame(frame: Uint8Array): void {
    const message = readMessage(frame)
    if (!message.ok) {
      this.#broken(frame)
      return
    }
    this.#stray = 0
    const { header } = message
    this.#versioned = header.version !== undefined
    const terminal = this.#terminal
    if (!terminal) this.#host.admit({ ...message, frame }, this)
    else if (header.phone !== terminal.phone) {
      this.#host.count('changedPhone')
      this.end('its phone number changed')
    } else if (!this.#host.isCurrent(terminal)) this.end('its registration changed')
    else if (header.part && header.part.total > 1) this.#held().take({ frame, header, body: message.body })
    else this.#keep(frame, header, message.body)
  }

  /** Of a known terminal it is kept, so that it is accounted for with its reason; no answer says that it came. */
  #broken(frame: Uint8Array): void {
    this.#host.count('broken')
    if (this.#terminal) this.#deposit(frame, () => undefined)
    this.#strays(frame.length)
  }

  #strays(bytes: number): void {
    this.#host.count('strayBytes', bytes)
    this.#stray += bytes
    if (this.#stray > MOST_STRAY_BYTES) this.end('sends no JT/T 808')
  }

  #keep(payload: Uint8Array, header: Header, body: Uint8Array): void {
    this.#deposit(payload, () => {
      this.#orders?.take(header.messageId, body, header.version !== undefined)
      this.#answer(header, body)
    })
  }

  /** Every part has a serial number of its own, and is answered. */
  #keepWhole({ payload, headers, body }: WholeMessage): void {
    this.#deposit(payload, () => {
      const [first] = headers
      if (first) this.#orders?.take(first.messageId, body, first.version !== undefined)
      if (first?.messageId === MESSAGE.multimedia) this.#answer(first, body)
      else for (const header of headers) this.#answer(header, body)
    })
  }

  #answer(header: Header, body: Uint8Array): void {
    const answer = header.messageId === MESSAGE.register && this.#terminal ? registered(header, this.#terminal.code) : answerTo(header, body, this.#host.now())
    if (!answer) return
    this.#host.count('answered')
    this.send(answer)
  }

  #held(): HeldParts {
    const { settings } = this.#host
    this.#parts ??= new HeldParts({
      ...settings,
      reserve: bytes => this.#host.reservePartBytes(bytes),
      free: bytes => this.#host.freePartBytes(bytes),
      whole: message => this.#keepWhole(message),
      abandoned: payload => {
        this.#host.count('incomplete')
        this.#deposit(payload, () => undefined)
      },
      askFor: (firstSerial, indexes, { version }) => {
        this.#host.count('partRequests')
        this.send({ messageId: MESSAGE.resendParts, body: resendPartsBody(firstSerial, indexes, version !== undefined) })
      },
    })
    return this.#parts
  }

  #deposit(payload: Uint8Array, kept: () => void): void {
    const terminal = this.#terminal
    if (!terminal) return
    const frame: Frame = { device: terminal.device.id, channel: 'jt808', receivedAt: this.#host.now(), payload }
    const depositor: Depositor = {
      kept: () => {
        this.#host.count('frames')
        kept()
      },
      lost: () => this.#host.count('lost'),
    }
    if (this.#waiting.length === 0 && this.#host.intake.take(frame, depositor)) return
    this.#waiting.push({ frame, depositor })
    this.peer.pause()
    this.#host.intake.whenFree(this.#wake)
  }

  #goOn(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (!this.#host.intake.take(next.frame, next.depositor)) {
        this.#host.intake.whenFree(this.#wake)
        return
      }
      this.#waiting.shift()
    }
    this.#work()
    if (this.#waiting.length === 0) this.peer.resume()
  }
}
