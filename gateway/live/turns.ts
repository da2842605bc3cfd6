import { setImmediate as nextTurn } from 'node:timers/promises'

/** Work before the event loop gets a turn: receipts wait no longer for the map than this. */
const TURN_MS = 3

/** Shares the event loop: after each piece of work, `if (turns.over) if (turns.over) await turns.next()`. */
export class Turns {
  #ends = performance.now() + TURN_MS

  /** Whether this turn was long enough. */
  get over(): boolean {
    return performance.now() >= this.#ends
  }

  async next(): Promise<void> {
    await nextTurn()
    this.#ends = performance.now() + TURN_MS
  }
}
