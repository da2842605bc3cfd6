import { GatewayError } from '../../model/errors.ts'

/** Lets a few through at a time and keeps a bounded number waiting: each password that is looked at takes tens of megabytes for a quarter of a second. */
export class Turnstile {
  readonly #atOnce: number
  readonly #mostWaiting: number
  readonly #waiting: (() => void)[] = []
  #inside = 0

  constructor(options: { readonly atOnce: number; readonly mostWaiting: number }) {
    this.#atOnce = options.atOnce
    this.#mostWaiting = options.mostWaiting
  }

  /** Throws BUSY, retryable, when too many wait already. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.#atOnce) {
      if (this.#waiting.length >= this.#mostWaiting)
        throw new GatewayError('BUSY', 'too many sign-ins are looked at already; try again in a moment', { retryable: true })
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    } else this.#inside += 1
    try {
      return await work()
    } finally {
      // The place goes to the next one who waits, without ever being free in between.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#inside -= 1
    }
  }
}
