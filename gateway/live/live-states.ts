import { GatewayError } from '../model/errors.ts'
import type { DeviceId } from '../model/ids.ts'
import type { LiveState, LiveView } from '../model/live.ts'
import type { Log } from '../model/log.ts'
import { type Pace, unhurried } from '../model/pace.ts'
import type { Presence } from '../model/presence.ts'
import type { Reading } from '../model/reading.ts'
import type { Sink } from '../model/sink.ts'
import { DeviceState } from './device-state.ts'
import { Heard } from './heard.ts'
import { isDamage, StateFile } from './state-file.ts'

/** Added to the stored revision at start: more than can have been given out after the last flush, so that a crash repeats no revision. */
const REVISION_GAP = 10_000_000

/** Readings taken between two looks at whether it is the turn of others. */
const READINGS_A_LOOK = 64
/** Devices without a state of which is remembered what was said of their being there; those first heard of go first. */
const MOST_UNSEEN = 100_000

/** Where live state is kept, and where its troubles are told. */
export interface LiveStatesOptions {
  /** The SQLite file, `live.db` in the data folder. */
  readonly file: string
  readonly log: Log
  /** When to let receipts have their turn. */
  readonly pace?: Pace
}

/**
 * The last known state of every device, in memory, merged field by field; a sink of readings and the port that others read.
 *
 * What a set of readings leads to does not depend on their order or on how often each is taken (see `stamp.ts`), so the journal may be replayed from anywhere.
 */
export class LiveStates implements Sink, LiveView {
  readonly name = 'live'
  readonly #file: StateFile
  readonly #log: Log
  readonly #pace: Pace
  readonly #states = new Map<DeviceId, DeviceState>()
  /** What was said of devices before their first reading. Lost at a stop: so are the connections that said it. */
  readonly #unseen = new Map<DeviceId, Heard>()
  #dirty = new Set<DeviceState>()
  #removed = new Set<DeviceId>()
  #revision = REVISION_GAP
  #startedEmpty = true
  #flushing: Promise<void> = Promise.resolve()

  constructor(options: LiveStatesOptions) {
    this.#file = new StateFile(options)
    this.#log = options.log
    this.#pace = options.pace ?? unhurried
  }

  /** Reads the states of the last run. A damaged file is put aside and the states start empty. Throws `DATA_FOLDER_UNUSABLE`. */
  async start(): Promise<void> {
    const { states, revision, empty } = this.#file.open()
    for (const state of states) this.#states.set(state.parts.device, state)
    this.#revision = revision + REVISION_GAP
    this.#startedEmpty = empty
    // Written before anything is given out: a crash before the first flush must not lead to the same revisions once more.
    await this.#writeOrExplain(new Set(), new Set())
    this.#log.info({ devices: states.length }, 'Last known states read')
  }

  /** Writes what is not yet written and closes the file. */
  async stop(): Promise<void> {
    try {
      await this.flush()
    } finally {
      this.#file.close()
    }
  }

  /** Nothing was known from before at the last start: whoever keeps this sink's cursor may set it to the journal's start, to have again what the journal still holds. */
  get startedEmpty(): boolean {
    return this.#startedEmpty
  }

  get revision(): number {
    return this.#revision
  }

  get size(): number {
    return this.#states.size
  }

  get(device: DeviceId): LiveState | undefined {
    return this.#states.get(device)?.view()
  }

  /** Every state, as it is when its turn comes: may be walked slowly, with other work in between. */
  *all(): Generator<LiveState, void, undefined> {
    for (const state of this.#states.values()) yield state.view()
  }

  async take(batch: readonly Reading[]): Promise<void> {
    let taken = 0
    for (const reading of batch) {
      this.#takeOne(reading)
      if (++taken % READINGS_A_LOOK === 0 && this.#pace.spent) await this.#pace.rest()
    }
  }

  /** Hears which devices are there and which are gone: a state is stale from that moment on, however young its values. Keeps the journal's order, before the readings of the same frames. */
  hear(presences: readonly Presence[]): void {
    for (const presence of presences) {
      const known = this.#states.get(presence.device)
      if (known === undefined) {
        this.#hearUnseen(presence)
        continue
      }
      if (known.hear(presence, this.#revision + 1)) this.#revision += 1
      this.#dirty.add(known)
    }
  }

  #hearUnseen(presence: Presence): void {
    const heard = this.#unseen.get(presence.device) ?? new Heard()
    heard.take(presence)
    this.#unseen.set(presence.device, heard)
    if (this.#unseen.size <= MOST_UNSEEN) return
    for (const oldest of this.#unseen.keys()) {
      this.#unseen.delete(oldest)
      return
    }
  }

  #takeOne(reading: Reading): void {
    const known = this.#states.get(reading.device)
    const revision = this.#revision + 1
    if (known === undefined) {
      const state = DeviceState.first(reading, revision, this.#unseen.get(reading.device))
      this.#unseen.delete(reading.device)
      this.#states.set(reading.device, state)
      this.#removed.delete(reading.device)
      this.#dirty.add(state)
    } else if (known.merge(reading, revision)) this.#dirty.add(known)
    else return
    this.#revision = revision
  }

  /** Drops the state of a device that was removed. Answers whether there was one. */
  forget(device: DeviceId): boolean {
    this.#unseen.delete(device)
    const state = this.#states.get(device)
    if (state === undefined) return false
    this.#states.delete(device)
    this.#dirty.delete(state)
    this.#removed.add(device)
    this.#revision += 1
    return true
  }

  /** Writes the states that changed since the last time, in one transaction. A damaged file is put aside and all states written anew. Throws `DATA_FOLDER_UNUSABLE`, retryable. */
  flush(): Promise<void> {
    const mine = this.#flushing.then(() => this.#flushNow())
    this.#flushing = mine.catch(() => undefined)
    return mine
  }

  async #flushNow(): Promise<void> {
    if (this.#dirty.size === 0 && this.#removed.size === 0) return
    const changed = this.#dirty
    const removed = this.#removed
    this.#dirty = new Set()
    this.#removed = new Set()
    try {
      await this.#writeOrExplain(changed, removed)
    } catch (error) {
      this.#giveBack(changed, removed)
      throw error
    }
  }

  async #writeOrExplain(changed: ReadonlySet<DeviceState>, removed: ReadonlySet<DeviceId>): Promise<void> {
    try {
      await this.#write(changed, removed)
    } catch (cause) {
      if (cause instanceof GatewayError) throw cause
      throw new GatewayError('DATA_FOLDER_UNUSABLE', 'Last known states can not be written; check the space and rights of the data folder', {
        retryable: true,
        cause,
      })
    }
  }

  async #write(changed: ReadonlySet<DeviceState>, removed: ReadonlySet<DeviceId>): Promise<void> {
    try {
      await this.#file.write({ changed, removed, revision: this.#revision })
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#file.replace(error)
      await this.#file.write({ changed: new Set(this.#states.values()), removed, revision: this.#revision })
    }
  }

  /** What could not be written is still to be written, unless something newer happened to it meanwhile. */
  #giveBack(changed: ReadonlySet<DeviceState>, removed: ReadonlySet<DeviceId>): void {
    for (const state of changed) if (this.#states.get(state.parts.device) === state) this.#dirty.add(state)
    for (const device of removed) if (!this.#states.has(device)) this.#removed.add(device)
  }
}
