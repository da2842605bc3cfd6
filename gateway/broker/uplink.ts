import type { Principal } from '../model/access.ts'
import type { DeviceDirectory } from '../model/device.ts'
import type { EpochMs, JournalOffset } from '../model/frame.ts'
import type { Channel, DeviceId } from '../model/ids.ts'
import type { HandshakeStore, Handshakes } from './handshake-store.ts'
import type { Intake } from './intake.ts'
import type { BrokerLimits } from './limits.ts'
import { packetByte, viewPublish } from './publish-packet.ts'
import type { RefusalReason } from './refusals.ts'
import { mayPublish } from './topic-rights.ts'

/** What became of a packet: taken; to be handed in again when woken; or a reason to close the connection. */
export type Outcome = 'taken' | 'hold' | { readonly refused: RefusalReason; readonly detail: string }

interface Receipt {
  readonly offset: JournalOffset
  readonly type: number
  readonly messageId: number
}

/** What one wait for the disk is for. */
interface Group {
  readonly offset: JournalOffset
  readonly frames: number
  readonly bytes: number
  readonly handshakes: readonly number[]
}

interface Route {
  readonly topic: Buffer
  readonly version: number
  readonly device: DeviceId
  readonly channel: Channel
}

/**
 * From one signed-in client's PUBLISH to the journal, and back to its receipt. Acknowledgements leave in the order the publishes came (MQTT 3.1.1 § 4.6), each only when the
 * journal has its frame, and those before it, on disk. QoS 0 frames wait for the disk in the same bounds, without an answer.
 */
export class Uplink {
  readonly #principal: Principal
  readonly #directory: DeviceDirectory
  readonly #intake: Intake
  readonly #store: HandshakeStore
  readonly #handshakes: Handshakes
  readonly #limits: BrokerLimits
  readonly #now: () => EpochMs
  readonly #reply: (bytes: Buffer) => void
  readonly #wake: () => void
  readonly #failed: (error: unknown) => void

  #receipts: Receipt[] = []
  #newHandshakes: number[] = []
  #route: Route | undefined
  /** Taken and not on disk yet. */
  #frames = 0
  #bytes = 0
  /** Taken since the last `settle`, and whether anything came at all. */
  #fresh = false
  #freshFrames = 0
  #freshBytes = 0
  #lastOffset: JournalOffset = -1
  #confirmed: Promise<void> = Promise.resolve()

  constructor(options: {
    readonly principal: Principal
    readonly directory: DeviceDirectory
    readonly intake: Intake
    readonly store: HandshakeStore
    readonly handshakes: Handshakes
    readonly limits: BrokerLimits
    readonly now: () => EpochMs
    readonly reply: (bytes: Buffer) => void
    /** There is room again. */
    readonly wake: () => void
    /** The journal could not keep what it took: no receipt will come. */
    readonly failed: (error: unknown) => void
  }) {
    this.#principal = options.principal
    this.#directory = options.directory
    this.#intake = options.intake
    this.#store = options.store
    this.#handshakes = options.handshakes
    this.#limits = options.limits
    this.#now = options.now
    this.#reply = options.reply
    this.#wake = options.wake
    this.#failed = options.failed
  }

  /** Frames that wait for the disk. */
  get pending(): number {
    return this.#frames
  }

