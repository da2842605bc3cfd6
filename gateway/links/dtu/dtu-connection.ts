import type { DtuState, DtuStatus } from '../../model/dtu.ts'
import type { EpochMs } from '../../model/frame.ts'
import type { ProtocolId } from '../../model/ids.ts'
import type { BusTransport } from '../bus/transport.ts'
import type { Conversation, Peer } from '../peer.ts'
import type { DtuPackets, Registration } from './packets.ts'
import type { Heard, Recogniser } from './recogniser.ts'
import { Sightings } from './sightings.ts'

/** How one connection is treated. */
export interface ConnectionSettings {
  /** A packet without an end of its own ends when nothing follows for so long. */
  readonly quietMs: number
  /** How long a DTU may take to say who it is. */
  readonly registerMs: number
  /** Bytes a stranger may send in ten seconds. */
  readonly strangerBytes: number
  /** How long an answer from behind it may take. */
  readonly answerMs: number
}

/** What a connection tells of itself. */
export interface ConnectionEvents {
  /** It has said who it is, now or once more. */
  registered(connection: DtuConnection, registration: Registration): void
  /** It speaks a protocol that devices dial in with by themselves: whose conversation it is from here on, if anyone's. */
  handOver(connection: DtuConnection, protocol: ProtocolId): Conversation | undefined
  /** Whether the sender of a frame is known to a link of his own. */
  takesOver(heard: Heard): boolean
  /** It sent something. */
  heard(connection: DtuConnection): void
  heartbeats(count: number): void
  closed(connection: DtuConnection): void
}

interface ConnectionParts {
  readonly peer: Peer
  readonly packets: DtuPackets
  readonly recogniser: Recogniser
  readonly settings: ConnectionSettings
  readonly events: ConnectionEvents
  readonly now: () => EpochMs
}

/** More than any registration with the longest frame behind it. */
const MOST_OPENING = 4_096
const FLOOD_WINDOW_MS = 10_000
const MOST_NAMES = 4
/** Of first bytes that nobody can read yet. */
const SHOWN = 64

/** One connection of a DTU, from its first byte to its last. */
export class DtuConnection implements Conversation, BusTransport {
  readonly #with: ConnectionParts
  readonly #since: EpochMs
  readonly #seen: Sightings
  readonly #registerTimer: NodeJS.Timeout
  #quietTimer: NodeJS.Timeout | undefined
  /** What came before it was clear who or what this is. */
  #opening: Buffer | undefined = Buffer.alloc(0)
  #registration: Registration | undefined
  #packet: Buffer | undefined
  readonly #names = new Set<string>()
  #handedTo: Conversation | undefined
  #onBytes: ((bytes: Uint8Array) => void) | undefined
  #onClose: ((why: string) => void) | undefined
  #heardAt: EpochMs
  #bytesIn = 0
  #bytesOut = 0
  #heartbeats = 0
  #windowFrom = 0
  #windowBytes = 0
  #lookedAt = 0
  /** Set by the link. */
  state: DtuState = 'registering'

  constructor(parts: ConnectionParts) {
    this.#with = parts
    this.#since = parts.now()
    this.#heardAt = this.#since
    this.#seen = new Sightings(parts.recogniser)
    this.#registerTimer = setTimeout(() => {
      if (this.#opening?.length === 0) this.close('did not say who it is')
      else if (this.#opening) this.#nameless(this.#opening)
    }, parts.settings.registerMs)
  }

  get id(): string | undefined {
    return this.#registration?.id
  }

  get timeoutMs(): number {
    return this.#with.settings.answerMs
  }

  /** All names it has given. One that gives many is no DTU. */
  get names(): ReadonlySet<string> {
    return this.#names
  }

  get address(): string {
    return this.#with.peer.address
  }

  /** The address it came from, without its port. */
  get host(): string {
    return this.#with.peer.address.replace(/:\d+$/, '')
  }

  get heardAt(): EpochMs {
    return this.#heardAt
  }

