import type { DeviceDirectory } from '../model/device.ts'
import type { EpochMs } from '../model/frame.ts'
import { type DeviceHours, HOUR_MS, type HourView } from '../model/hours.ts'
import type { DeviceId } from '../model/ids.ts'
import type { Log } from '../model/log.ts'
import { type Pace, unhurried } from '../model/pace.ts'
import type { Reading } from '../model/reading.ts'
import type { Sink } from '../model/sink.ts'
import { HourFile } from './hour-file.ts'
import { MinuteRing } from './minute-ring.ts'

/** Readings taken between two looks at whether it is the turn of others. */
const READINGS_A_LOOK = 256

/**
 * In which minutes of the last 72 hours each device's readings lie, in memory: about 600 bytes a device. Asking the store for it would mean to count every point of the city.
 * Taking readings twice, or in another order, leads to the same, so the journal may be replayed from anywhere.
 */
export class HourBook implements Sink, HourView {
  readonly name = 'hours'
  readonly #file: HourFile
  readonly #pace: Pace
  readonly #now: () => EpochMs
  #rings = new Map<DeviceId, MinuteRing>()
  #changed = new Set<DeviceId>()
  #removed = new Set<DeviceId>()
  #since: EpochMs
  #startedEmpty = true
  #flushing: Promise<void> = Promise.resolve()

  constructor(options: { readonly file: string; readonly log: Log; readonly now: () => EpochMs; readonly pace?: Pace }) {
    this.#pace = options.pace ?? unhurried
    this.#file = new HourFile({ file: options.file, log: options.log, pace: this.#pace })
    this.#now = options.now
    this.#since = options.now()
  }

  /** Reads what the last run kept. Throws `DATA_FOLDER_UNUSABLE`. */
  async start(): Promise<void> {
    const { since, rings } = this.#file.open()
    this.#rings = rings
    this.#startedEmpty = since === undefined
    this.#since = since ?? this.#now()
  }

  /** Writes what is not written yet and closes the file. */
  async stop(): Promise<void> {
    try {
      await this.flush()
    } finally {
      this.#file.close()
    }
  }

  /** Nothing was known from before at the last start: whoever keeps this sink's cursor may set it to the journal's start. */
  get startedEmpty(): boolean {
    return this.#startedEmpty
  }

  get since(): EpochMs {
    return this.#since
  }

  of(device: DeviceId): DeviceHours | undefined {
    return this.#rings.get(device)
  }

  async take(batch: readonly Reading[]): Promise<void> {
    let taken = 0
    for (const reading of batch) {
      this.#takeOne(reading)
      if (++taken % READINGS_A_LOOK === 0 && this.#pace.spent) await this.#pace.rest()
    }
  }

  /** Forgets devices that are not in the directory any more, once an hour: one that leaves and comes back sooner keeps its hours. Answers how to stop. */
  follow(directory: Pick<DeviceDirectory, 'get'>, everyMs = HOUR_MS): () => void {
    const timer = setInterval(() => {
      for (const device of this.#rings.keys()) if (directory.get(device) === undefined) this.#forget(device)
    }, everyMs).unref()
    return () => clearInterval(timer)
  }

  /** Writes what changed since the last time; a device changes once a minute at most. Throws `DATA_FOLDER_UNUSABLE`, retryable. */
  flush(): Promise<void> {
    // One after another: whoever did not wait for one to end (a time-out, a stop) must not begin a transaction within its own.
    const mine = this.#flushing.then(() => this.#flushNow())
    this.#flushing = mine.catch(() => undefined)
    return mine
  }

  async #flushNow(): Promise<void> {
    const changed = this.#changed
    const removed = this.#removed
    this.#changed = new Set()
    this.#removed = new Set()
    try {
      await this.#file.write({ since: this.#since, changed: this.#ringsOf(changed), removed })
    } catch (error) {
      for (const device of changed) this.#changed.add(device)
      for (const device of removed) if (!this.#rings.has(device)) this.#removed.add(device)
      throw error
    }
  }

  *#ringsOf(devices: Iterable<DeviceId>): Generator<readonly [DeviceId, MinuteRing]> {
    for (const device of devices) {
      const ring = this.#rings.get(device)
      if (ring) yield [device, ring]
    }
  }

  #takeOne(reading: Reading): void {
    // A replayed journal knows of earlier times than the book's first start.
    if (reading.receivedAt < this.#since) this.#since = reading.receivedAt
    const at = Math.min(reading.likelyAt ?? reading.at, reading.receivedAt)
    let ring = this.#rings.get(reading.device)
    const isNew = ring === undefined
    if (ring === undefined) {
      ring = MinuteRing.begin(at)
      this.#rings.set(reading.device, ring)
      this.#removed.delete(reading.device)
    }
    if (ring.mark(at, reading.flags.outOfRange !== undefined) || isNew) this.#changed.add(reading.device)
  }

  #forget(device: DeviceId): void {
    this.#rings.delete(device)
    this.#changed.delete(device)
    this.#removed.add(device)
  }
}
