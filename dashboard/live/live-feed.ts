import { CellMembers } from './cell-members.ts'
import type { GatewayClock } from './gateway-clock.ts'
import { type Bounds, type Cover, cover } from './geohash.ts'
import { backOffMs, DELAY_SHOWN_FROM_MS, type LinkState, sameLinkState } from './link-state.ts'
import type { LiveSocket, OpenSocket } from './live-socket.ts'
import type { Mark } from './mark.ts'
import type { Marks } from './marks.ts'
import { Revisions } from './revisions.ts'
import { decodeTile, type Tile } from './tile-codec.ts'
import { cellOf, filterOf } from './tile-topics.ts'

/** No more subscriptions than this at a time. */
const MOST_FILTERS = 32
/** The longest hash subscribed to: a filter longer than the gateway's tiles would hear nothing. */
const LONGEST_CELL = 5
/** Part of the view's size kept around it, so that a small move needs no new subscriptions. */
const MARGIN = 0.15
/** A missed frame, or a snapshot that failed, asks for a snapshot, but not more often than this. */
const RESNAPSHOT_EVERY_MS = 2_000

/** Live state of a rectangle. */
export interface Snapshot {
  readonly revision: number
  readonly marks: readonly Mark[]
  /** When it was made, by the gateway's clock; absent where nothing in it tells. */
  readonly madeAtMs?: number
}

export interface LiveFeedOptions {
  readonly marks: Marks
  readonly clock: GatewayClock
  /** The page's clock, milliseconds since the epoch. */
  readonly now: () => number
  readonly random: () => number
  /** Fetches live state. Rejects when the gateway cannot be reached. */
  readonly snapshot: (bounds: Bounds, signal: AbortSignal) => Promise<Snapshot>
  /** Signs in with a fresh ticket and connects. Rejects when either fails. */
  readonly open: OpenSocket
}

/**
 * Keeps `Marks` true for the rectangle the map shows: subscribes to the tiles that cover it, takes a snapshot to start from, follows the tiles, notices a missed one and a broken or
 * silent link, and comes back by itself with a new ticket.
 */
export class LiveFeed {
  readonly #options: LiveFeedOptions
  readonly #revisions = new Revisions()
  readonly #members = new CellMembers()
  readonly #listeners = new Set<() => void>()
  #state: LinkState = { phase: 'connecting' }
  #cover: Cover | undefined
  #socket: LiveSocket | undefined
  #subscribed = new Set<string>()
  #failures = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #tick: ReturnType<typeof setInterval> | undefined
  #snapshotting: AbortController | undefined
  #snapshotDueMs: number | undefined
  #clearingDueMs: number | undefined
  #loaded = false
  #heardAtMs = 0
  #delayMs = 0
  /** Grows with every attempt to connect: what an older one still brings is thrown away. */
  #attempt = 0

  constructor(options: LiveFeedOptions) {
    this.#options = options
  }

  get state(): LinkState {
    return this.#state
  }

  /** A snapshot has been applied: an empty map now means an empty city. */
  get loaded(): boolean {
    return this.#loaded
  }

  /** Calls back when `state` or `loaded` changes; answers how to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(): void {
    this.#tick = setInterval(() => this.#everySecond(), 1_000)
    void this.#connect()
  }

  stop(): void {
    clearInterval(this.#tick)
    clearTimeout(this.#retry)
    this.#attempt += 1
    this.#snapshotting?.abort()
    this.#socket?.close()
    this.#socket = undefined
  }

  /** The map shows this rectangle now. */
  look(view: Bounds): void {
    const east = (view.east - view.west) * MARGIN
    const north = (view.north - view.south) * MARGIN
    const wide = { west: view.west - east, south: view.south - north, east: view.east + east, north: view.north + north }
    const next = cover(wide, MOST_FILTERS, LONGEST_CELL)
    if (this.#cover && next.cells.join() === this.#cover.cells.join()) return
    this.#cover = next
    this.#subscribe()
    this.#takeSnapshot()
  }

  /** The page is seen again after a while in the background: what was missed is fetched, a lost link is tried at once. */
  resume(): void {
    this.#options.clock.reset()
    if (this.#socket) this.#takeSnapshot()
    else this.retryNow()
  }

  /** Does not wait for the next attempt. */
  retryNow(): void {
    if (this.#socket || this.#state.phase === 'connecting') return
    clearTimeout(this.#retry)
    this.#failures = 0
    void this.#connect()
  }

  async #connect(): Promise<void> {
    this.#attempt += 1
    const attempt = this.#attempt
    const current = () => attempt === this.#attempt
    try {
      const socket = await this.#options.open({
        onTile: (topic, payload) => current() && this.#heardTile(topic, payload),
        onHeard: () => {
          if (current()) this.#heardAtMs = this.#options.now()
        },
        onClose: () => current() && this.#lost(),
      })
      if (!current()) {
        socket.close()
        return
      }
      this.#connected(socket)
    } catch {
      if (current()) this.#lost()
    }
  }

  #connected(socket: LiveSocket): void {
    this.#socket = socket
    this.#failures = 0
    this.#heardAtMs = this.#options.now()
    this.#delayMs = 0
    this.#subscribed = new Set()
    this.#revisions.reset()
    this.#members.reset()
    this.#clearingDueMs = undefined
    this.#options.clock.reset()
    this.#options.marks.beginAnew()
    this.#become({ phase: 'live' })
    this.#subscribe()
    // Subscribed first, then the snapshot: what happens between the two is in both, and nothing is in neither.
    this.#takeSnapshot()
  }

