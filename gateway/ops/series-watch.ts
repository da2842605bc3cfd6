import type { SeriesStore } from '../model/series.ts'

const EVERY_MS = 10_000

/** Asks the series store from time to time whether it is there: a store that is down must show before the first frame waits for it. */
export class SeriesWatch {
  readonly #series: SeriesStore
  #timer: NodeJS.Timeout | undefined
  #problem: string | undefined
  #asking = false

  constructor(series: SeriesStore) {
    this.#series = series
  }

  start(): void {
    void this.#ask()
    this.#timer = setInterval(() => void this.#ask(), EVERY_MS).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** What is wrong with the store, if anything. */
  get problem(): string | undefined {
    return this.#problem
  }

  async #ask(): Promise<void> {
    if (this.#asking) return
    this.#asking = true
    try {
      await this.#series.ping()
      this.#problem = undefined
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error)
    } finally {
      this.#asking = false
    }
  }
}
