import type { Protocol, Recognised } from '../../../devices/protocols/protocol.ts'
import type { DtuSighting } from '../../model/dtu.ts'
import type { EpochMs } from '../../model/frame.ts'
import type { ProtocolId } from '../../model/ids.ts'

/** A frame that some protocol knows as its own. */
export interface Heard extends Recognised {
  readonly protocol: ProtocolId
}

/** The first whole frame in these bytes, of whichever protocol. */
export function recogniseAny(protocols: readonly Protocol[], bytes: Uint8Array): Heard | undefined {
  let first: Heard | undefined
  for (const protocol of protocols) {
    const found = protocol.recognise?.(bytes)
    if (found && (!first || found.from < first.from)) first = { ...found, protocol: protocol.id }
  }
  return first
}

/** A frame of any protocol is shorter: HJ 212 has 1,036 bytes, JT/T 808 about 2,100 with every byte escaped. */
const LONGEST_FRAME = 4_096
/** Of a frame that is kept to propose models by it. */
const KEPT_FRAME = 1_100
const MOST_SIGHTINGS = 8
/** A question and its answer fit. */
const KEPT_LAST = 256
/** Frames of a stranger that are looked at: what it speaks is clear by then, and it costs no more. */
const MOST_FRAMES = 500

/** What a DTU nobody asks has sent: which protocols, of whom, and its last bytes. Bounded, whatever it sends. */
export class Sightings {
  readonly #protocols: readonly Protocol[]
  readonly #seen = new Map<string, DtuSighting>()
  #pending = Buffer.alloc(0)
  #last: Uint8Array = new Uint8Array(0)
  #frames = 0

  constructor(protocols: readonly Protocol[]) {
    this.#protocols = protocols
  }

  get seen(): readonly DtuSighting[] {
    return [...this.#seen.values()]
  }

  /** The last bytes, in a copy of their own. */
  get last(): Uint8Array {
    return this.#last
  }

  /** Looks at what came. Answers the first frame that is `wanted`, with the bytes from that frame on. */
  take(bytes: Uint8Array, at: EpochMs, wanted: (heard: Heard) => boolean): { readonly protocol: ProtocolId; readonly bytes: Buffer } | undefined {
    this.#last = Uint8Array.from(bytes.length >= KEPT_LAST ? bytes.subarray(-KEPT_LAST) : Buffer.concat([this.#last, bytes]).subarray(-KEPT_LAST))
    if (this.#frames >= MOST_FRAMES) return undefined
    this.#pending = Buffer.concat([this.#pending, bytes])
    for (let heard = this.#next(); heard; heard = this.#next()) {
      if (wanted(heard)) {
        const rest = this.#pending.subarray(heard.from)
        this.#pending = Buffer.alloc(0)
        return { protocol: heard.protocol, bytes: rest }
      }
      this.#note(heard, Uint8Array.from(this.#pending.subarray(heard.from, Math.min(heard.to, heard.from + KEPT_FRAME))), at)
      this.#pending = this.#pending.subarray(heard.to)
    }
    // A copy: a short rest would hold the whole of what was read.
    this.#pending = Buffer.from(this.#pending.subarray(-LONGEST_FRAME))
    return undefined
  }

  #next(): Heard | undefined {
    return this.#pending.length === 0 || this.#frames >= MOST_FRAMES ? undefined : recogniseAny(this.#protocols, this.#pending)
  }

  #note(heard: Heard, frame: Uint8Array, lastAt: EpochMs): void {
    this.#frames++
    const { protocol, what, sender } = heard
    const key = `${protocol} ${sender ?? ''}`
    const before = this.#seen.get(key)
    if (!before && this.#seen.size >= MOST_SIGHTINGS) return
    this.#seen.set(key, { protocol, what, count: (before?.count ?? 0) + 1, lastAt, frame, ...(sender !== undefined && { sender }) })
  }
}
