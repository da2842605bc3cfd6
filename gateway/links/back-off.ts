/** Waits that double from the first to the longest. Never gives up: it only waits longer. */
export class BackOff {
  readonly #firstMs: number
  readonly #longestMs: number
  #failures = 0

  constructor(firstMs: number, longestMs: number) {
    this.#firstMs = firstMs
    this.#longestMs = longestMs
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures
  }

  succeeded(): void {
    this.#failures = 0
  }

  /** Notes a failure and answers how long to wait. `spread` 0 to 1 takes away up to a quarter, so that many that failed together do not come back together. */
  failed(spread: number): number {
    const wait = Math.min(this.#longestMs, this.#firstMs * 2 ** Math.min(20, this.#failures))
    this.#failures++
    return Math.round(wait * (1 - 0.25 * spread))
  }
}
