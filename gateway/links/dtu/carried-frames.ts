import { overhear } from '../../../devices/protocols/modbus/overheard.ts'
import type { DeviceDirectory } from '../../model/device.ts'
import { CARRIED_CHANNEL, type EpochMs, type Frame, type JournalledFrame, type JournalOffset } from '../../model/frame.ts'
import type { DeviceId } from '../../model/ids.ts'
import type { FrameSource, Journal, JournalCondition } from '../../model/journal.ts'
import { LinkIndex } from '../link-index.ts'

/** The channel on which a DTU that speaks MQTT carries what passes on its line. */
const LINE_CHANNEL = 'modbus'

/** An exchange torn over two messages is shorter; what is older than this belongs to nothing that comes now. */
const MOST_OPEN = 512
const OPEN_MS = 10_000
/** DTUs with a torn exchange in hand. */
const MOST_TORN = 20_000

/** Who hears what a DTU carries, once it is on disk. */
export type CarriedListener = (bytes: Uint8Array) => void

interface Torn {
  readonly bytes: Uint8Array
  readonly at: EpochMs
}

interface Sorted {
  readonly frames: readonly Frame[]
  readonly torn: Uint8Array
}

/**
 * The journal as MQTT sees it. A DTU (a device to which others are linked as `mqtt://DEVICE`) carries frames of several devices in one message: where it polls them by itself, each exchange
 * becomes a frame of the device whose unit it names, before the receipt is sent. What is nobody's exchange is kept as carried by the DTU; once that is on disk it is told to the line
 * that may wait for it as an answer.
 */
export class CarriedFrames implements Journal {
  readonly #journal: Journal
  readonly #links: LinkIndex
  readonly #listeners = new Map<DeviceId, CarriedListener>()
  readonly #torn = new Map<DeviceId, Torn>()

  constructor(options: { readonly journal: Journal; readonly directory: DeviceDirectory }) {
    this.#journal = options.journal
    this.#links = new LinkIndex(options.directory)
  }

  /** Tells what this DTU carries, from now on; undefined: nobody any more. */
  listen(dtu: DeviceId, listener: CarriedListener | undefined): void {
    if (listener) this.#listeners.set(dtu, listener)
    else this.#listeners.delete(dtu)
  }

  append(frame: Frame): JournalOffset {
    const { device, channel, payload, receivedAt } = frame
    return channel === LINE_CHANNEL && this.#carries(device) ? this.#carried(device, Uint8Array.from(payload), receivedAt) : this.#journal.append(frame)
  }

  appendBytes(source: FrameSource, receivedAt: EpochMs, bytes: Uint8Array, from: number, to: number): JournalOffset {
    const journal = this.#journal
    if (source.channel === LINE_CHANNEL && this.#carries(source.device))
      return this.#carried(source.device, Uint8Array.from(bytes.subarray(from, to)), receivedAt)
    if (journal.appendBytes) return journal.appendBytes(source, receivedAt, bytes, from, to)
    return journal.append({ device: source.device, channel: source.channel, receivedAt, payload: bytes.subarray(from, to) })
  }

  synced(offset: JournalOffset): Promise<void> {
    return this.#journal.synced(offset)
  }

  get start(): JournalOffset {
    return this.#journal.start
  }

  get end(): JournalOffset {
    return this.#journal.end
  }

  read(from: JournalOffset): Promise<readonly JournalledFrame[]> {
    return this.#journal.read(from)
  }

  whenPast(offset: JournalOffset, signal: AbortSignal): Promise<void> {
    return this.#journal.whenPast(offset, signal)
  }

  get condition(): JournalCondition {
    return this.#journal.condition
  }

  #carries(device: DeviceId): boolean {
    return this.#links.at(`mqtt://${device}`).length > 0
  }

  /** Nothing is remembered of a message that the journal did not take: it comes again. */
  #carried(dtu: DeviceId, payload: Uint8Array, receivedAt: EpochMs): JournalOffset {
    const { frames, torn } = this.#sort(dtu, payload, receivedAt)
    let offset = 0
    for (const frame of frames) offset = this.#journal.append(frame)
    this.#torn.delete(dtu)
    if (torn.length > 0 && torn.length <= MOST_OPEN && this.#torn.size < MOST_TORN) this.#torn.set(dtu, { bytes: torn, at: receivedAt })
    const listener = this.#listeners.get(dtu)
    if (listener)
      this.#journal.synced(offset).then(
        () => this.#listeners.get(dtu)?.(payload),
        // The DTU gets no receipt, and whoever waits for the answer asks again.
        () => undefined,
      )
    return offset
  }

  /** Whose each part is. A message is left out as a frame of the DTU only when every byte of it became a frame of somebody else. */
  #sort(dtu: DeviceId, payload: Uint8Array, receivedAt: EpochMs): Sorted {
    const before = this.#torn.get(dtu)
    const open = before && receivedAt - before.at <= OPEN_MS ? before.bytes : new Uint8Array(0)
    const bytes = open.length > 0 ? Buffer.concat([open, payload]) : payload
    const heard = overhear(bytes)
    const devices = new Map(this.#links.at(`mqtt://${dtu}`).map(device => [device.link?.unit, device.id]))
    const frames: Frame[] = []
    let taken = 0
    for (const { unit, from, to } of heard.found) {
      const device = devices.get(unit)
      if (device === undefined) continue
      frames.push({ device, channel: LINE_CHANNEL, receivedAt, payload: bytes.subarray(from, to) })
      taken += to - from
    }
    if (taken < bytes.length || open.length > 0) frames.push({ device: dtu, channel: CARRIED_CHANNEL, receivedAt, payload })
    return { frames, torn: Uint8Array.from(bytes.subarray(heard.open)) }
  }
}
