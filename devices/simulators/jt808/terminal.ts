import { connect, type Socket } from 'node:net'
import { encodeFrame } from '../../protocols/jt808/encode.ts'
import { authenticationBody, batchBody, type Edition, type Registration, registrationBody } from '../../protocols/jt808/encode-terminal.ts'
import { FrameFinder } from '../../protocols/jt808/frame.ts'
import { u16 } from '../../protocols/jt808/header.ts'
import { type Message, readMessage } from '../../protocols/jt808/message.ts'
import { MESSAGE, RESULT } from '../../protocols/jt808/messages.ts'
import type { TrafficMeter } from '../mqtt/traffic-meter.ts'
import { Obedience } from './obedience.ts'

/** What a terminal keeps while it has no receipt; the oldest goes when more comes. */
const BUFFER = 300
const LOCATIONS_A_BATCH = 10
const FIRST_RECONNECT_MS = 1000
const LONGEST_RECONNECT_MS = 30_000
/** 2013 § 7.1.1: a message without an answer is sent again, a few times; then the connection counts as broken. */
const ANSWER_MS = 10_000
const MOST_SENDINGS = 3
const HEARTBEAT_MS = 60_000

/** What one terminal is and where it dials. */
export interface TerminalOptions {
  readonly host: string
  readonly port: number
  readonly phone: string
  readonly edition: Edition
  readonly registration: Registration
  readonly meter: TrafficMeter
  /** 0 to 1, of this terminal: those that were cut off together come back one after the other. */
  readonly spread: number
  /** The body of a location as it is now. */
  readonly locate: () => Uint8Array
  /** Between reports, unless the platform sets another time. */
  readonly usualMs: number
}

/** A message that waits for its answer. */
interface Waiting {
  readonly frame: Uint8Array
  /** The locations in it; none in messages that are no report. */
  readonly locations: readonly Uint8Array[]
  readonly since: number
  sentAt: number
  sendings: number
}

/** A vehicle terminal: registers, authenticates, reports, buffers while it is cut off, and sends again what has no receipt. */
export class Terminal {
  readonly #options: TerminalOptions
  #socket: Socket | undefined
  #finder = new FrameFinder()
  #retry: NodeJS.Timeout | undefined
  #code: string | undefined
  #serial = 0
  #isUp = false
  #wasUp = false
  #failures = 0
  #waiting = new Map<number, Waiting>()
  #buffer: Uint8Array[] = []
  #heartbeatAt = 0
  readonly #obedience: Obedience

  constructor(options: TerminalOptions) {
    this.#options = options
    this.#obedience = new Obedience(options.locate)
  }

  /** Whether it was up once: a terminal reports from then on, connected or not. */
  get wasUp(): boolean {
    return this.#wasUp
  }

  /** From one report to the next, in ms. */
  get everyMs(): number {
    const { intervalSeconds } = this.#obedience
    return intervalSeconds === undefined ? this.#options.usualMs : 1000 * intervalSeconds
  }

