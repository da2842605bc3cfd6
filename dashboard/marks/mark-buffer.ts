import type { WorldPlace } from './mercator.ts'

/** How one mark is drawn. Places are of the world, 0 to 1. */
export interface MarkPose {
  /** Where it glides from; where it stands already it is the same as `to`. */
  readonly from: WorldPlace
  readonly to: WorldPlace
  /** When the glide began, by a steady clock, milliseconds. */
  readonly startMs: number
  /** Degrees clockwise from north. */
  readonly turn: number
  /** Number of its picture in the atlas. */
  readonly sprite: number
  /** 0 to 1. */
  readonly opacity: number
  /** 0 to `RANKS` − 1: a higher one is drawn above a lower one. */
  readonly rank: number
}

/** A mark near a place, and how far from it in parts of the world. */
export interface NearMark {
  readonly key: string
  readonly distance: number
}

export const RANKS = 4
/** Numbers of a mark in what goes to the graphics card: from (2), to (2), start, turn, sprite, opacity. */
export const FLOATS = 8
const FIRST_SIZE = 256
const ABSENT = 255
/**
 * What goes to the graphics card has 24 bits: places are told from an anchor, times from a base. Within a two-thousandth of the world from the anchor (more than a city) a place is right to
 * 0.01 pixels at the nearest zoom; farther away from where one looks the map is never that near.
 */
const ANCHOR_REACH = 1 / 2_048
const LONGEST_SINCE_BASE_MS = 600_000

/**
 * The marks as numbers, one slot each, as the graphics card takes them, and exactly, to be asked where one is. Slots change only where a mark changed, so that little has to be handed over:
 * the way between two places is worked out by the graphics card.
 */
export class MarkBuffer {
  readonly #glideMs: number
  readonly #slots = new Map<string, number>()
  readonly #free: number[] = []
  #keys: (string | undefined)[] = []
  #exact = new Float64Array(FIRST_SIZE * 5)
  #data = new Float32Array(FIRST_SIZE * FLOATS)
  #ranks = new Uint8Array(FIRST_SIZE).fill(ABSENT)
  #order = new Uint32Array(0)
  readonly #ends = new Uint32Array(RANKS)
  #reorder = true
  #anchor: WorldPlace = { x: 0.5, y: 0.5 }
  #baseMs = 0
  #dirtyFrom = 0
  #dirtyTo = 0
  readonly #speeds = { sinceMs: Number.NEGATIVE_INFINITY, now: 0, before: 0 }
  #movesUntilMs = Number.NEGATIVE_INFINITY

  /** `glideMs`: how long each glide takes. */
  constructor(glideMs: number) {
    this.#glideMs = glideMs
  }

  get size(): number {
    return this.#slots.size
  }

  /** What goes to the graphics card. */
  get data(): Float32Array {
    return this.#data
  }

  get anchor(): WorldPlace {
    return this.#anchor
  }

  get baseMs(): number {
    return this.#baseMs
  }

  /** After this nothing glides any more. */
  get movesUntilMs(): number {
    return this.#movesUntilMs
  }