  status(): Omit<DtuStatus, 'devices' | 'proposals'> {
    return {
      ...(this.#registration && { id: this.#registration.id, registeredBy: this.#registration.template }),
      ...(this.#registration?.unit !== undefined && { unit: this.#registration.unit }),
      address: this.#with.peer.address,
      state: this.state,
      since: this.#since,
      heardAt: this.#heardAt,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      heartbeats: this.#heartbeats,
      seen: this.#seen.seen,
      lastBytes: this.#opening && this.#opening.length > 0 ? this.#opening.subarray(-SHOWN) : this.#seen.last,
    }
  }

  take(bytes: Buffer): void {
    this.#heardAt = this.#with.now()
    this.#bytesIn += bytes.length
    this.#with.events.heard(this)
    if (this.#opening) this.#open(Buffer.concat([this.#opening, bytes]))
    else this.#deliver(this.#withoutHeartbeats(bytes))
  }

  closed(): void {
    clearTimeout(this.#quietTimer)
    clearTimeout(this.#registerTimer)
    this.#handedTo?.closed()
    this.#onClose?.('the DTU hung up')
    this.#onClose = undefined
    this.#with.events.closed(this)
  }

  write(bytes: Uint8Array): void {
    this.#bytesOut += bytes.length
    this.#with.peer.write(bytes)
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#onBytes = listener
  }

  onClose(listener: (why: string) => void): void {
    this.#onClose = listener
  }

  close(why: string): void {
    this.#with.peer.close(why)
  }

  /** For a link that takes it over. */
  asPeer(): Peer {
    const { peer } = this.#with
    return { address: peer.address, write: bytes => this.write(bytes), pause: () => peer.pause(), resume: () => peer.resume(), close: why => peer.close(why) }
  }

  /** Nobody asked: perhaps it says who it is once more, or polls its devices by itself. */
  unasked(bytes: Uint8Array): void {
    this.#seen.take(bytes, this.#heardAt, () => false)
  }

  /** Nobody listens any more: what comes is only looked at. */
  release(): void {
    this.#onBytes = undefined
    this.#onClose = undefined
  }

  /** The first bytes: heartbeats, then a registration, or else a frame of some protocol. Looks again when the line is quiet, for a packet may have no end of its own. */
  #open(bytes: Buffer, ended = false): void {
    clearTimeout(this.#quietTimer)
    const { packets, recogniser } = this.#with
    const beats = packets.heartbeats(bytes, 0)
    this.#countHeartbeats(beats.count)
    const rest = bytes.subarray(beats.to)
    this.#opening = rest
    if (rest.length === 0) return
    const registration = packets.registration(rest, 0, ended)
    if (registration && registration !== 'more') this.#registered(registration, rest)
    else if (rest.length > MOST_OPENING || (registration === undefined && this.#mayBeFrame(rest, ended) && recogniser.first(rest))) this.#nameless(rest)
    else if (!ended) this.#waitForQuiet(this.#with.settings.quietMs)
  }

  /** Looking at every byte anew would cost the more the slower they come: only once there is half as much again, or a pause. */
  #mayBeFrame(bytes: Uint8Array, ended: boolean): boolean {
    if (!ended && bytes.length < 1.5 * this.#lookedAt) return false
    this.#lookedAt = bytes.length
    return true
  }

  #waitForQuiet(ms: number): void {
    this.#quietTimer = setTimeout(() => {
      if (this.#opening) this.#open(this.#opening, true)
    }, ms)
  }

  #registered(registration: Registration, bytes: Buffer): void {
    this.#opening = undefined
    clearTimeout(this.#registerTimer)
    this.#name(registration, bytes)
    const rest = bytes.subarray(registration.to)
    if (rest.length > 0) this.#deliver(this.#withoutHeartbeats(rest))
  }

  #name(registration: Registration, bytes: Buffer): void {
    this.#registration = registration
    if (this.#names.add(registration.id).size > MOST_NAMES) {
      this.close('gives many names')
      return
    }
    this.#packet = Buffer.from(bytes.subarray(0, registration.to))
    this.#with.events.registered(this, registration)
  }

  /** It speaks without having said who it is. */
  #nameless(bytes: Buffer): void {
    this.#opening = undefined
    clearTimeout(this.#registerTimer)
    this.state = 'waiting'
    this.#deliver(bytes)
  }

  #deliver(bytes: Buffer): void {
    if (bytes.length === 0) return
    if (this.#handedTo) this.#handedTo.take(bytes)
    else if (this.#onBytes) this.#onBytes(bytes)
    else this.#observe(bytes)
  }

  /** What a stranger sends is looked at, and bounded. */
  #observe(bytes: Buffer): void {
    const { settings, events, packets } = this.#with
    if (this.#floods(bytes.length, settings.strangerBytes)) {
      this.close('a stranger sends too much')
      return
    }
    const again = packets.registration(bytes, 0, true)
    if (again && again !== 'more' && again.to === bytes.length) {
      this.#name(again, bytes)
      return
    }
    const found = this.#seen.take(bytes, this.#heardAt, heard => events.takesOver(heard))
    if (!found) return
    this.#handedTo = events.handOver(this, found.protocol)
    this.#handedTo?.take(found.bytes)
  }

  #floods(bytes: number, most: number): boolean {
    if (this.#heardAt - this.#windowFrom > FLOOD_WINDOW_MS) {
      this.#windowFrom = this.#heardAt
      this.#windowBytes = 0
    }
    this.#windowBytes += bytes
    return this.#windowBytes > most
  }

  /**
   * Takes heartbeats away that stand before or behind frames, and the registration where a DTU repeats it: as a heartbeat, or before everything it sends. A heartbeat behind a frame is only
   * believed where the frame before it is whole: within a frame its bytes are data. A frame that a heartbeat tears apart is lost, and asked for again.
   */
  #withoutHeartbeats(bytes: Buffer): Buffer {
    const { packets, recogniser } = this.#with
    const again = this.#packet && bytes.subarray(0, this.#packet.length).equals(this.#packet) ? this.#packet.length : 0
    const { count, to } = packets.heartbeats(bytes, again)
    this.#countHeartbeats(count + (again > 0 ? 1 : 0))
    const rest = bytes.subarray(to)
    const at = rest.length === 0 ? undefined : packets.trailingHeartbeat(rest)
    if (at === undefined) return rest
    const before = rest.subarray(0, at)
    if (recogniser.first(before)?.to !== at) return rest
    this.#countHeartbeats(1)
    return before
  }

  #countHeartbeats(count: number): void {
    if (count === 0) return
    this.#heartbeats += count
    this.#with.events.heartbeats(count)
  }
}
