import { Problem } from '../problem.ts'

/** Whoever asks is answered after so long, with how far it is. */
const PATIENCE_MS = 4_000
/** Work nobody has asked about for so long is given up. */
const FORGOTTEN_MS = 30_000
/** Results kept, those asked for longest ago go first. */
const MOST_KEPT = 24
/** Pieces of work at a time; the series store has receipts' readings to write as well. */
const AT_A_TIME = 1
const MOST_WAITING = 16

/** How far a piece of work is, in parts. */
export interface Progress {
  done: number
  of: number
}

interface Work<T> {
  readonly key: string
  readonly progress: Progress
  readonly result: Promise<T>
  readonly giveUp: AbortController
  askedAt: number
  /** When it ended. */
  endedAt: number | undefined
}

/** What is there of what was asked for. */
export type Found<T> = { readonly ready: true; readonly value: T } | { readonly ready: false; readonly done: number }

/**
 * Works out tables that take the series store a while: one at a time, however many ask for the same. Who asks waits some seconds and is told how far it is; asking again finds it further, or ready. What
 * nobody waits for any more is given up.
 */
export class SurveyDesk<T> {
  readonly #now: () => number
  readonly #works = new Map<string, Work<T>>()
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** `keepMs`: for how long a result may be told again. Throws what the work throws, and `BUSY` when too much waits. */
  async ask(key: string, keepMs: number, work: (progress: Progress, signal: AbortSignal) => Promise<T>, patienceMs = PATIENCE_MS): Promise<Found<T>> {
    const known = this.#works.get(key)
    const isOld = known?.endedAt !== undefined && this.#now() - known.endedAt > keepMs
    const mine = known !== undefined && !isOld ? known : this.#begin(key, work)
    mine.askedAt = this.#now()
    this.#tidy()
    const { promise: late, resolve } = Promise.withResolvers<'late'>()
    const timer = setTimeout(() => resolve('late'), patienceMs)
    try {
      const first = await Promise.race([mine.result.then(value => ({ value })), late])
      return first === 'late' ? { ready: false, done: Math.min(0.99, mine.progress.done / mine.progress.of) } : { ready: true, value: first.value }
    } finally {
      clearTimeout(timer)
    }
  }

  #begin(key: string, work: (progress: Progress, signal: AbortSignal) => Promise<T>): Work<T> {
    if (this.#waiting.length >= MOST_WAITING)
      throw new Problem(503, 'BUSY', 'Many tables are being worked out already; ask again in some seconds.', { headers: { 'Retry-After': '5' } })
    const progress: Progress = { done: 0, of: 1 }
    const giveUp = new AbortController()
    const begun: Work<T> = { key, progress, giveUp, askedAt: this.#now(), endedAt: undefined, result: this.#inTurn(() => work(progress, giveUp.signal)) }
    begun.result.then(
      () => {
        begun.endedAt = this.#now()
      },
      () => {
        // The next one who asks begins anew.
        if (this.#works.get(key) === begun) this.#works.delete(key)
      },
    )
    this.#works.delete(key)
    this.#works.set(key, begun)
    return begun
  }

  async #inTurn(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_A_TIME) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting.push(resolve)
      await promise
    } else this.#running++
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }

  #tidy(): void {
    const now = this.#now()
    for (const [key, work] of this.#works) {
      if (work.endedAt === undefined && now - work.askedAt > FORGOTTEN_MS) {
        work.giveUp.abort()
        this.#works.delete(key)
      }
    }
    const ended = [...this.#works.values()].filter(work => work.endedAt !== undefined).sort((a, b) => a.askedAt - b.askedAt)
    for (const work of ended.slice(0, Math.max(0, ended.length - MOST_KEPT))) this.#works.delete(work.key)
  }
}
