const FIRST = 5_000
const SMALLEST = 50
const LARGEST = 20_000
/** Taken faster than this: worth trying more at once. Slower than the second: too much at once. */
const QUICK_MS = 250
const SLOW_MS = 2_000
/** Full batches that have to go well before a size that once failed is tried again; doubles with each failure. */
const FIRST_PATIENCE = 20
const LONGEST_PATIENCE = 1_000

/**
 * How many readings a sink is handed at once: twice as many while it takes full batches quickly, half when it is slow, a quarter when it did not answer in time. The size
 * that failed is not tried again before long: each try may cost a time-out.
 */
export class BatchSize {
  #readings = FIRST
  #ceiling = LARGEST
  #patience = FIRST_PATIENCE
  #good = 0
  /** Even the smallest batch failed: the store was away, and nothing was learnt about sizes. */
  #outage = false

  get readings(): number {
    return this.#readings
  }

  /** A batch was taken. A small one that went quickly says nothing of larger ones. */
  taken(readings: number, ms: number): void {
    if (this.#outage) {
      this.#outage = false
      this.#ceiling = LARGEST
      this.#patience = FIRST_PATIENCE
    }
    if (readings < this.#readings) return
    if (ms > SLOW_MS) this.#set(this.#readings / 2)
    else if (ms < QUICK_MS) {
      if (++this.#good >= this.#patience) this.#raise()
      this.#set(this.#readings * 2)
    }
  }

  /** A batch of so many was not taken; `ms` is how long that took to be known. A refusal that comes at once has nothing to do with the size. */
  failed(readings: number, ms: number): void {
    if (ms <= SLOW_MS) return
    const size = Math.min(readings, this.#readings)
    if (size <= SMALLEST) this.#outage = true
    this.#ceiling = Math.max(SMALLEST, Math.floor(size / 2))
    this.#patience = Math.min(LONGEST_PATIENCE, this.#patience * 2)
    this.#good = 0
    this.#set(size / 4)
  }

  #raise(): void {
    this.#good = 0
    this.#ceiling = Math.min(LARGEST, this.#ceiling * 2)
  }

  #set(readings: number): void {
    this.#readings = Math.min(this.#ceiling, Math.max(SMALLEST, Math.floor(readings)))
  }
}
