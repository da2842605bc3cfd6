import type { EpochMs } from '../../../gateway/model/frame.ts'
import type { BusParty } from '../modbus/serial-bus.ts'
import type { SerialMeter } from './serial-meter.ts'

/** Bytes of a request that never became whole are given up when nothing followed for so long. */
const STALE_MS = 200
/** Longer than any request. */
const MOST_HELD = 512

/** A serial line with meters of any protocols on it. */
export class MeterLine {
  readonly #meters: readonly SerialMeter[]
  readonly #now: () => EpochMs
  readonly #parties = new Set<(bytes: Uint8Array) => void>()
  #rest: Uint8Array = new Uint8Array(0)
  #heardAt = 0
  #answered = 0

  constructor(options: { readonly meters: readonly SerialMeter[]; readonly now: () => EpochMs }) {
    this.#meters = options.meters
    this.#now = options.now
  }

  /** Requests that a meter has answered. */
  get answered(): number {
    return this.#answered
  }

  /** Puts a master, or a DTU, on the line. */
  join(hear: (bytes: Uint8Array) => void): BusParty {
    this.#parties.add(hear)
    return { take: bytes => this.#take(bytes), leave: () => void this.#parties.delete(hear) }
  }

  #take(bytes: Uint8Array): void {
    const now = performance.now()
    this.#rest = now - this.#heardAt > STALE_MS ? Uint8Array.from(bytes) : Buffer.concat([this.#rest, bytes])
    this.#heardAt = now
    for (const meter of this.#meters) {
      const heard = meter.hear(this.#rest, this.#now())
      if (!heard) continue
      this.#rest = this.#rest.slice(heard.to)
      if (!heard.answer) continue
      this.#answered++
      for (const tell of this.#parties) tell(heard.answer)
    }
    if (this.#rest.length > MOST_HELD) this.#rest = new Uint8Array(0)
  }
}
