import type { EpochMs, JournalOffset } from '../model/frame.ts'
import type { Deposit } from './intake.ts'
import { messageIdOf, PublishView, packetByte } from './publish-packet.ts'
import type { Outcome, Uplink } from './uplink.ts'
import type { UplinkOptions, Uplinks } from './uplink-options.ts'

/** Acknowledgements are four bytes each. */
const firstAcks = 64

/** One for all lanes: nothing of it is kept from one packet to the next. */
const view = new PublishView()

/**
 * The way of telemetry past Aedes: from the bytes a socket brought straight into the journal's open group, without an object, a text or a promise for a packet. All
 * acknowledgements of a chunk stand in one buffer, which is written as it is once the disk has the chunk's last frame.
 */
export class TelemetryLane implements Uplink {
  readonly #with: UplinkOptions
  readonly #reply: (bytes: Buffer) => void
  /** Taken and not on disk yet. */
  #frames = 0
  #bytes = 0
  /** Of the chunk in hand. */
  #receivedAt: EpochMs = 0
  #freshFrames = 0
  #freshBytes = 0
  #freshHandshakes: number[] = []
  #acks: Buffer | undefined
  #ackBytes = 0
  #lastOffset: JournalOffset = -1
  /** Set while acknowledgements wait for more than the disk of the journal: later ones line up behind. */
  #before: Promise<void> | undefined

  constructor(options: UplinkOptions & { readonly reply: (bytes: Buffer) => void }) {
    this.#with = options
    this.#reply = options.reply
  }

  get pending(): number {
    return this.#frames
  }

