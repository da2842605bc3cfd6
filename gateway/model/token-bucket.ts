/** One, save for what sums of fractions lose. */
const enough = 1 - 1e-6

/** So much a second on the long run, and so much at once after a silence. */
export class TokenBucket {
  readonly #perSecond: number
  readonly #most: number
  readonly #clock: () => number
  #left: number
  #at: number

  /** `clock` tells milliseconds that never go back. */
  constructor(options: { readonly perSecond: number; readonly burst: number; readonly clock: () => number }) {
    this.#perSecond = options.perSecond
    this.#most = options.burst
    this.#clock = options.clock
    this.#left = options.burst
    this.#at = options.clock()
  }

  /** Takes `amount` if anything is left, even if it is more than that: the debt is waited for by whoever comes next. So what is larger than the burst passes too. */
  take(amount = 1): boolean {
    if (this.waitMs > 0) return false
    this.#left -= amount
    return true
  }

  /** Takes one in any case, and tells how many milliseconds to wait for it: those who ask one after the other are spread. */
  reserve(): number {
    this.#refill()
    this.#left--
    return this.#left >= -1e-6 ? 0 : Math.ceil((-this.#left / this.#perSecond) * 1_000)
  }

  /** What was taken was not used. */
  giveBack(amount = 1): void {
    this.#left = Math.min(this.#most, this.#left + amount)
  }

  /** Milliseconds until something can be taken; 0 when it can be now. */
  get waitMs(): number {
    if (this.#left >= enough) return 0
    this.#refill()
    return this.#left >= enough ? 0 : Math.max(1, Math.ceil(((1 - this.#left) / this.#perSecond) * 1_000))
  }

  /** Whether nothing is missing: a bucket that is full can be forgotten. */
  get full(): boolean {
    this.#refill()
    return this.#left >= this.#most
  }

  #refill(): void {
    const now = this.#clock()
    this.#left = Math.min(this.#most, this.#left + ((now - this.#at) / 1_000) * this.#perSecond)
    this.#at = now
  }
}
