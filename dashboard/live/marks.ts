import { type Bounds, geohash, inside } from './geohash.ts'
import { type Glide, glideTo, type Mark, type MarkState, type Place, placeOf } from './mark.ts'
import type { Tile } from './tile-codec.ts'
import { cellOf, orgOf } from './tile-topics.ts'

/** Marks of the view, newest fix each, and how they glide. Told by snapshots and tiles; read by the map's drawing and by the legend's counts. */
export class Marks {
  readonly #now: () => number
  readonly #marks = new Map<string, Mark>()
  readonly #glides = new Map<string, Glide>()
  /** Marks whose cell said they left, and when to take them off unless another cell has them by then. */
  readonly #leaving = new Map<string, number>()
  /** Changed since the drawing last asked. */
  #touched = new Set<string>()
  #removed = new Set<string>()

  /** `now`: a steady clock in milliseconds, for the glide. */
  constructor(options: { readonly now: () => number }) {
    this.#now = options.now
  }

  get size(): number {
    return this.#marks.size
  }

  get(device: string): Mark | undefined {
    return this.#marks.get(device)
  }

  all(): Iterable<Mark> {
    return this.#marks.values()
  }

  /** The glide a mark is on, or was on last; undefined where it stands. */
  glide(device: string): Glide | undefined {
    return this.#glides.get(device)
  }

  /** Where a mark is drawn now. A glide that has arrived is forgotten. */
  place(device: string): Place | undefined {
    const mark = this.#marks.get(device)
    if (!mark) return undefined
    const place = placeOf(mark, this.#glides.get(device), this.#now())
    if (place.arrived) this.#glides.delete(device)
    return place
  }

  /** What changed since the last call: marks to draw anew, and marks to take off. */
  takeChanges(): { readonly touched: ReadonlySet<string>; readonly removed: ReadonlySet<string> } {
    const changes = { touched: this.#touched, removed: this.#removed }
    this.#touched = new Set()
    this.#removed = new Set()
    return changes
  }

  /** A tile came. Marks older than what is known change nothing. */
  applyTile(topic: string, tile: Tile): void {
    const org = orgOf(topic)
    for (const told of tile.marks) {
      if (told.gone) {
        this.#left(told.device, topic)
        continue
      }
      const known = this.#marks.get(told.device)
      const at = tile.sentAtMs - told.ageMs
      if (known && at < known.at) continue
      this.#put({
        device: told.device,
        kind: told.kind,
        org,
        ...(known?.name !== undefined && { name: known.name }),
        ...(known?.route !== undefined && { route: known.route }),
        lat: told.lat,
        lon: told.lon,
        at,
        ...(told.heading !== undefined && { heading: told.heading }),
        ...(told.speedKmh !== undefined && { speedKmh: told.speedKmh }),
        flagged: told.flagged,
        simulated: told.simulated,
        gone: told.stale,
        revision: tile.revision,
        topic,
      })
    }
  }

  /** A snapshot of a rectangle came: it is the truth up to its revision, tiles after it stay. */
  applySnapshot(marks: readonly Mark[], revision: number, bounds: Bounds): void {
    const told = new Set<string>()
    for (const mark of marks) {
      told.add(mark.device)
      const known = this.#marks.get(mark.device)
      if (known && known.revision > revision) {
        // The tile is newer, but only a snapshot knows the name and the route.
        const { name = known.name, route = known.route } = mark
        if (known.name !== name || known.route !== route) {
          this.#put({ ...known, ...(name !== undefined && { name }), ...(route !== undefined && { route }) })
        }
      } else this.#put(mark)
    }
    for (const mark of this.#marks.values()) {
      if (told.has(mark.device)) continue
      if (mark.revision <= revision || !inside(bounds, mark.lat, mark.lon)) this.#remove(mark.device)
    }
  }

  /** Takes off what has left its cell and turned up in no other. Call about once a second. */
  sweep(): void {
    const now = this.#now()
    for (const [device, dueMs] of this.#leaving) if (dueMs <= now) this.#remove(device)
  }

  /** A new connection begins: the gateway may have started anew and count revisions from the beginning, so the next snapshot is the truth whatever its revision. */
  beginAnew(): void {
    for (const [device, { topic: _, ...mark }] of this.#marks) this.#marks.set(device, { ...mark, revision: 0 })
  }

  #put(mark: Mark): void {
    const drawn = this.place(mark.device)
    this.#marks.set(mark.device, mark)
    this.#leaving.delete(mark.device)
    this.#removed.delete(mark.device)
    this.#touched.add(mark.device)
    const glide = drawn && glideTo(drawn, mark, this.#now())
    if (glide) this.#glides.set(mark.device, glide)
    else this.#glides.delete(mark.device)
  }

  /** A cell says that a device left it. The cell it went to may tell a moment later: waiting for that keeps its glide whole. */
  #left(device: string, topic: string): void {
    const mark = this.#marks.get(device)
    if (!mark) return
    const cell = cellOf(topic)
    const here = mark.topic === undefined ? geohash(mark.lat, mark.lon, cell.length) === cell : mark.topic === topic
    if (here) this.#leaving.set(device, this.#now() + LEAVE_AFTER_MS)
  }

  #remove(device: string): void {
    this.#marks.delete(device)
    this.#glides.delete(device)
    this.#leaving.delete(device)
    this.#touched.delete(device)
    this.#removed.add(device)
  }
}

/** Longer than the second between two tiles. */
const LEAVE_AFTER_MS = 2_500

const DAY_SECONDS = 86_400

/** The state of a mark at a moment by the gateway's clock. Offline is what said that it is gone, was never heard of, or is silent for a day; what reports rarely, for twice its time. */
export function stateOf(mark: Mark, staleAfterSeconds: number, gatewayNowMs: number): MarkState {
  const silentSeconds = (gatewayNowMs - mark.at) / 1_000
  if (mark.gone || silentSeconds > Math.max(DAY_SECONDS, staleAfterSeconds * 2)) return 'offline'
  if (silentSeconds > staleAfterSeconds) return 'stale'
  return mark.flagged ? 'flagged' : 'fresh'
}

/** Of the time a kind may be silent: how long a mark stays as it was. */
const UNFADED = 0.5
/** From then on it fades in so many steps, this much each. */
const FADE_STEPS = 4
const FADE_STEP = 0.1

/** How visible a mark is, 0 to 1. One that is silent for half the time its kind allows fades step by step, so that nobody takes it for one that was heard of just now; stale ones look otherwise as it is. */
export function visibilityOf(mark: Mark, staleAfterSeconds: number, gatewayNowMs: number): number {
  const share = (gatewayNowMs - mark.at) / 1_000 / staleAfterSeconds
  if (mark.gone || share <= UNFADED || share > 1) return 1
  return 1 - FADE_STEP * Math.ceil(((share - UNFADED) / (1 - UNFADED)) * FADE_STEPS)
}