  publish(bytes: Buffer, from: number, to: number): Outcome {
    const { limits, intake, routes, rate } = this.#with
    if (this.#frames >= limits.inFlightPerClient || this.#bytes >= limits.inFlightBytesPerClient) return 'hold'
    if (!view.read(bytes, from, to)) return { refused: 'MALFORMED', detail: 'a PUBLISH that is not well formed' }
    const { qos, messageId, payloadStart } = view
    const route = routes.find(bytes, view.topicStart, view.topicEnd)
    if ('refused' in route) return route
    const length = to - payloadStart
    if (length > limits.payloadBytes) return { refused: 'TOO_LARGE', detail: `a payload of ${length} bytes; ${limits.payloadBytes} are allowed` }
    if (qos === 2) {
      const outcome = this.#again(messageId)
      if (outcome !== undefined) return outcome
    }
    if (rate !== undefined && !rate.take(length)) return 'hold'
    if (this.#receivedAt === 0) this.#receivedAt = this.#with.now()
    let offset: JournalOffset | undefined
    try {
      if (route.keep === undefined) offset = intake.take(route, this.#receivedAt, bytes, payloadStart, to)
      else {
        const kept = route.keep(bytes.subarray(payloadStart, to))
        offset = intake.take(route, this.#receivedAt, kept, 0, kept.length)
      }
    } catch (error) {
      return { refused: 'JOURNAL_FAILED', detail: error instanceof Error ? error.message : String(error) }
    }
    if (offset === undefined) {
      rate?.giveBack(length)
      intake.whenFree(this.#with.wake)
      return 'hold'
    }
    this.#lastOffset = offset
    this.#frames++
    this.#bytes += length
    this.#freshFrames++
    this.#freshBytes += length
    if (qos === 1) this.#owe(packetByte.puback, messageId)
    else if (qos === 2) {
      this.#with.handshakes.open.set(messageId, offset)
      this.#freshHandshakes.push(messageId)
      this.#owe(packetByte.pubrec, messageId)
    }
    return 'taken'
  }

  release(bytes: Buffer, from: number, to: number): Outcome {
    const messageId = messageIdOf(bytes, from, to)
    if (messageId === undefined) return { refused: 'MALFORMED', detail: 'a PUBREL that is not well formed' }
    this.#with.store.release(this.#with.handshakes, messageId).catch(this.#with.failed)
    this.#owe(packetByte.pubcomp, messageId)
    return 'taken'
  }

  settle(): void {
    this.#receivedAt = 0
    if (this.#freshFrames === 0 && this.#ackBytes === 0) return
    const deposit = new LaneDeposit(this, this.#lastOffset, this.#freshFrames, this.#freshBytes, this.#acks?.subarray(0, this.#ackBytes), this.#freshHandshakes)
    if (this.#freshHandshakes.length > 0) this.#freshHandshakes = []
    this.#freshFrames = 0
    this.#freshBytes = 0
    this.#acks = undefined
    this.#ackBytes = 0
    this.#with.intake.deposit(deposit)
  }

  close(): void {
    this.#with.intake.forget(this.#with.wake)
    this.#with.rate?.forget()
    this.#with.store.close(this.#with.handshakes)
  }

  /** The disk has it. */
  kept(deposit: LaneDeposit): void {
    this.#frames -= deposit.frames
    this.#bytes -= deposit.bytes
    if (deposit.handshakes.length === 0 && this.#before === undefined) this.#answer(deposit)
    else {
      const before = this.#answerLater(deposit, this.#before).catch(this.#with.failed)
      this.#before = before
      const passed = (): void => {
        if (this.#before === before) this.#before = undefined
      }
      before.then(passed, passed)
    }
    this.#with.wake()
  }

  /** Not in the journal after all: sent again, they must be taken. */
  lost(deposit: LaneDeposit, error: unknown): void {
    this.#frames -= deposit.frames
    this.#bytes -= deposit.bytes
    for (const id of deposit.handshakes) this.#with.handshakes.open.delete(id)
    this.#with.failed(error)
  }

  async #answerLater(deposit: LaneDeposit, before: Promise<void> | undefined): Promise<void> {
    await this.#with.store.remember(this.#with.handshakes, deposit.handshakes)
    await before
    this.#answer(deposit)
  }

  #answer(deposit: LaneDeposit): void {
    if (deposit.acks !== undefined) this.#reply(deposit.acks)
  }

  /** A QoS 2 publish that was sent before is not taken again: it is answered once the first one is on disk, which may have come by an earlier connection. */
  #again(messageId: number): Outcome | undefined {
    const { open } = this.#with.handshakes
    const before = open.get(messageId)
    if (before !== undefined) {
      this.#lastOffset = Math.max(this.#lastOffset, before)
      this.#owe(packetByte.pubrec, messageId)
      return 'taken'
    }
    const most = this.#with.limits.handshakesPerClient
    return open.size < most ? undefined : { refused: 'TOO_MANY_HANDSHAKES', detail: `${most} QoS 2 publishes wait for their PUBREL already` }
  }

  /** Owes an answer that does not come before the frames taken so far are on disk. */
  #owe(type: number, messageId: number): void {
    let acks = this.#acks
    const at = this.#ackBytes
    if (acks === undefined || at === acks.length) {
      const larger = Buffer.allocUnsafe(acks === undefined ? firstAcks : acks.length * 4)
      acks?.copy(larger)
      acks = larger
      this.#acks = acks
    }
    acks[at] = type
    acks[at + 1] = 2
    acks[at + 2] = messageId >> 8
    acks[at + 3] = messageId & 0xff
    this.#ackBytes = at + 4
  }
}

/** Every client gets a lane. */
export const lanes: Uplinks = {
  open: (stream, options) => new TelemetryLane({ ...options, reply: bytes => stream.reply(bytes) }),
}

/** The frames of one chunk, and what is owed for them. */
class LaneDeposit implements Deposit {
  readonly #lane: TelemetryLane
  readonly offset: JournalOffset
  readonly frames: number
  readonly bytes: number
  readonly acks: Buffer | undefined
  readonly handshakes: readonly number[]

  constructor(lane: TelemetryLane, offset: JournalOffset, frames: number, bytes: number, acks: Buffer | undefined, handshakes: readonly number[]) {
    this.#lane = lane
    this.offset = offset
    this.frames = frames
    this.bytes = bytes
    this.acks = acks
    this.handshakes = handshakes
  }

  kept(): void {
    this.#lane.kept(this)
  }

  lost(error: unknown): void {
    this.#lane.lost(this, error)
  }
}
