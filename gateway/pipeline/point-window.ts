import type { EpochMs, JournalOffset } from '../model/frame.ts'
import { checkOf, subOf } from './fingerprint.ts'

/** What a window knows of a point. */
export type Seen = 'new' | 'again' | 'duplicate' | 'collision'

/** Words of a slot: low half of the time; sub and high bits of the offset; check; low half of the offset; next slot of the chain. */
const WORDS = 5
const TIME = 0
const SUB = 1
const CHECK = 2
const OFFSET = 3
const NEXT = 4
const NONE = -1
const SUB_BITS = 20
const SUB_MASK = 0xfffff
const LOW = 0x1_0000_0000

/**
 * The newest points of one device: a ring of 20 bytes each with a hash index, all in one typed array, so that a hundred thousand windows are a hundred thousand
 * objects for the garbage collector and not ten million. A point is known by its time, its `sub` and a check of its content: 84 bits in all.
 */
export class PointWindow {
  /** Slots, then the heads of the chains. */
  #data: Int32Array
  #capacity: number
  #used = 0
  #oldest = 0
  /** Of the frame that was looked at last: tells which device was silent longest. */
  lastOffset: JournalOffset = 0

  /** `capacity` is a power of two. */
  constructor(capacity: number) {
    this.#capacity = capacity
    this.#data = emptyData(capacity)
  }

  get capacity(): number {
    return this.#capacity
  }

  get isFull(): boolean {
    return this.#used === this.#capacity
  }

  /** The oldest point bears this time too: then, most likely, all between do. */
  oldestIsOf(at: EpochMs): boolean {
    return this.#used > 0 && this.#data[this.#oldest * WORDS + TIME] === lowHalf(at)
  }

  /**
   * Looks for a point, and remembers it if it is new or collides. `duplicate`: an earlier frame brought it. `again`: this very frame did, and is decoded once more.
   * `collision`: a reading of other content has its time and `sub`.
   */
  see(at: EpochMs, print: number, offset: JournalOffset): Seen {
    this.lastOffset = offset
    const time = lowHalf(at)
    const sub = subOf(print)
    const check = checkAt(at, print)
    const data = this.#data
    let seen: Seen = 'new'
    for (let slot = this.#head(time, sub); slot !== NONE; slot = data[slot + NEXT] ?? NONE) {
      if (data[slot + TIME] !== time || ((data[slot + SUB] ?? 0) & SUB_MASK) !== sub) continue
      if (data[slot + CHECK] !== check) {
        seen = 'collision'
        continue
      }
      const first = offsetIn(data, slot)
      if (first < offset) return 'duplicate'
      // An older frame decoded again: from now on it is the one that brought the point.
      if (first > offset) putOffset(data, slot, offset)
      return 'again'
    }
    this.#add(time, sub, check, offset)
    return seen
  }

  /** Whether any remembered point of this time has this `sub` by nature. */
  holds(at: EpochMs, sub: number): boolean {
    const time = lowHalf(at)
    for (let slot = this.#head(time, sub); slot !== NONE; slot = this.#data[slot + NEXT] ?? NONE) {
      if (this.#data[slot + TIME] === time && ((this.#data[slot + SUB] ?? 0) & SUB_MASK) === sub) return true
    }
    return false
  }

  /** Prints of the remembered points with this time and `sub`. */
  printsOf(at: EpochMs, sub: number): readonly number[] {
    const time = lowHalf(at)
    const data = this.#data
    const prints: number[] = []
    for (let slot = this.#head(time, sub); slot !== NONE; slot = data[slot + NEXT] ?? NONE) {
      if (data[slot + TIME] !== time || ((data[slot + SUB] ?? 0) & SUB_MASK) !== sub) continue
      prints.push(sub * LOW + (((data[slot + CHECK] ?? 0) ^ timeSalt(at)) >>> 0))
    }
    return prints
  }

  /** Makes room for more points, or for fewer: then the oldest are forgotten. */
  resize(capacity: number): void {
    const before = this.#data
    const kept = Math.min(this.#used, capacity)
    const skipped = this.#used - kept
    const first = this.#oldest
    const ring = this.#capacity
    this.#data = emptyData(capacity)
    this.#capacity = capacity
    this.#used = 0
    this.#oldest = 0
    for (let index = skipped; index < skipped + kept; index++) {
      const slot = ((first + index) % ring) * WORDS
      this.#add(before[slot + TIME] ?? 0, (before[slot + SUB] ?? 0) & SUB_MASK, before[slot + CHECK] ?? 0, offsetIn(before, slot))
    }
  }

  #add(time: number, sub: number, check: number, offset: JournalOffset): void {
    let index = this.#used
    if (this.#used === this.#capacity) {
      index = this.#oldest
      this.#unlink(index * WORDS)
      this.#oldest = (index + 1) & (this.#capacity - 1)
    } else this.#used++
    const data = this.#data
    const slot = index * WORDS
    const head = this.#chain(time, sub)
    data[slot + TIME] = time
    data[slot + SUB] = sub
    data[slot + CHECK] = check
    putOffset(data, slot, offset)
    data[slot + NEXT] = data[head] ?? NONE
    data[head] = slot
  }

  #unlink(gone: number): void {
    const data = this.#data
    let link = this.#chain(data[gone + TIME] ?? 0, (data[gone + SUB] ?? 0) & SUB_MASK)
    while (data[link] !== gone && data[link] !== NONE) link = (data[link] ?? 0) + NEXT
    data[link] = data[gone + NEXT] ?? NONE
  }

  #head(time: number, sub: number): number {
    return this.#data[this.#chain(time, sub)] ?? NONE
  }

  /** Where the head of a chain stands. */
  #chain(time: number, sub: number): number {
    const mixed = Math.imul(time, 0x9e3779b1) ^ Math.imul(sub, 0x85ebca6b)
    return this.#capacity * WORDS + ((mixed ^ (mixed >>> 15)) & (this.#capacity - 1))
  }
}

function emptyData(capacity: number): Int32Array {
  const data = new Int32Array(capacity * (WORDS + 1))
  data.fill(NONE, capacity * WORDS)
  return data
}

function lowHalf(at: EpochMs): number {
  return at | 0
}

/** The upper bits of the time stand in the check. */
function checkAt(at: EpochMs, print: number): number {
  return checkOf(print) ^ timeSalt(at)
}

function timeSalt(at: EpochMs): number {
  return Math.imul(Math.floor(at / LOW), 0x27d4eb2f)
}

/** Offsets have 44 bits here: at a hundred thousand frames a second, five years and a half. */
function putOffset(data: Int32Array, slot: number, offset: JournalOffset): void {
  data[slot + OFFSET] = offset | 0
  data[slot + SUB] = ((data[slot + SUB] ?? 0) & SUB_MASK) | (Math.floor(offset / LOW) << SUB_BITS)
}

function offsetIn(data: Int32Array, slot: number): JournalOffset {
  return ((data[slot + SUB] ?? 0) >>> SUB_BITS) * LOW + ((data[slot + OFFSET] ?? 0) >>> 0)
}
