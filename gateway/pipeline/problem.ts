import type { Log } from '../model/log.ts'

/** Something that does not work at the moment. Said when it begins, changes and ends, and not at every attempt. */
export class Problem {
  readonly #log: Log
  readonly #sink: string
  readonly #over: string
  #now: string | undefined

  /** `over` is logged when it has ended. */
  constructor(options: { readonly log: Log; readonly sink: string; readonly over: string }) {
    this.#log = options.log
    this.#sink = options.sink
    this.#over = options.over
  }

  /** What is wrong, or undefined. */
  get now(): string | undefined {
    return this.#now
  }

  is(error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error)
    if (problem !== this.#now) this.#log.warn({ sink: this.#sink, err: error }, `${this.#sink}: ${problem}`)
    this.#now = problem
  }

  gone(): void {
    if (this.#now !== undefined) this.#log.info({ sink: this.#sink }, this.#over)
    this.#now = undefined
  }
}
