import { connect, type Socket } from 'node:net'
import type { EpochMs } from '../../../gateway/model/frame.ts'
import { encodePacket, VERSION_2017 } from '../../protocols/hj212/encode.ts'
import { nextPiece } from '../../protocols/hj212/frame.ts'
import { type Packet, readPacket } from '../../protocols/hj212/packet.ts'
import { qnText } from '../../protocols/hj212/times.ts'
import type { TrafficMeter } from '../mqtt/traffic-meter.ts'
import { answersTo } from './request-answers.ts'
import { STATION_PASSWORD, type Station } from './station.ts'

/** Messages that a station keeps while they have no answer; what comes then is left out. */
const BUFFER = 300
/** § 6.4: what is not answered in this time is sent again, a few times; then the connection counts as broken. */
const ANSWER_MS = 10_000
const MOST_SENDINGS = 3
const FIRST_RECONNECT_MS = 1000
const LONGEST_RECONNECT_MS = 30_000
const ASKS_FOR_ANSWER = 1

/** What one station is and where it dials. */
export interface DiallingOptions {
  readonly host: string
  readonly port: number
  readonly station: Station
  readonly meter: TrafficMeter
  /** 0 to 1, of this station: those that were cut off together come back one after the other. */
  readonly spread: number
  readonly now: () => EpochMs
}

/** A message that waits for its answers, one a packet. */
interface Waiting {
  readonly bytes: Buffer
  answersLeft: number
  readonly since: number
  sentAt: number
  sendings: number
}

/**
 * A station that dials in: reports, waits for 9014 and sends again what has none, and answers what the platform asks for, its memory included. While it is cut off it measures on and
 * reports nothing: what the platform missed it has to ask for.
 */
export class DiallingStation {
  readonly #options: DiallingOptions
  readonly #waiting = new Map<string, Waiting>()
  #socket: Socket | undefined
  #rest: Buffer = Buffer.alloc(0)
  #retry: NodeJS.Timeout | undefined
  #isUp = false
  #failures = 0
  #lastQn = 0
  /** Requests it has answered, by command. */
  readonly asked: Record<string, number> = {}

  constructor(options: DiallingOptions) {
    this.#options = options
  }

  get isUp(): boolean {
    return this.#isUp
  }

  start(): void {
    const { host, port, meter } = this.#options
    const socket = connect({ host, port, noDelay: true })
    this.#socket = socket
    this.#rest = Buffer.alloc(0)
    socket.once('connect', () => this.#up())
    socket.on('data', chunk => this.#take(chunk))
    socket.on('error', error => {
      meter.lastProblem = error.message
    })
    socket.once('close', () => this.#lost(socket))
  }

  /** Sends what it measures now. */
  realTime(at: EpochMs): void {
    this.#send(qn => this.#options.station.realTime(at, ASKS_FOR_ANSWER, qn))
  }

  /** Sends the means of the period that began then. */
  means(period: 'minute' | 'hour' | 'day', start: EpochMs): void {
    this.#send(qn => this.#options.station.means(period, start, ASKS_FOR_ANSWER, qn))
  }

  /** Sends again what waited too long for its answer. */
  tend(now: number): void {
    if (!this.#isUp) return
    for (const waiting of this.#waiting.values()) {
      if (now - waiting.sentAt < ANSWER_MS) continue
      if (waiting.sendings >= MOST_SENDINGS) {
        this.#options.meter.lastProblem = 'no answer'
        this.#socket?.destroy()
        return
      }
      waiting.sentAt = now
      waiting.sendings++
      this.#socket?.write(waiting.bytes)
    }
  }

  /** Hangs up for good; what has no answer stays so. */
  stop(): void {
    clearTimeout(this.#retry)
    const socket = this.#socket
    this.#socket = undefined
    if (this.#isUp) this.#options.meter.connected--
    this.#isUp = false
    socket?.destroy()
  }

  /** Breaks the connection, as a mobile network does. */
  drop(): void {
    this.#socket?.destroy()
  }

  #send(packets: (qn: string) => readonly Buffer[]): void {
    const { meter, now, station } = this.#options
    if (!this.#isUp || this.#waiting.size >= BUFFER) {
      meter.skipped++
      return
    }
    this.#lastQn = Math.max(now(), this.#lastQn + 1)
    const qn = qnText(this.#lastQn, station.mapping.offsetMs)
    const parts = packets(qn)
    if (parts.length === 0) return
    const since = performance.now()
    const bytes = Buffer.concat(parts)
    this.#waiting.set(qn, { bytes, answersLeft: parts.length, since, sentAt: since, sendings: 1 })
    meter.pending++
    meter.published++
    this.#socket?.write(bytes)
  }

  #up(): void {
    const now = performance.now()
    this.#isUp = true
    this.#failures = 0
    this.#options.meter.connected++
    for (const waiting of this.#waiting.values()) {
      waiting.sentAt = now
      waiting.sendings = 1
      this.#socket?.write(waiting.bytes)
    }
  }

  #lost(socket: Socket): void {
    if (this.#socket !== socket) return
    const { meter, spread } = this.#options
    this.#socket = undefined
    if (this.#isUp) meter.connected--
    this.#isUp = false
    meter.reconnects++
    const wait = Math.min(LONGEST_RECONNECT_MS, FIRST_RECONNECT_MS * 2 ** Math.min(10, this.#failures++))
    this.#retry = setTimeout(() => this.start(), wait * (0.6 + 0.4 * spread))
  }

  #take(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let from = 0
    while (from < bytes.length) {
      const piece = nextPiece(bytes, from)
      if (piece.type === 'wait') break
      const packet = piece.type === 'packet' ? readPacket(bytes, piece.from, piece.to, this.#options.station.mapping.dialect) : undefined
      if (packet && !('ok' in packet)) this.#hear(packet)
      from = piece.to
    }
    this.#rest = Buffer.from(bytes.subarray(from))
  }

  #hear(packet: Packet): void {
    const { station, meter, now } = this.#options
    if (packet.mn !== station.mn) return
    if (packet.cn === '9014') {
      const waiting = this.#waiting.get(packet.qn ?? '')
      if (!waiting || --waiting.answersLeft > 0) return
      this.#waiting.delete(packet.qn ?? '')
      meter.pending--
      meter.acknowledgedAfter(performance.now() - waiting.since)
      return
    }
    if (packet.cn === '9013') return
    this.asked[packet.cn] = (this.asked[packet.cn] ?? 0) + 1
    const own = { qn: packet.qn, pw: STATION_PASSWORD, mn: station.mn, flag: VERSION_2017 }
    for (const answer of answersTo(packet, station, now())) {
      this.#socket?.write('packets' in answer ? Buffer.concat(answer.packets) : encodePacket({ ...own, ...answer }, station.mapping.dialect))
    }
  }
}
