import type { DtuSighting } from '../../model/dtu.ts'
import type { EpochMs } from '../../model/frame.ts'
import type { ProtocolId } from '../../model/ids.ts'
import type { Heard, Recogniser } from './recogniser.ts'

/** A frame of any protocol is shorter: HJ 212 has 1,036 bytes, JT/T 808 about 2,100 with every byte escaped. */
const LONGEST_FRAME = 4_096
/** Of a frame that is kept to propose models by it. */
const KEPT_FRAME = 1_100
const MOST_SIGHTINGS = 8
/** A question and its answer fit. */
const KEPT_LAST = 256
/** Looks in a row that found nothing, after which nothing is looked for any more: it speaks no protocol that is known here. */
const MOST_VAIN_LOOKS = 200
/** Frames of one packet that are looked at. */
const MOST_AT_ONCE = 64

/** What a DTU nobody asks has sent: which protocols, of whom, and its last bytes. Bounded, whatever it sends. */
export class Sightings {
  readonly #recogniser: Recogniser
  readonly #seen = new Map<string, DtuSighting>()
  #pending = Buffer.alloc(0)
  #last: Uint8Array = new Uint8Array(0)
  #vainLooks = 0

  constructor(recogniser: Recogniser) {
    this.#recogniser = recogniser
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
    if (this.#vainLooks >= MOST_VAIN_LOOKS) return undefined
    this.#pending = Buffer.concat([this.#pending, bytes]).subarray(-LONGEST_FRAME)
    this.#vainLooks++
    for (let nth = 0; nth < MOST_AT_ONCE && this.#pending.length > 0; nth++) {
      const heard = this.#recogniser.first(this.#pending)
      if (!heard) break
      this.#vainLooks = 0
      if (wanted(heard)) {
        const rest = this.#pending.subarray(heard.from)
        this.#pending = Buffer.alloc(0)
        return { protocol: heard.protocol, bytes: rest }
      }
      this.#note(heard, Uint8Array.from(this.#pending.subarray(heard.from, Math.min(heard.to, heard.from + KEPT_FRAME))), at)
      this.#pending = this.#pending.subarray(heard.to)
    }
    // A copy: a short rest would hold the whole of what was read.
    this.#pending = Buffer.from(this.#pending)
    return undefined
  }

  #note(heard: Heard, frame: Uint8Array, lastAt: EpochMs): void {
    const { protocol, what, sender } = heard
    const key = `${protocol} ${sender ?? ''}`
    const before = this.#seen.get(key)
    if (!before && this.#seen.size >= MOST_SIGHTINGS) return
    this.#seen.set(key, { protocol, what, count: (before?.count ?? 0) + 1, lastAt, frame, ...(sender !== undefined && { sender }) })
  }
}
