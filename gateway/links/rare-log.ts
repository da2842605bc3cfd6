import type { Log } from '../model/log.ts'

const EVERY_MS = 10_000
/** Texts that are remembered; when there are more, all are forgotten. */
const MOST_TEXTS = 64

/** Says each thing at most once in ten seconds, with how often it happened: what strangers send must not fill the log. */
export class RareLog {
  readonly #link: string
  readonly #log: Log
  readonly #said = new Map<string, { at: number; count: number }>()

  /** `link` names the way in: `hj212`. */
  constructor(link: string, log: Log) {
    this.#link = link
    this.#log = log
  }

  warn(fields: object, message: string): void {
    if (this.#said.size > MOST_TEXTS) this.#said.clear()
    const known = this.#said.get(message) ?? { at: Number.NEGATIVE_INFINITY, count: 0 }
    known.count++
    this.#said.set(message, known)
    const now = performance.now()
    if (now - known.at < EVERY_MS) return
    known.at = now
    this.#log.warn({ link: this.#link, ...fields, count: known.count }, message)
  }
}
