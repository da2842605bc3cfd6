import { type DeviceHours, HOUR_MS, HOURS_KEPT, MINUTE_MS } from '../model/hours.ts'

/** Bits of a word in use: two words make an hour of 60 minutes. */
const BITS = 30
const WORDS = 2 * HOURS_KEPT

/** What of a ring is written to disk. */
export interface RingParts {
  readonly firstAt: number
  /** The newest hour that holds anything. */
  readonly newest: number
  readonly heard: Uint32Array
  readonly outOfRange: Uint32Array | undefined
}

/** The minutes of one device's last 72 hours: a bit each for a reading, and for a value out of range. Setting one twice changes nothing, in whatever order they come. */
export class MinuteRing implements DeviceHours {
  #firstAt: number
  #newest: number
  readonly #heard: Uint32Array
  #outOfRange: Uint32Array | undefined

  constructor(parts: RingParts) {
    this.#firstAt = parts.firstAt
    this.#newest = parts.newest
    this.#heard = parts.heard
    this.#outOfRange = parts.outOfRange
  }

  /** A ring that begins at a moment. */
  static begin(at: number): MinuteRing {
    return new MinuteRing({ firstAt: minuteOf(at), newest: Math.floor(at / HOUR_MS), heard: new Uint32Array(WORDS), outOfRange: undefined })
  }

  /** A ring as it was written; undefined when the bytes are none. */
  static read(firstAt: number, newest: number, heard: Uint8Array, outOfRange: Uint8Array | undefined): MinuteRing | undefined {
    const words = wordsOf(heard)
    if (words === undefined || !Number.isSafeInteger(firstAt) || !Number.isSafeInteger(newest)) return undefined
    return new MinuteRing({ firstAt, newest, heard: words, outOfRange: outOfRange && wordsOf(outOfRange) })
  }

  get firstAt(): number {
    return this.#firstAt
  }

  get parts(): RingParts {
    return { firstAt: this.#firstAt, newest: this.#newest, heard: this.#heard, outOfRange: this.#outOfRange }
  }

  /** Takes a reading; answers whether anything changed. One older than the ring reaches changes nothing. */
  mark(at: number, outOfRange: boolean): boolean {
    const hour = Math.floor(at / HOUR_MS)
    if (hour <= this.#newest - HOURS_KEPT) return false
    if (hour > this.#newest) this.#advance(hour)
    const minute = Math.floor(at / MINUTE_MS) - hour * 60
    const earlier = minuteOf(at) < this.#firstAt
    if (earlier) this.#firstAt = minuteOf(at)
    const heard = setBit(this.#heard, hour, minute)
    if (outOfRange) this.#outOfRange ??= new Uint32Array(WORDS)
    const bad = outOfRange && this.#outOfRange !== undefined && setBit(this.#outOfRange, hour, minute)
    return heard || bad || earlier
  }

  partsHeard(hour: number, partMinutes: number, from = 0, to = 60): number {
    if (!this.#holds(hour)) return 0
    // Whole hours by the minute are most of what is asked.
    if (partMinutes === 1 && from <= 0 && to >= 60) return onesOf(this.#heard, hour)
    let parts = 0
    for (let start = Math.ceil(from / partMinutes) * partMinutes; start + partMinutes <= to; start += partMinutes) {
      if (anyBit(this.#heard, hour, start, start + partMinutes)) parts++
    }
    return parts
  }

  minutesOutOfRange(hour: number): number {
    if (this.#outOfRange === undefined || !this.#holds(hour)) return 0
    return onesOf(this.#outOfRange, hour)
  }

  #holds(hour: number): boolean {
    return hour <= this.#newest && hour > this.#newest - HOURS_KEPT
  }

  #advance(hour: number): void {
    for (let next = Math.max(this.#newest + 1, hour - HOURS_KEPT + 1); next <= hour; next++) {
      const word = wordOf(next)
      this.#heard.fill(0, word, word + 2)
      this.#outOfRange?.fill(0, word, word + 2)
    }
    this.#newest = hour
  }
}

function minuteOf(at: number): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS
}

/** The first word of an hour; hours before 1970 have a place too. */
function wordOf(hour: number): number {
  return 2 * (((hour % HOURS_KEPT) + HOURS_KEPT) % HOURS_KEPT)
}

function setBit(words: Uint32Array, hour: number, minute: number): boolean {
  const index = wordOf(hour) + (minute >= BITS ? 1 : 0)
  const bit = 1 << (minute % BITS)
  const before = words[index] ?? 0
  if ((before & bit) !== 0) return false
  words[index] = before | bit
  return true
}

function anyBit(words: Uint32Array, hour: number, from: number, to: number): boolean {
  const word = wordOf(hour)
  const low = (words[word] ?? 0) & mask(from, to)
  const high = (words[word + 1] ?? 0) & mask(from - BITS, to - BITS)
  return low !== 0 || high !== 0
}

/** Bits `from` to `to` of a word of 30. */
function mask(from: number, to: number): number {
  const first = Math.max(0, Math.min(BITS, from))
  const last = Math.max(0, Math.min(BITS, to))
  return ((1 << last) - 1) & ~((1 << first) - 1)
}

function onesOf(words: Uint32Array, hour: number): number {
  const word = wordOf(hour)
  return ones(words[word] ?? 0) + ones(words[word + 1] ?? 0)
}

/** How many bits are set. Source: H. S. Warren, Hacker's Delight (2nd ed., 2012), § 5-1. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return (((fours + (fours >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
}

/** Copied, for a database's bytes need not begin where words may. */
function wordsOf(bytes: Uint8Array): Uint32Array | undefined {
  return bytes.byteLength === WORDS * 4 ? new Uint32Array(Uint8Array.from(bytes).buffer) : undefined
}
