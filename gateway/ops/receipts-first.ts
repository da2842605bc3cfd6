import type { Pace } from '../model/pace.ts'

/** A slice of work that may wait, milliseconds: what a receipt waits for it. A turn of the event loop costs some 10 µs, so shorter ones cost more than they bring. */
const SLICE_MS = 0.5
/** While sockets keep the thread busy. */
const SHORTEST_SLICE_MS = 0.2
/** A turn of the event loop in which everything else took less than this brought next to nothing. */
const QUIET_MS = 0.3
/** What work that may wait gets of a thread that sockets keep busy. */
const LEAST_SHARE = 0.1

/**
 * The rule by which receipts and the pipeline share the thread.
 *
 * Work that may wait runs in slices, one worker a turn of the event loop, in turns. Between two slices every socket that has something to say is heard. While that takes next to no time, a
 * slice is half a millisecond, and the next one follows at once: what is left of the thread goes to the pipeline. While sockets keep the thread busy, a slice is as long as gives the pipeline
 * a tenth of the thread, and never shorter than a fifth of a millisecond: so receipts are hardly delayed by it, and it never stands still. What it does not get done waits in the journal (`lagSeconds` of each sink says how
 * long), and a journal that fills holds the senders: what waits is bounded by the journal's budget.
 */
export class ReceiptsFirst implements Pace {
  readonly #clock: () => number
  readonly #nextTurn: (turn: () => void) => void
  readonly #resting: (() => void)[] = []
  #scheduled = false
  #restedAt = 0
  #sliceEnds = 0

  /** Milliseconds that never go back, and how to come back after the sockets. */
  constructor(options: { readonly clock?: () => number; readonly nextTurn?: (turn: () => void) => void } = {}) {
    this.#clock = options.clock ?? (() => performance.now())
    this.#nextTurn = options.nextTurn ?? setImmediate
  }

  get spent(): boolean {
    return this.#clock() >= this.#sliceEnds
  }

  rest(): Promise<void> {
    this.#restedAt = this.#clock()
    const rested = new Promise<void>(resolve => this.#resting.push(resolve))
    this.#schedule()
    return rested
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#nextTurn(this.#turn)
  }

  readonly #turn = (): void => {
    this.#scheduled = false
    const now = this.#clock()
    this.#sliceEnds = now + sliceMs(now - this.#restedAt)
    // Where the worker does not rest again in this turn, the next one measures from here.
    this.#restedAt = now
    this.#resting.shift()?.()
    if (this.#resting.length > 0) this.#schedule()
  }
}

/** How long the next slice may be, after everything else took so long. */
function sliceMs(elseMs: number): number {
  if (elseMs < QUIET_MS) return SLICE_MS
  return Math.max(SHORTEST_SLICE_MS, elseMs * (LEAST_SHARE / (1 - LEAST_SHARE)))
}
