import { setTimeout as pause } from 'node:timers/promises'
import type { DeviceDirectory } from '../model/device.ts'
import type { Kind } from '../model/kind.ts'
import type { LiveView } from '../model/live.ts'
import type { Log } from '../model/log.ts'
import type { Greeter, Publisher, Subscription } from '../model/publisher.ts'
import { parseTopicFilter } from '../model/topic-filter.ts'
import type { Cell } from './cell.ts'
import { MapImage } from './map-image.ts'
import { loadTileCodec, type TileCodec } from './tile-codec.ts'
import { Turns } from './turns.ts'

const TICK_MS = 1_000
/** Frames handed to the broker and not yet written out, beyond which changes are gathered rather than queued. */
const MAX_IN_FLIGHT = 5_000

/** What tiles are made of, and who carries them. */
export interface TilePublisherOptions {
  readonly live: LiveView
  readonly directory: DeviceDirectory
  readonly publisher: Publisher
  /** Which kinds move, and by which fields they report alarms. */
  readonly kinds: Iterable<Kind>
  /** The gateway's clock, milliseconds since the epoch. */
  readonly now: () => number
  readonly log: Log
  /** From the beginning of a round to that of the next; a second unless told otherwise. */
  readonly everyMs?: number
}

/** Once a second tells subscribers of `live/v1/…` which devices changed, cell by cell; greets new ones with all that is in their cells. */
export class TilePublisher implements Greeter {
  readonly #publisher: Publisher
  readonly #image: MapImage
  readonly #now: () => number
  readonly #log: Log
  readonly #everyMs: number
  #codec: TileCodec | undefined
  #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #inFlight = 0
  #updating: Promise<void> | undefined
  /** Nobody listened in the last round, so whoever listens now is greeted with all there is and need not be told how it came about. */
  #unheard = true

  constructor(options: TilePublisherOptions) {
    this.#publisher = options.publisher
    this.#image = new MapImage(options)
    this.#now = options.now
    this.#log = options.log
    this.#everyMs = options.everyMs ?? TICK_MS
  }

  async start(): Promise<void> {
    this.#codec = await loadTileCodec()
    this.#stopping = new AbortController()
    this.#running = this.#run(this.#stopping.signal)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  /** One round; the next begins a second after this one did, or at once when it took longer: rounds never pile up. */
  async tick(): Promise<void> {
    const codec = this.#codec
    if (codec === undefined) return
    if (!this.#publisher.wantedBelow('live/v1')) {
      this.#unheard = true
      return
    }
    await this.#updateImage()
    if (this.#inFlight > MAX_IN_FLIGHT) return
    const turns = new Turns()
    for (const [org, cells] of this.#image.orgs) {
      const orgWanted = this.#publisher.wantedBelow(`live/v1/${org}`)
      for (const cell of cells.values()) {
        if (!cell.hasNews) continue
        if (orgWanted && this.#publisher.wanted(cell.topic)) this.#tell(cell, codec)
        else cell.dropNews()
        if (turns.over) await turns.next()
      }
    }
  }

  /** Sends a snapshot of every cell that the filter matches and the client may see. */
  async greet(subscription: Subscription): Promise<void> {
    const codec = this.#codec
    const filter = parseTopicFilter(subscription.filter)
    if (codec === undefined || filter === undefined || !['live', '+', '#'].includes(filter.levels[0] ?? '')) return
    await this.#updateImage()
    const cells = Array.from(this.#image.cells()).filter(cell => filter.matchesLevels(cell.levels))
    for (const cell of cells) {
      const frames = cell.snapshot(this.#now(), mark => subscription.permits(mark.org, mark.kind, mark.device))
      // The parts of one cell are handed over together, so that no frame of changes comes between them.
      const sent = await Promise.all(frames.map(frame => subscription.send(cell.topic, codec.encode(frame))))
      if (sent.includes(false)) return
    }
  }

  /** A round and a greeting that fall together share the work: what changes after it began is told in the next round. */
  #updateImage(): Promise<void> {
    this.#updating ??= this.#update().finally(() => {
      this.#updating = undefined
    })
    return this.#updating
  }

  async #update(): Promise<void> {
    await this.#image.update()
    if (!this.#unheard) return
    for (const cell of this.#image.cells()) cell.dropNews()
    this.#unheard = false
  }

  #tell(cell: Cell, codec: TileCodec): void {
    for (const frame of cell.takeChanges(this.#now())) {
      this.#inFlight += 1
      this.#publisher
        .publish(cell.topic, codec.encode(frame), { qos: 0 })
        .catch((error: unknown) =>
          this.#log.warn({ err: error, topic: cell.topic }, 'A tile could not be published; its subscribers see the gap and start anew'),
        )
        .finally(() => {
          this.#inFlight -= 1
        })
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const began = performance.now()
      try {
        await this.tick()
      } catch (error) {
        this.#log.error({ err: error }, 'Publishing tiles failed; the next round is in a second')
      }
      await pause(Math.max(0, this.#everyMs - (performance.now() - began)), undefined, { signal }).catch(() => undefined)
    }
  }
}
