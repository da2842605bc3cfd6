import { setImmediate as nextTurn } from 'node:timers/promises'

/** Work before the event loop gets a turn. */
const TURN_MS = 5

/** Shares the event loop: ask after each piece of work. */
export class Turns {
  #ends = performance.now() + TURN_MS

  /** Waits for the next turn of the event loop when this one was long enough; undefined when it may go on. */
  next(): Promise<void> | undefined {
    return performance.now() < this.#ends ? undefined : this.#wait()
  }

  async #wait(): Promise<void> {
    await nextTurn()
    this.#ends = performance.now() + TURN_MS
  }
}