  /** Of what glides or glided a moment ago: the fastest, in parts of the world a millisecond. */
  get fastest(): number {
    return Math.max(this.#speeds.now, this.#speeds.before)
  }

  has(key: string): boolean {
    return this.#slots.has(key)
  }

  slotOf(key: string | undefined): number | undefined {
    return key === undefined ? undefined : this.#slots.get(key)
  }

  keys(): Iterable<string> {
    return this.#slots.keys()
  }

  put(key: string, pose: MarkPose): void {
    let slot = this.#slots.get(key)
    if (slot === undefined) {
      slot = this.#free.pop() ?? this.#keys.length
      if (slot * FLOATS >= this.#data.length) this.#grow()
      this.#slots.set(key, slot)
      this.#keys[slot] = key
    }
    this.#exact.set([pose.from.x, pose.from.y, pose.to.x, pose.to.y, pose.startMs], slot * 5)
    this.#data.set([pose.turn, pose.sprite, pose.opacity], slot * FLOATS + 5)
    if (this.#ranks[slot] !== pose.rank) this.#reorder = true
    this.#ranks[slot] = pose.rank
    this.#round(slot)
    this.#touch(slot, slot + 1)
    this.#noteGlide(pose)
  }

  /** Whether there was such a mark. */
  remove(key: string): boolean {
    const slot = this.#slots.get(key)
    if (slot === undefined) return false
    this.#slots.delete(key)
    this.#keys[slot] = undefined
    this.#ranks[slot] = ABSENT
    this.#free.push(slot)
    this.#reorder = true
    return true
  }

  /** Moves anchor and base where the centre of the map, or time, went too far from them. Call before handing over. */
  settle(centre: WorldPlace, nowMs: number): void {
    const far = Math.max(Math.abs(centre.x - this.#anchor.x), Math.abs(centre.y - this.#anchor.y)) > ANCHOR_REACH
    if (!far && nowMs - this.#baseMs < LONGEST_SINCE_BASE_MS) return
    if (far) this.#anchor = centre
    this.#baseMs = nowMs
    for (const slot of this.#slots.values()) this.#round(slot)
    this.touchAll()
  }

  /** The part of `data` that changed since it was asked for last, in slots; undefined: nothing did. */
  takeDirty(): { readonly from: number; readonly to: number } | undefined {
    if (this.#dirtyFrom >= this.#dirtyTo) return undefined
    const dirty = { from: this.#dirtyFrom, to: this.#dirtyTo }
    this.#dirtyFrom = 0
    this.#dirtyTo = 0
    return dirty
  }

  /** All has to be handed over again. */
  touchAll(): void {
    this.#touch(0, this.#keys.length)
    this.#reorder = true
  }

  /** The slots in the order they are drawn in, lowest rank first; undefined: the same as when it was asked for last. */
  takeOrder(): Uint32Array | undefined {
    if (!this.#reorder) return undefined
    this.#reorder = false
    const counts = new Uint32Array(RANKS)
    for (const slot of this.#slots.values()) count(counts, this.#ranks[slot] ?? 0)
    let end = 0
    const next = counts.map(number => {
      end += number
      return end - number
    })
    this.#order = new Uint32Array(this.#slots.size)
    for (let slot = 0; slot < this.#keys.length; slot += 1) {
      const rank = this.#ranks[slot] ?? ABSENT
      if (rank === ABSENT) continue
      this.#order[next[rank] ?? 0] = slot
      count(next, rank)
    }
    this.#ends.set(next)
    return this.#order
  }

  /** Where a rank lies in the order that was taken last. */
  rangeOf(rank: number): { readonly from: number; readonly to: number } {
    return { from: rank === 0 ? 0 : (this.#ends[rank - 1] ?? 0), to: this.#ends[rank] ?? 0 }
  }

  /** The marks within reach of a place at a moment, the nearest first. */
  near(place: WorldPlace, reach: number, nowMs: number): readonly NearMark[] {
    const found: NearMark[] = []
    // Asked with every move of the pointer: plain numbers, nothing made for each mark.
    const exact = this.#exact
    for (const [key, slot] of this.#slots) {
      const at = slot * 5
      const share = Math.min(1, Math.max(0, (nowMs - (exact[at + 4] ?? 0)) / this.#glideMs))
      const fromX = exact[at] ?? 0
      const x = Math.abs(fromX + ((exact[at + 2] ?? 0) - fromX) * share - place.x)
      if (x > reach) continue
      const fromY = exact[at + 1] ?? 0
      const y = Math.abs(fromY + ((exact[at + 3] ?? 0) - fromY) * share - place.y)
      if (y > reach) continue
      const distance = Math.hypot(x, y)
      if (distance <= reach) found.push({ key, distance })
    }
    return found.sort((a, b) => a.distance - b.distance)
  }

  #noteGlide({ from, to, startMs }: MarkPose): void {
    const way = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y))
    if (way === 0) return
    this.#movesUntilMs = Math.max(this.#movesUntilMs, startMs + this.#glideMs)
    const speeds = this.#speeds
    if (startMs - speeds.sinceMs > this.#glideMs) {
      speeds.before = startMs - speeds.sinceMs > 2 * this.#glideMs ? 0 : speeds.now
      speeds.now = 0
      speeds.sinceMs = startMs
    }
    speeds.now = Math.max(speeds.now, way / this.#glideMs)
  }

  /** Writes the exact numbers as the graphics card takes them. */
  #round(slot: number): void {
    const exact = slot * 5
    const data = slot * FLOATS
    const { x, y } = this.#anchor
    for (let part = 0; part < 4; part += 1) this.#data[data + part] = (this.#exact[exact + part] ?? 0) - (part % 2 === 0 ? x : y)
    // What stands has no beginning: it must not come near the end of what 24 bits can tell.
    const seconds = ((this.#exact[exact + 4] ?? 0) - this.#baseMs) / 1_000
    this.#data[data + 4] = Math.max(-1e4, seconds)
  }

  #touch(from: number, to: number): void {
    if (this.#dirtyFrom >= this.#dirtyTo) {
      this.#dirtyFrom = from
      this.#dirtyTo = to
      return
    }
    this.#dirtyFrom = Math.min(this.#dirtyFrom, from)
    this.#dirtyTo = Math.max(this.#dirtyTo, to)
  }

  #grow(): void {
    const [exact, data, ranks] = [this.#exact, this.#data, this.#ranks]
    this.#exact = new Float64Array(exact.length * 2)
    this.#data = new Float32Array(data.length * 2)
    this.#ranks = new Uint8Array(ranks.length * 2).fill(ABSENT)
    this.#exact.set(exact)
    this.#data.set(data)
    this.#ranks.set(ranks)
    this.touchAll()
  }
}

function count(counts: Uint32Array, rank: number): void {
  counts[rank] = (counts[rank] ?? 0) + 1
}
