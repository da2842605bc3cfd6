import { setTimeout as pause } from 'node:timers/promises'

/** One sort of request in a mix. */
export interface Asked {
  readonly name: string
  /** Of so many in a hundred. */
  readonly share: number
  /** Answers the path of the `n`th request. */
  readonly path: (n: number) => string
}

/** How long the answers of one sort took, in milliseconds from when each request was due. */
export interface Lateness {
  readonly name: string
  readonly answers: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/**
 * Asks at a fixed rate, whether answers come or not, and counts each from the moment it was due: whoever waited for one answer before the next question would not ask while the
 * server stands still, and so would not see that it does ("coordinated omission").
 */
export class OpenLoop {
  readonly #asked: readonly Asked[]
  readonly #perSecond: number
  readonly #ask: (path: string, name: string) => Promise<boolean>
  /** By sort of request. */
  readonly #late: readonly number[][]
  #errors = 0
  #open = 0

  /** `ask` resolves when the whole answer is there: whether it was a good one. */
  constructor(options: { readonly asked: readonly Asked[]; readonly perSecond: number; readonly ask: (path: string, name: string) => Promise<boolean> }) {
    this.#asked = options.asked
    this.#perSecond = options.perSecond
    this.#ask = options.ask
    this.#late = options.asked.map(() => [])
  }

  /** Resolves when all answers are there. */
  async run(seconds: number): Promise<void> {
    const order = this.#order()
    const began = performance.now()
    const all = seconds * this.#perSecond
    for (let sent = 0; sent < all; ) {
      for (const due = Math.min(all, ((performance.now() - began) / 1000) * this.#perSecond); sent < due; sent++)
        void this.#one(order[sent % order.length] ?? 0, sent, began + (sent / this.#perSecond) * 1000)
      await pause(1)
    }
    while (this.#open > 0) await pause(5)
  }

  get errors(): number {
    return this.#errors
  }

  /** Of each sort, and of all together. */
  get lateness(): readonly Lateness[] {
    return [...this.#asked.map(({ name }, sort) => summed(name, this.#late[sort] ?? [])), summed('all', this.#late.flat())]
  }

  async #one(sort: number, n: number, dueAt: number): Promise<void> {
    this.#open++
    const { path, name } = this.#asked[sort] ?? { path: () => '', name: '' }
    const good = await this.#ask(path(n), name).catch(() => false)
    this.#open--
    this.#late[sort]?.push(performance.now() - dueAt)
    if (!good) this.#errors++
  }

  /** A hundred places, each sort as often as its share and as evenly as can be. */
  #order(): readonly number[] {
    const sent = this.#asked.map(() => 0)
    return Array.from({ length: 100 }, (_, place) => {
      const owed = this.#asked.map(({ share }, sort) => ((place + 1) * share) / 100 - (sent[sort] ?? 0))
      const next = owed.indexOf(Math.max(...owed))
      sent[next] = (sent[next] ?? 0) + 1
      return next
    })
  }
}

function summed(name: string, late: readonly number[]): Lateness {
  const sorted = [...late].sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { name, answers: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) }
}
