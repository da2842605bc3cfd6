import type { JournalOffset } from '../model/frame.ts'

/** Who reads: a sink that says so is waited for, within bounds. */
export interface Reader {
  /** Aborted when it no longer wants what it asked for. */
  readonly signal?: AbortSignal
}

/** Waiting never makes a reader slower than this: more than a city sends. Frames a second. */
const FRAMES_PER_SECOND = 15_000
const LONGEST_WAIT_MS = 1_000

/**
 * Readers of one log that stay together while that costs nobody much: what one of them has had decoded, the others take from memory. Decoding again for one that was left behind
 * costs as much as decoding, so whoever is ahead waits a little. How long is earned by frames: a reader is never held to fewer than 15,000 frames a second, so
 * that a store that is slow or away holds nobody else for longer than a second in all.
 */
export class Company {
  readonly #clock: () => number
  readonly #at = new Map<Reader, JournalOffset>()
  readonly #waiting = new Set<() => void>()
  #creditMs = 0

  /** `clock`: milliseconds that never go back. */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock
  }

  /** A reader asks for what comes from an offset on: what lies before it, it does not need any more. */
  asks(reader: Reader, from: JournalOffset): void {
    this.#at.set(reader, from)
    for (const wake of this.#waiting) wake()
  }

  /** So many frames were decoded for the first time. */
  advanced(frames: number): void {
    this.#creditMs = Math.min(LONGEST_WAIT_MS, this.#creditMs + (frames * 1000) / FRAMES_PER_SECOND)
  }

  /** Where the last of the readers stands that is not before `first`; infinite where there is none. */
  lastFrom(first: JournalOffset, except?: Reader): JournalOffset {
    let last = Number.POSITIVE_INFINITY
    for (const [reader, offset] of this.#at) if (reader !== except && offset >= first && offset < last) last = offset
    return last
  }

  /** Whether there is time left to wait for others. */
  get patient(): boolean {
    return this.#creditMs >= 1
  }

  /** Resolves when another reader has asked for more, when the patience is spent, or when the one who waits is to stop. */
  async wait(reader: Reader): Promise<void> {
    const began = this.#clock()
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, this.#creditMs)
    this.#waiting.add(resolve)
    const stop = (): void => resolve()
    reader.signal?.addEventListener('abort', stop, { once: true })
    if (reader.signal?.aborted) resolve()
    await promise
    clearTimeout(timer)
    reader.signal?.removeEventListener('abort', stop)
    this.#waiting.delete(resolve)
    this.#creditMs = Math.max(0, this.#creditMs - (this.#clock() - began))
  }
}
