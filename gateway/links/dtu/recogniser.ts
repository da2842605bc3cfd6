import type { Protocol, Recognised } from '../../../devices/protocols/protocol.ts'
import type { ProtocolId } from '../../model/ids.ts'

/** A frame that some protocol knows as its own. */
export interface Heard extends Recognised {
  readonly protocol: ProtocolId
}

const WINDOW_MS = 1000

/**
 * Finds frames in what strangers send. That costs the more the less there is to find, a few milliseconds for 4 KiB of noise: so all strangers of a port together get so much time a second, and what comes
 * beyond is looked at later or not at all.
 */
export class Recogniser {
  readonly #protocols: readonly Protocol[]
  readonly #mostMs: number
  #windowFrom = 0
  #spentMs = 0

  /** `mostMs`: in each second. */
  constructor(protocols: readonly Protocol[], mostMs: number) {
    this.#protocols = protocols
    this.#mostMs = mostMs
  }

  /** The first whole frame in these bytes, of whichever protocol. Undefined, too, when there is no time to look. */
  first(bytes: Uint8Array): Heard | undefined {
    const began = performance.now()
    if (began - this.#windowFrom > WINDOW_MS) {
      this.#windowFrom = began
      this.#spentMs = 0
    }
    if (this.#spentMs >= this.#mostMs) return undefined
    let first: Heard | undefined
    for (const protocol of this.#protocols) {
      const found = protocol.recognise?.(bytes)
      if (found && (!first || found.from < first.from)) first = { ...found, protocol: protocol.id }
    }
    this.#spentMs += performance.now() - began
    return first
  }
}