  /** Takes one whole PUBLISH packet. Its bytes may be reused afterwards. */
  publish(packet: Buffer): Outcome {
    if (this.#frames >= this.#limits.inFlightPerClient || this.#bytes >= this.#limits.inFlightBytesPerClient) return 'hold'
    const view = viewPublish(packet)
    if (view === undefined) return { refused: 'MALFORMED', detail: 'a PUBLISH that is not well formed' }
    const route = this.#routeOf(packet, view.topicStart, view.topicEnd)
    if ('refused' in route) return route
    const payload = packet.subarray(view.payloadStart)
    if (payload.length > this.#limits.payloadBytes)
      return { refused: 'TOO_LARGE', detail: `a payload of ${payload.length} bytes; ${this.#limits.payloadBytes} are allowed` }
    if (view.qos === 2) {
      const before = this.#handshakes.open.get(view.messageId)
      if (before !== undefined) {
        // Sent again: answered once the first one is on disk, which may have come by an earlier connection.
        this.#lastOffset = Math.max(this.#lastOffset, before)
        this.#owe(packetByte.pubrec, view.messageId)
        return 'taken'
      }
      if (this.#handshakes.open.size >= this.#limits.handshakesPerClient) {
        return { refused: 'TOO_MANY_HANDSHAKES', detail: `${this.#limits.handshakesPerClient} QoS 2 publishes wait for their PUBREL already` }
      }
    }
    let offset: JournalOffset | undefined
    try {
      offset = this.#intake.take({ device: route.device, channel: route.channel, receivedAt: this.#now(), payload })
    } catch (error) {
      return { refused: 'JOURNAL_FAILED', detail: error instanceof Error ? error.message : String(error) }
    }
    if (offset === undefined) {
      this.#intake.whenFree(this.#wake)
      return 'hold'
    }
    this.#lastOffset = offset
    this.#frames++
    this.#bytes += payload.length
    this.#freshFrames++
    this.#freshBytes += payload.length
    this.#fresh = true
    if (view.qos === 1) this.#owe(packetByte.puback, view.messageId)
    if (view.qos === 2) {
      this.#handshakes.open.set(view.messageId, offset)
      this.#newHandshakes.push(view.messageId)
      this.#owe(packetByte.pubrec, view.messageId)
    }
    return 'taken'
  }

  /** PUBREL: the handshake ends. An id that is not known is answered too (4.3.3: the client may have got no PUBCOMP). */
  release(messageId: number): void {
    this.#store.release(this.#handshakes, messageId).catch(this.#failed)
    this.#owe(packetByte.pubcomp, messageId)
  }

  /** Call after the packets of a chunk: one wait for all of them. */
  settle(): void {
    if (!this.#fresh) return
    const group = { offset: this.#lastOffset, frames: this.#freshFrames, bytes: this.#freshBytes, handshakes: this.#newHandshakes }
    this.#fresh = false
    this.#freshFrames = 0
    this.#freshBytes = 0
    this.#newHandshakes = []
    this.#confirmed = this.#confirm(group, this.#confirmed).catch(this.#failed)
  }

  /** The connection is gone. What was taken stays in the journal. */
  close(): void {
    this.#intake.forget(this.#wake)
    this.#receipts = []
    this.#store.close(this.#handshakes)
  }

  async #confirm(group: Group, before: Promise<void>): Promise<void> {
    try {
      if (group.offset >= 0) await this.#intake.confirm(group.offset, group.frames, group.bytes)
    } catch (error) {
      // Not in the journal after all: sent again, they must be taken.
      for (const id of group.handshakes) this.#handshakes.open.delete(id)
      throw error
    } finally {
      this.#frames -= group.frames
      this.#bytes -= group.bytes
    }
    await this.#store.remember(this.#handshakes, group.handshakes)
    await before
    this.#send(group.offset)
    this.#wake()
  }

  /** Owes an answer that does not come before the frames taken so far are on disk. */
  #owe(type: number, messageId: number): void {
    this.#receipts.push({ offset: this.#lastOffset, type, messageId })
    this.#fresh = true
  }

  #send(upTo: JournalOffset): void {
    let count = 0
    while (count < this.#receipts.length && (this.#receipts[count]?.offset ?? 0) <= upTo) count++
    if (count === 0) return
    const bytes = Buffer.allocUnsafe(count * 4)
    for (const [index, receipt] of this.#receipts.splice(0, count).entries()) {
      bytes.writeUInt16BE((receipt.type << 8) | 2, index * 4)
      bytes.writeUInt16BE(receipt.messageId, index * 4 + 2)
    }
    this.#reply(bytes)
  }

  /** A device publishes to the same topic over and over: it is looked up once, until the directory changes. */
  #routeOf(packet: Buffer, start: number, end: number): Route | { readonly refused: RefusalReason; readonly detail: string } {
    const known = this.#route
    const version = this.#directory.version
    if (known !== undefined && known.version === version && packet.compare(known.topic, 0, known.topic.length, start, end) === 0) return known
    const topic = packet.toString('utf8', start, end)
    const right = mayPublish(this.#principal, topic, this.#directory)
    if (!right.allowed) return { refused: right.reason, detail: `may not publish to ${JSON.stringify(topic.slice(0, 200))}` }
    this.#route = { topic: Buffer.from(topic), version, device: right.device, channel: right.channel }
    return this.#route
  }
}
