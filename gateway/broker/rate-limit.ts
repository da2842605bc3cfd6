/** How many messages may come at once after a silence: those of two seconds. A device that was away for a moment sends what it has kept. */
const burstSeconds = 2

/** A pace that a client may not exceed: beyond it its socket is not read for a while. Nothing is dropped. */
export class RateLimit {
  readonly #perSecond: number
  readonly #clock: () => number
  #left: number
  #at: number
  #timer: NodeJS.Timeout | undefined

  /** `clock` tells milliseconds that never go back. */
  constructor(perSecond: number, clock: () => number = () => performance.now()) {
    this.#perSecond = perSecond
    this.#clock = clock
    this.#left = perSecond * burstSeconds
    this.#at = clock()
  }

  /** Whether one more message may come now. If not, `wake` is called when it may. */
  take(wake: () => void): boolean {
    if (this.#left < 1) this.#refill()
    if (this.#left >= 1) {
      this.#left--
      return true
    }
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined
        wake()
      },
      Math.ceil(((1 - this.#left) / this.#perSecond) * 1_000),
    )
    return false
  }

  /** The message was not taken after all. */
  giveBack(): void {
    this.#left++
  }

  /** The client is gone. */
  forget(): void {
    clearTimeout(this.#timer)
  }

  #refill(): void {
    const now = this.#clock()
    this.#left = Math.min(this.#perSecond * burstSeconds, this.#left + ((now - this.#at) / 1_000) * this.#perSecond)
    this.#at = now
  }
}
