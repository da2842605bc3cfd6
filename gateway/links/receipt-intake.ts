import { GatewayError } from '../model/errors.ts'
import type { Frame } from '../model/frame.ts'
import type { Journal } from '../model/journal.ts'
import type { Log } from '../model/log.ts'

const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 2_000

/** Who waits for a frame to be on disk. */
export interface Depositor {
  /** It is: now a receipt may be sent. */
  kept(): void
  /** The disk could not keep it: no receipt, the device sends it again. */
  lost(error: unknown): void
}

/**
 * The door to the journal for devices that dial in and wait for a receipt. Frames that came in one turn of the event loop wait for the disk as one; no more than `limit`
 * wait at a time. Who is not let in pauses its socket and asks to be woken.
 */
export class ReceiptIntake {
  readonly #journal: Journal
  readonly #log: Log
  readonly #limit: number
  readonly #waiting = new Set<() => void>()
  #open: { readonly offset: number; readonly depositor: Depositor }[] = []
  #unsynced = 0
  #full = false
  #retryMs = FIRST_RETRY_MS
  #retry: NodeJS.Timeout | undefined

  constructor(options: { readonly journal: Journal; readonly log: Log; readonly limit: number }) {
    this.#journal = options.journal
    this.#log = options.log
    this.#limit = options.limit
  }

  /** Frames that wait for the disk. */
  get unsynced(): number {
    return this.#unsynced
  }

  /** Takes a frame and tells the depositor, later and in the order of frames, what became of it. False: not taken; pause the socket and try again after `whenFree`. */
  take(frame: Frame, depositor: Depositor): boolean {
    if (this.#full || this.#unsynced >= this.#limit) return false
    let offset: number
    try {
      offset = this.#journal.append(frame)
    } catch (error) {
      if (!(error instanceof GatewayError) || !(error.code === 'JOURNAL_FULL' || error.retryable)) {
        setImmediate(() => depositor.lost(error))
        return true
      }
      this.#wait(error)
      return false
    }
    this.#unsynced++
    if (this.#open.push({ offset, depositor }) === 1) setImmediate(this.#close)
    return true
  }

  /** Calls back once, when it is worth trying again. */
  whenFree(wake: () => void): void {
    this.#waiting.add(wake)
  }

  /** The connection is gone. */
  forget(wake: () => void): void {
    this.#waiting.delete(wake)
  }

  stop(): void {
    clearTimeout(this.#retry)
    this.#waiting.clear()
  }

  readonly #close = (): void => {
    const frames = this.#open
    this.#open = []
    const last = frames.at(-1)?.offset ?? -1
    this.#journal.synced(last).then(
      () => this.#settle(frames, undefined),
      (error: unknown) => this.#settle(frames, error),
    )
  }

  #settle(frames: readonly { readonly offset: number; readonly depositor: Depositor }[], error: unknown): void {
    this.#unsynced -= frames.length
    for (const { offset, depositor } of frames) {
      // Of a group that failed some may be on disk all the same.
      if (error === undefined || offset < this.#journal.end) depositor.kept()
      else depositor.lost(error)
    }
    if (this.#waiting.size > 0) setImmediate(() => this.#wake())
  }

  #wait(error: GatewayError): void {
    this.#full = true
    if (this.#retryMs === FIRST_RETRY_MS) this.#log.warn({ code: error.code }, `devices wait without receipts: ${error.message}`)
    this.#retry = setTimeout(() => {
      this.#full = false
      this.#wake()
      if (this.#full) return
      this.#log.info({}, 'the journal takes frames again')
      this.#retryMs = FIRST_RETRY_MS
    }, this.#retryMs)
    this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2)
  }

  #wake(): void {
    // A copy: who is woken and finds no room asks again, and must not be woken twice in one round.
    for (const wake of Array.from(this.#waiting)) {
      if (this.#full || this.#unsynced >= this.#limit) return
      this.#waiting.delete(wake)
      wake()
    }
  }
}
