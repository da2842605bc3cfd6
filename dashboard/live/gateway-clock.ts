/**
 * The gateway's clock as far as the page can tell: its own clock plus the greatest lead any tile showed. The tile that travelled fastest shows the least delay, so what others
 * arrive later than it is their delay.
 */
export class GatewayClock {
  readonly #now: () => number
  #offsetMs: number | undefined

  /** `now`: the page's clock, milliseconds since the epoch. */
  constructor(options: { readonly now: () => number }) {
    this.#now = options.now
  }

  /** Milliseconds since the epoch by the gateway's clock. */
  now(): number {
    return this.#now() + (this.#offsetMs ?? 0)
  }

  /** Something sent at this time by the gateway's clock has just come. Answers its delay in milliseconds. */
  heard(sentAtMs: number): number {
    const offset = sentAtMs - this.#now()
    if (this.#offsetMs === undefined || offset > this.#offsetMs) this.#offsetMs = offset
    return this.#offsetMs - offset
  }

  /** Forgets what was learnt, as the page's own clock may have been set meanwhile. */
  reset(): void {
    this.#offsetMs = undefined
  }
}
