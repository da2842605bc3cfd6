import { connect, type Socket } from 'node:net'
import { encodeFrame, encodeMessage } from '../../devices/protocols/jt808/encode.ts'
import { batchBody, locationBody, registrationBody } from '../../devices/protocols/jt808/encode-terminal.ts'
import { FrameFinder } from '../../devices/protocols/jt808/frame.ts'
import { u16 } from '../../devices/protocols/jt808/header.ts'
import { readMessage } from '../../devices/protocols/jt808/message.ts'

const MOST_WAITING = 12
const AGAIN_MS = 50
const BATCH = 6

/** One message, in as many frames as it takes; each is answered for itself. */
interface Waiting {
  readonly times: readonly number[]
  readonly frames: ReadonlyMap<number, Uint8Array>
  readonly unanswered: Set<number>
}

/**
 * A vehicle terminal over a plain socket: one location a second of its own clock, every fifth message a batch in parts. What has no receipt when the connection breaks is sent again after it, and so
 * is what was asked for. Remembers which times were acknowledged: the gateway has to answer for each.
 */
export class RawTerminal {
  readonly id: string
  readonly phone: string
  readonly acknowledged = new Set<number>()
  connections = 0
  sentAgain = 0
  partsAskedFor = 0
  #waiting: Waiting[] = []
  #finder = new FrameFinder()
  #socket: Socket | undefined
  #code: string | undefined
  #isUp = false
  #running = true
  #serial = 0
  #messages = 0
  #at: number

  constructor(number: number, from: number) {
    this.id = `terminal-${number}`
    this.phone = String(13_900_000_000 + number)
    this.#at = from
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Dials until `stop`. */
  start(port: number): void {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    this.#socket = socket
    this.#finder = new FrameFinder()
    socket.on('error', () => undefined)
    socket.on('connect', () => {
      if (this.#code === undefined) this.#say(0x0100, registrationBody(REGISTRATION, 2013))
      else this.#say(0x0102, Buffer.from(this.#code))
    })
    socket.on('data', chunk => this.#take(chunk))
    socket.on('close', () => {
      this.#isUp = false
      if (this.#running) setTimeout(() => this.start(port), AGAIN_MS)
    })
  }

  stop(): void {
    this.#running = false
    this.#socket?.destroy()
  }

  /** Says something new, unless too much waits or it is cut off. */
  report(): void {
    if (!this.#isUp || this.#waiting.length >= MOST_WAITING) return
    const isBatch = ++this.#messages % 5 === 0
    const times = Array.from({ length: isBatch ? BATCH : 1 }, () => {
      this.#at += 1000
      return this.#at
    })
    const bodies = times.map(at => locationBody({ alarm: 0, status: 3, lat: 31, lon: 121, altitude: 5, speed: (at / 1000) % 60, heading: 90, at }))
    const body = isBatch ? batchBody(bodies, true) : (bodies[0] ?? new Uint8Array(0))
    const made = encodeMessage({ messageId: isBatch ? 0x0704 : 0x0200, phone: this.phone, serial: this.#serial, body }, 80)
    const frames = new Map(made.map((frame, index) => [(this.#serial + index) & 0xffff, frame]))
    this.#serial = (this.#serial + made.length) & 0xffff
    this.#waiting.push({ times, frames, unanswered: new Set(frames.keys()) })
    for (const frame of made) this.#socket?.write(frame)
  }

  #say(messageId: number, body: Uint8Array): void {
    const serial = this.#serial
    this.#serial = (serial + 1) & 0xffff
    this.#socket?.write(encodeFrame({ messageId, phone: this.phone, serial, body }))
  }

  #take(chunk: Uint8Array): void {
    for (const frame of this.#finder.take(chunk).frames) {
      const message = readMessage(frame)
      if (!message.ok) continue
      const { body, header } = message
      if (header.messageId === 0x8100 && body[2] === 0) {
        this.#code = Buffer.from(body.subarray(3)).toString('latin1')
        this.#say(0x0102, Buffer.from(this.#code))
      } else if (header.messageId === 0x8001 && body[4] === 0) this.#receipt(u16(body, 0), u16(body, 2))
      else if (header.messageId === 0x8003) this.partsAskedFor++
    }
  }

  #receipt(serial: number, messageId: number): void {
    if (messageId === 0x0102) {
      this.#isUp = true
      this.connections++
      this.#sendAgain()
      return
    }
    const waiting = this.#waiting.find(({ unanswered }) => unanswered.has(serial))
    if (!waiting) return
    waiting.unanswered.delete(serial)
    if (waiting.unanswered.size > 0) return
    for (const at of waiting.times) this.acknowledged.add(at)
    this.#waiting = this.#waiting.filter(each => each !== waiting)
  }

  /** All frames of a message that has a frame without an answer: its parts are one. */
  #sendAgain(): void {
    for (const { frames, unanswered } of this.#waiting) {
      for (const [serial, frame] of frames) {
        unanswered.add(serial)
        this.#socket?.write(frame)
        this.sentAgain++
      }
    }
  }
}

const REGISTRATION = { province: 31, city: 115, maker: 'CHAOS', model: 'C-1', terminalId: 'C000001', plateColour: 2, plate: '沪A00001' }