  start(): void {
    const { host, port, meter } = this.#options
    const socket = connect({ host, port, noDelay: true })
    this.#socket = socket
    this.#finder = new FrameFinder()
    socket.once('connect', () => (this.#code === undefined ? this.#register() : this.#authenticate(this.#code)))
    socket.on('data', chunk => this.#take(chunk))
    socket.on('error', error => {
      meter.lastProblem = error.message
    })
    socket.once('close', () => this.#lost(socket))
  }

  /** Sends a location's body, or keeps it until the terminal is connected again. */
  report(location: Uint8Array): void {
    const { meter } = this.#options
    meter.pending++
    meter.published++
    if (this.#isUp && this.#waiting.size < BUFFER) this.#send(MESSAGE.location, location, [location])
    else this.#keep([location])
  }

  /** Sends again what waited too long for its answer, and a heartbeat when it is time. */
  tend(now: number): void {
    if (!this.#isUp) return
    for (const waiting of this.#waiting.values()) {
      if (now - waiting.sentAt < ANSWER_MS * waiting.sendings) break
      if (waiting.sendings >= MOST_SENDINGS) {
        this.#options.meter.lastProblem = 'no answer'
        this.#socket?.destroy()
        return
      }
      waiting.sentAt = now
      waiting.sendings++
      this.#socket?.write(waiting.frame)
    }
    if (now - this.#heartbeatAt < HEARTBEAT_MS) return
    this.#heartbeatAt = now
    this.#send(MESSAGE.heartbeat, new Uint8Array(0), [])
  }

  /** Hangs up for good; what has no receipt stays so. */
  stop(): void {
    clearTimeout(this.#retry)
    const socket = this.#socket
    this.#socket = undefined
    if (this.#isUp) this.#options.meter.connected--
    this.#isUp = false
    socket?.destroy()
  }

  #lost(socket: Socket): void {
    if (this.#socket !== socket) return
    const { meter, spread } = this.#options
    this.#socket = undefined
    if (this.#isUp) meter.connected--
    this.#isUp = false
    meter.reconnects++
    const unacknowledged = [...this.#waiting.values()].flatMap(({ locations }) => locations)
    this.#waiting.clear()
    this.#buffer = [...unacknowledged, ...this.#buffer]
    this.#keep([])
    const wait = Math.min(LONGEST_RECONNECT_MS, FIRST_RECONNECT_MS * 2 ** Math.min(10, this.#failures++))
    this.#retry = setTimeout(() => this.start(), wait * (0.6 + 0.4 * spread))
  }

  #register(): void {
    const { registration, edition } = this.#options
    this.#send(MESSAGE.register, registrationBody(registration, edition), [])
  }

  #authenticate(code: string): void {
    this.#send(MESSAGE.authenticate, authenticationBody(code, this.#options.edition), [])
  }

  #take(chunk: Uint8Array): void {
    for (const frame of this.#finder.take(chunk).frames) {
      const message = readMessage(frame)
      if (message.ok) this.#answered(message)
    }
  }

  #answered(message: Message): void {
    const { header, body } = message
    if (header.messageId === MESSAGE.registerAnswer && body.length >= 3) {
      this.#waiting.delete(u16(body, 0))
      if (body[2] !== 0) this.#refused(`registration refused with result ${body[2]}`)
      else {
        const code = new TextDecoder().decode(body.subarray(3))
        this.#code = code
        this.#authenticate(code)
      }
    } else if (header.messageId === MESSAGE.platformAnswer && body.length >= 5) this.#receipt(u16(body, 0), u16(body, 2), body[4] ?? RESULT.failed)
    else {
      const answer = this.#obedience.answer(message, this.everyMs / 1000)
      // What answers the platform is not answered in turn.
      if (answer) this.#write(answer.messageId, answer.body)
    }
  }

  #receipt(serial: number, messageId: number, result: number): void {
    const { meter } = this.#options
    const waiting = this.#waiting.get(serial)
    if (!waiting) return
    this.#waiting.delete(serial)
    if (messageId === MESSAGE.authenticate) this.#authenticated(result)
    else if (result === RESULT.done) {
      const now = performance.now()
      for (const _ of waiting.locations) {
        meter.pending--
        meter.acknowledgedAfter(now - waiting.since)
      }
      this.#sendKept()
    } else {
      meter.lastProblem = `a message was answered with result ${result}`
      this.#keep(waiting.locations)
    }
  }

  #authenticated(result: number): void {
    if (result === RESULT.done) this.#up()
    else {
      this.#code = undefined
      this.#refused(`authentication refused with result ${result}`)
    }
  }

  #refused(problem: string): void {
    this.#options.meter.lastProblem = problem
    this.#socket?.destroy()
  }

  #up(): void {
    this.#isUp = true
    this.#wasUp = true
    this.#failures = 0
    this.#heartbeatAt = performance.now()
    this.#options.meter.connected++
    this.#sendKept()
  }

  /** What waited while there was no connection goes out as batches marked historical, one at a time. */
  #sendKept(): void {
    if (!this.#isUp || this.#buffer.length === 0 || this.#waiting.size > 0) return
    const locations = this.#buffer.splice(0, LOCATIONS_A_BATCH)
    this.#send(MESSAGE.batch, batchBody(locations, true), locations)
  }

  #keep(locations: readonly Uint8Array[]): void {
    const { meter } = this.#options
    this.#buffer.push(...locations)
    const tooMany = this.#buffer.splice(0, Math.max(0, this.#buffer.length - BUFFER)).length
    meter.skipped += tooMany
    meter.pending -= tooMany
  }

  #send(messageId: number, body: Uint8Array, locations: readonly Uint8Array[]): void {
    const { serial, frame } = this.#write(messageId, body)
    const now = performance.now()
    this.#waiting.set(serial, { frame, locations, since: now, sentAt: now, sendings: 1 })
  }

  #write(messageId: number, body: Uint8Array): { readonly serial: number; readonly frame: Uint8Array } {
    const { phone, edition } = this.#options
    this.#serial = (this.#serial + 1) & 0xffff
    const serial = this.#serial
    const frame = encodeFrame({ messageId, phone, serial, body, ...(edition === 2019 && { version: 1 }) })
    this.#socket?.write(frame)
    return { serial, frame }
  }
}
