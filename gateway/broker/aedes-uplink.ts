import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PublishPacket } from 'aedes'
import type { JournalOffset } from '../model/frame.ts'
import { messageIdOf, PublishView } from './publish-packet.ts'
import type { NoRoute } from './routes.ts'
import type { Outcome, Uplink } from './uplink.ts'
import type { UplinkOptions } from './uplink-options.ts'

/** A publish that Aedes asks about and that is not answered yet. */
interface Held {
  readonly packet: PublishPacket
  /** Lets Aedes go on: it acknowledges then. */
  readonly release: (error?: Error | null) => void
  readonly messageId: number
}

/** Held publishes that wait for the disk together. */
interface Batch {
  readonly held: readonly Held[]
  readonly handshakes: readonly number[]
}

/**
 * Publishes through Aedes, which parses and acknowledges them: it asks `authorizePublish` about each before it acknowledges it, and the answer is held until the frame is on disk.
 * Answers are given in the order of the publishes; how many are held is bounded, because packets beyond that are not handed to Aedes. As long as one is held Aedes reads on no further
 * (lib/client.js, `_parsingBatch`), so what is in flight is what it was handed at a time.
 */
export class AedesUplink implements Uplink {
  readonly #with: UplinkOptions
  readonly #pass: (bytes: Buffer, from: number, to: number) => boolean
  readonly #refuse: (why: NoRoute) => void
  readonly #view = new PublishView()
  /** Handed to Aedes and not answered. */
  #inside = 0
  #insideBytes = 0
  /** In the journal and not on disk. */
  #frames = 0
  /** Asked about and not in the journal yet. */
  #waiting: Held[] = []
  #answered: Promise<void> = Promise.resolve()
  #closed = false

  constructor(options: UplinkOptions & { readonly pass: (bytes: Buffer, from: number, to: number) => boolean; readonly refuse: (why: NoRoute) => void }) {
    this.#with = options
    this.#pass = options.pass
    this.#refuse = options.refuse
  }

  get pending(): number {
    return this.#frames
  }

  publish(bytes: Buffer, from: number, to: number): Outcome {
    const { limits, rate } = this.#with
    if (this.#inside >= limits.inFlightPerClient || this.#insideBytes >= limits.inFlightBytesPerClient) return 'hold'
    if (!this.#view.read(bytes, from, to)) return { refused: 'MALFORMED', detail: 'a PUBLISH that is not well formed' }
    const payload = to - this.#view.payloadStart
    if (rate !== undefined && !rate.take(payload)) return 'hold'
    if (!this.#pass(bytes, from, to)) {
      rate?.giveBack(payload)
      return 'hold'
    }
    this.#inside++
    this.#insideBytes += payload
    return 'taken'
  }

  release(bytes: Buffer, from: number, to: number): Outcome {
    if (messageIdOf(bytes, from, to) === undefined) return { refused: 'MALFORMED', detail: 'a PUBREL that is not well formed' }
    return this.#pass(bytes, from, to) ? 'taken' : 'hold'
  }

  settle(): void {}

  close(): void {
    this.#closed = true
    this.#with.rate?.forget()
    this.#with.store.close(this.#with.handshakes)
  }

  /** Aedes asks whether a publish may come: it may once its frame is on disk. */
  authorize(packet: PublishPacket, release: Held['release']): void {
    this.#waiting.push({ packet, release, messageId: packet.messageId ?? 0 })
    if (this.#waiting.length === 1) this.#take()
  }

  /** Whether a QoS 2 handshake is open. */
  has(messageId: number): boolean {
    return this.#with.handshakes.open.has(messageId)
  }

  /** PUBREL came. */
  async end(messageId: number): Promise<void> {
    await this.#with.store.release(this.#with.handshakes, messageId)
  }

  /** Takes what waits, in order, as far as there is room. What came before the connection ended is taken even when nobody is left to be told. */
  readonly #take = (): void => {
    const held: Held[] = []
    const handshakes: number[] = []
    let last: JournalOffset = -1
    let frames = 0
    let bytes = 0
    for (const each of this.#waiting) {
      const offset = this.#takeOne(each, handshakes)
      if (offset === undefined) break
      if (offset.fresh) {
        frames++
        bytes += each.packet.payload.length
      }
      last = Math.max(last, offset.at)
      held.push(each)
    }
    if (held.length === 0) return
    this.#waiting = this.#waiting.slice(held.length)
    this.#frames += frames
    const batch: Batch = { held, handshakes }
    this.#with.intake.deposit({ offset: last, frames, bytes, kept: () => this.#kept(batch, frames), lost: error => this.#lost(batch, frames, error) })
  }

  /** Undefined when it has to wait, or the connection was refused. */
  #takeOne({ packet, messageId }: Held, handshakes: number[]): { readonly at: JournalOffset; readonly fresh: boolean } | undefined {
    const { routes, limits, intake, now } = this.#with
    const topic = Buffer.from(packet.topic)
    const route = routes.find(topic, 0, topic.length)
    if ('refused' in route) return this.#refused(route)
    const payload = Buffer.from(packet.payload)
    if (payload.length > limits.payloadBytes)
      return this.#refused({ refused: 'TOO_LARGE', detail: `a payload of ${payload.length} bytes; ${limits.payloadBytes} are allowed` })
    const { open } = this.#with.handshakes
    if (packet.qos === 2) {
      const before = open.get(messageId)
      if (before !== undefined) return { at: before, fresh: false }
      if (open.size >= limits.handshakesPerClient)
        return this.#refused({ refused: 'TOO_MANY_HANDSHAKES', detail: `${limits.handshakesPerClient} QoS 2 publishes wait for their PUBREL already` })
    }
    try {
      const kept = route.keep?.(payload) ?? payload
      const at = intake.take(route, now(), kept, 0, kept.length)
      if (at === undefined) {
        intake.whenFree(this.#take)
        return undefined
      }
      if (packet.qos === 2) {
        open.set(messageId, at)
        handshakes.push(messageId)
      }
      return { at, fresh: true }
    } catch (error) {
      return this.#refused({ refused: 'JOURNAL_FAILED', detail: error instanceof Error ? error.message : String(error) })
    }
  }

  #refused(why: NoRoute): undefined {
    this.#refuse(why)
    return undefined
  }

  #kept(batch: Batch, frames: number): void {
    this.#frames -= frames
    this.#answered = this.#answer(batch, this.#answered).catch(this.#with.failed)
  }

  #lost(batch: Batch, frames: number, error: unknown): void {
    this.#frames -= frames
    for (const id of batch.handshakes) this.#with.handshakes.open.delete(id)
    this.#with.failed(error)
  }

  async #answer(batch: Batch, before: Promise<void>): Promise<void> {
    await this.#with.store.remember(this.#with.handshakes, batch.handshakes)
    await before
    for (const { packet, release } of batch.held) {
      this.#inside--
      this.#insideBytes -= packet.payload.length
      if (this.#closed) continue
      release(null)
      // Aedes writes a PUBACK at once, and a PUBREC after it has asked its persistence, some microtasks later.
      if (packet.qos === 2) await nextTurn()
    }
    this.#with.wake()
  }
}
