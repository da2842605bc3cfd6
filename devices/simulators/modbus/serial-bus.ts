import type { EpochMs } from '../../../gateway/model/frame.ts'
import { crcHolds, exceptionResponse } from '../../protocols/modbus/frame.ts'

/** A unit as a bus sees it: given a request without unit and CRC, it answers an RTU frame. */
export interface AnsweringUnit {
  answer(pdu: Uint8Array, at: EpochMs): Uint8Array
}

/** What a unit does with one request instead of answering rightly at once. */
export interface Conduct {
  /** It says nothing. */
  readonly silent?: true
  /** It answers after so long; 0 when absent. */
  readonly afterMs?: number
  /** It refuses with an exception of § 7, 1 to 11. */
  readonly exception?: number
  /** It answers these bytes and nothing else. */
  readonly instead?: Uint8Array
  /** Noise before its answer. */
  readonly before?: Uint8Array
  /** Its answer comes in pieces of so many bytes. */
  readonly pieces?: number
}

/** How the units of a bus behave: asked for each request, with how many came before it. */
export type Conducts = (unit: number, request: Uint8Array, nth: number) => Conduct | undefined

/** One who speaks on a bus. */
export interface BusParty {
  take(bytes: Uint8Array): void
  leave(): void
}

/** Bytes of a request that never became whole are given up when nothing followed for so long. */
const STALE_MS = 100
const SHORTEST = 8
const LONGEST = 264

/**
 * A serial bus with Modbus units: everybody on it hears everything, as on RS-485. Masters come and go; what one asks, the others hear, and so with the answers. The units behave as a test or a
 * demonstration says.
 */
export class SerialBus {
  readonly #units: ReadonlyMap<number, AnsweringUnit>
  readonly #conducts: Conducts
  readonly #now: () => EpochMs
  readonly #parties = new Set<(bytes: Uint8Array) => void>()
  readonly #timers = new Set<NodeJS.Timeout>()
  /** Requests to each unit since it was made, whether answered or not. */
  readonly asked = new Map<number, number>()
  #rest: Uint8Array = new Uint8Array(0)
  #heardAt = 0

  constructor(options: { readonly units: ReadonlyMap<number, AnsweringUnit>; readonly now: () => EpochMs; readonly conducts?: Conducts }) {
    this.#units = options.units
    this.#now = options.now
    this.#conducts = options.conducts ?? (() => undefined)
  }

  /** Puts someone on the bus; `hear` is given what the others and the units say. */
  join(hear: (bytes: Uint8Array) => void): BusParty {
    this.#parties.add(hear)
    return {
      take: bytes => {
        for (const other of this.#parties) if (other !== hear) other(bytes)
        this.#listen(bytes)
      },
      leave: () => void this.#parties.delete(hear),
    }
  }

  /** Says something on the bus, as noise or a foreign device does. */
  say(bytes: Uint8Array): void {
    for (const hear of this.#parties) hear(bytes)
  }

  /** Nothing is said any more. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    this.#parties.clear()
  }

  #listen(bytes: Uint8Array): void {
    const now = performance.now()
    this.#rest = now - this.#heardAt > STALE_MS ? bytes : Buffer.concat([this.#rest, bytes])
    this.#heardAt = now
    while (this.#rest.length >= SHORTEST) {
      const length = requestLength(this.#rest)
      if (length > this.#rest.length && length <= LONGEST) return
      const whole = length <= LONGEST && crcHolds(this.#rest, 0, length)
      if (whole) this.#request(this.#rest.slice(0, length))
      this.#rest = this.#rest.subarray(whole ? length : 1)
    }
  }

  #request(request: Uint8Array): void {
    const number = request[0] ?? 0
    const nth = this.asked.get(number) ?? 0
    this.asked.set(number, nth + 1)
    const unit = this.#units.get(number)
    if (!unit) return
    const conduct = this.#conducts(number, request, nth) ?? {}
    if (conduct.silent) return
    const answer =
      conduct.instead ??
      (conduct.exception === undefined ? unit.answer(request.subarray(1, -2), this.#now()) : exceptionResponse(number, request[1] ?? 0, conduct.exception))
    const said = conduct.before ? Buffer.concat([conduct.before, answer]) : answer
    const size = conduct.pieces ?? said.length
    for (let from = 0, piece = 0; from < said.length; from += size, piece++)
      this.#later((conduct.afterMs ?? 0) + 2 * piece, () => this.say(said.subarray(from, from + size)))
  }

  #later(ms: number, action: () => void): void {
    if (ms <= 0) {
      action()
      return
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      action()
    }, ms)
    this.#timers.add(timer)
  }
}

/** The length of a request, by its function: § 6.1–6.6 have 8 bytes with unit and CRC, § 6.11 and 6.12 say how many follow. */
function requestLength(bytes: Uint8Array): number {
  return bytes[1] === 15 || bytes[1] === 16 ? 9 + (bytes[6] ?? 0) : SHORTEST
}
