import { GatewayError } from '../model/errors.ts'
import type { Frame, JournalOffset } from '../model/frame.ts'
import type { Journal } from '../model/journal.ts'
import type { Log } from '../model/log.ts'

const firstRetryMs = 50
const longestRetryMs = 2_000

/**
 * The one door from all connections to the journal. It bounds what waits for the disk in all, and makes everybody wait while the journal takes nothing: who is not let in
 * asks to be woken and reads no further.
 */
export class Intake {
  readonly #journal: Journal
  readonly #log: Log
  readonly #frameLimit: number
  readonly #byteLimit: number
  readonly #waiting = new Set<() => void>()
  #frames = 0
  #bytes = 0
  #full = false
  #retryMs = firstRetryMs
  #retry: NodeJS.Timeout | undefined
  #taken = 0
  #takenBytes = 0

  constructor(options: { readonly journal: Journal; readonly log: Log; readonly frames: number; readonly bytes: number }) {
    this.#journal = options.journal
    this.#log = options.log
    this.#frameLimit = options.frames
    this.#byteLimit = options.bytes
  }

  /** Frames and bytes taken since the start, those that wait for the disk, and the connections that wait for room. */
  get figures(): { readonly frames: number; readonly bytes: number; readonly pending: number; readonly pendingBytes: number; readonly waiting: number } {
    return { frames: this.#taken, bytes: this.#takenBytes, pending: this.#frames, pendingBytes: this.#bytes, waiting: this.#waiting.size }
  }

  /**
   * Takes a frame, or answers undefined: then nothing was taken, and the caller asks to be woken with `whenFree`. Every frame taken must be handed to `confirm`.
   * Throws when the journal cannot take frames and trying again will not help.
   */
  take(frame: Frame): JournalOffset | undefined {
    if (this.#full || this.#frames >= this.#frameLimit || this.#bytes >= this.#byteLimit) return undefined
    let offset: JournalOffset
    try {
      offset = this.#journal.append(frame)
    } catch (error) {
      if (!(error instanceof GatewayError) || !(error.code === 'JOURNAL_FULL' || error.retryable)) throw error
      this.#wait(error)
      return undefined
    }
    this.#frames++
    this.#bytes += frame.payload.length
    this.#taken++
    this.#takenBytes += frame.payload.length
    return offset
  }

  /** Calls back once, when it is worth trying again. */
  whenFree(wake: () => void): void {
    this.#waiting.add(wake)
  }

  /** The connection is gone. */
  forget(wake: () => void): void {
    this.#waiting.delete(wake)
  }

  /** Waits until the frame at this offset, the last of `frames` that were taken, is on disk; then there is room again. Rejects as `journal.synced` does. */
  async confirm(offset: JournalOffset, frames: number, bytes: number): Promise<void> {
    try {
      await this.#journal.synced(offset)
    } finally {
      this.#frames -= frames
      this.#bytes -= bytes
      // Not from within: the caller first sends its receipts.
      if (this.#waiting.size > 0) setImmediate(() => this.#wake())
    }
  }

  stop(): void {
    clearTimeout(this.#retry)
    this.#waiting.clear()
  }

  #wait(error: GatewayError): void {
    this.#full = true
    if (this.#retryMs === firstRetryMs) this.#log.warn({ code: error.code }, `devices wait without receipts: ${error.message}`)
    this.#retry = setTimeout(() => {
      this.#full = false
      this.#wake()
      if (this.#full) return
      this.#log.info({}, 'the journal takes frames again')
      this.#retryMs = firstRetryMs
    }, this.#retryMs)
    this.#retryMs = Math.min(longestRetryMs, this.#retryMs * 2)
  }

  #wake(): void {
    // A copy: who is woken and finds no room asks again, and must not be woken twice in one round.
    for (const wake of Array.from(this.#waiting)) {
      if (this.#full || this.#frames >= this.#frameLimit || this.#bytes >= this.#byteLimit) return
      this.#waiting.delete(wake)
      wake()
    }
  }
}