  #lost(): void {
    this.#attempt += 1
    this.#socket?.close()
    this.#socket = undefined
    this.#failures += 1
    const waitMs = backOffMs(this.#failures, this.#options.random)
    const sinceMs = this.#state.phase === 'offline' ? this.#state.sinceMs : this.#options.now()
    this.#become({ phase: 'offline', sinceMs, retryAtMs: this.#options.now() + waitMs })
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => void this.#connect(), waitMs)
    // The map may be filled even while the live link is not there.
    if (!this.#loaded) this.#takeSnapshot()
  }

  #subscribe(): void {
    if (!this.#socket || !this.#cover) return
    const { org } = this.#socket
    const wanted = new Set(this.#cover.cells.map(cell => filterOf(org, cell)))
    const gone = [...this.#subscribed].filter(filter => !wanted.has(filter))
    const fresh = [...wanted].filter(filter => !this.#subscribed.has(filter))
    this.#subscribed = wanted
    if (fresh.length > 0) this.#socket.subscribe(fresh)
    if (gone.length > 0) this.#socket.unsubscribe(gone)
    const cells = this.#cover.cells
    const heard = (topic: string) => cells.some(cell => cellOf(topic).startsWith(cell))
    this.#revisions.keepOnly(heard)
    this.#members.keepOnly(heard)
  }

  /** Subscribes once more to where something is unclear, which brings the cells' snapshots with the numbers of their marks; names, routes and who is gone come with the other snapshot. */
  #clearUp(): void {
    this.#clearingDueMs = undefined
    if (!this.#socket || !this.#cover || !this.#members.unclear) return
    const { org } = this.#socket
    const unclear = this.#members.takeUnclear().map(cellOf)
    this.#socket.subscribe(this.#cover.cells.filter(cell => unclear.some(hash => hash.startsWith(cell))).map(cell => filterOf(org, cell)))
    this.#takeSnapshot()
  }

  #takeSnapshot(): void {
    if (!this.#cover) return
    this.#snapshotDueMs = undefined
    this.#snapshotting?.abort()
    const asked = new AbortController()
    this.#snapshotting = asked
    const { bounds } = this.#cover
    this.#options.snapshot(bounds, asked.signal).then(
      ({ marks, revision, madeAtMs }) => {
        if (asked.signal.aborted) return
        // Where nothing moves no tile comes for minutes: a page whose clock is wrong must not call everything stale until then.
        if (madeAtMs !== undefined) this.#options.clock.heard(madeAtMs)
        this.#options.marks.applySnapshot(marks, revision, bounds)
        this.#revisions.snapshotTaken(revision)
        if (!this.#loaded) {
          this.#loaded = true
          this.#tellListeners()
        }
      },
      () => {
        if (!asked.signal.aborted) this.#snapshotDueMs = this.#options.now() + RESNAPSHOT_EVERY_MS
      },
    )
  }

  #heardTile(topic: string, payload: Uint8Array): void {
    const tile = readTile(payload)
    if (!tile) return
    this.#delayMs = this.#options.clock.heard(tile.sentAtMs)
    const succession = this.#revisions.take(topic, tile)
    if (succession === 'old') return
    if (succession === 'missed') this.#members.missed(topic)
    this.#options.marks.applyTile(topic, { ...tile, marks: this.#members.marksOf(topic, tile) })
    if (this.#members.unclear) this.#clearingDueMs ??= this.#options.now() + RESNAPSHOT_EVERY_MS
  }

  #everySecond(): void {
    const now = this.#options.now()
    this.#options.marks.sweep()
    if (this.#snapshotDueMs !== undefined && this.#snapshotDueMs <= now) this.#takeSnapshot()
    if (this.#clearingDueMs !== undefined && this.#clearingDueMs <= now) this.#clearUp()
    if (!this.#socket) return
    this.#socket.ping()
    const delay = Math.max(this.#delayMs, now - this.#heardAtMs)
    this.#become(delay >= DELAY_SHOWN_FROM_MS ? { phase: 'delayed', seconds: Math.round(delay / 1_000) } : { phase: 'live' })
  }

  #become(state: LinkState): void {
    if (sameLinkState(state, this.#state)) return
    this.#state = state
    this.#tellListeners()
  }

  #tellListeners(): void {
    for (const listener of this.#listeners) listener()
  }
}

function readTile(payload: Uint8Array): Tile | undefined {
  try {
    return decodeTile(payload)
  } catch {
    // A frame that is no tile is passed over: its topic's next one tells by its revision that one is missing.
    return undefined
  }
}
