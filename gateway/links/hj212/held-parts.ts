import { LARGEST_PAYLOAD } from '../../../devices/protocols/hj212/decode.ts'
import { dataTimeOf } from '../../../devices/protocols/hj212/join.ts'
import { type Packet, wantsAnswer } from '../../../devices/protocols/hj212/packet.ts'

/** A packet as it came. */
export interface Part {
  readonly bytes: Buffer
  readonly packet: Packet
  /** What fetched it from the station's memory. */
  readonly request?: Buffer | undefined
}

const MOST_PARTS = 60

/**
 * Holds the packets of a split message until the last is there, so that the journal has the message as one frame. Not for long: a station may wait for the answer to each packet
 * before it sends the next, and then each is handed on as it comes.
 */
export class HeldParts {
  readonly #holdMs: number
  readonly #release: (parts: readonly Part[]) => void
  #held: Part[] = []
  #bytes = 0
  #timer: NodeJS.Timeout | undefined
  /** The station was seen to wait for each answer. */
  #oneByOne = false
  #timed: Part | undefined

  constructor(holdMs: number, release: (parts: readonly Part[]) => void) {
    this.#holdMs = holdMs
    this.#release = release
  }

  take(part: Part): void {
    const [first] = this.#held
    const numberThere = this.#held.some(({ packet }) => packet.pno === part.packet.pno)
    if (first && (numberThere || !isOneMessage(first, part) || this.#bytes + part.bytes.length > LARGEST_PAYLOAD / 2)) this.flush()
    if (this.#oneByOne) {
      this.#single(part)
      return
    }
    this.#held.push(part)
    this.#bytes += part.bytes.length
    if (this.#held.length >= Math.min(MOST_PARTS, part.packet.pnum)) this.flush()
    else this.#timer ??= setTimeout(() => this.#overdue(), this.#holdMs)
  }

  /** Hands on what is there. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const parts = this.#held
    this.#held = []
    this.#bytes = 0
    if (parts.length > 0) this.#release(parts)
  }

  #overdue(): void {
    this.#oneByOne = this.#held.some(({ packet }) => wantsAnswer(packet))
    const [first] = this.#held
    this.#timed = first
    this.flush()
  }

  /** A part that leaves the time out stands behind the one that said it. */
  #single(part: Part): void {
    const isTimed = dataTimeOf(part.packet.cp) !== ''
    const before = this.#timed
    if (isTimed) this.#timed = part
    this.#release(!isTimed && before && isOneMessage(before, part) ? [{ ...before, packet: answered(before.packet) }, part] : [part])
  }
}

/** The same packet, which asks for no answer a second time. */
function answered(packet: Packet): Packet {
  return { ...packet, flag: packet.flag & ~1 }
}

function isOneMessage({ packet: one, request }: Part, { packet: other, request: otherRequest }: Part): boolean {
  const [a, b] = [dataTimeOf(one.cp), dataTimeOf(other.cp)]
  return one.cn === other.cn && one.pnum === other.pnum && request === otherRequest && (a === b || a === '' || b === '')
}
