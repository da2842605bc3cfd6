import { GatewayError } from '../model/errors.ts'
import type { EpochMs, JournalOffset } from '../model/frame.ts'
import type { FrameSource, Journal } from '../model/journal.ts'
import type { Log } from '../model/log.ts'

const firstRetryMs = 50
const longestRetryMs = 2_000

/** Frames of one client that were taken together and wait for the disk together. */
export interface Deposit {
  /** Of the last one. */
  readonly offset: JournalOffset
  readonly frames: number
  readonly bytes: number
  /** All of them are on disk. */
  kept(): void
  /** The disk could not keep them. */
  lost(error: unknown): void
}

/**
 * The one door from all connections to the journal. It bounds what waits for the disk in all, and makes everybody wait while the journal takes nothing: who is not let in
 * asks to be woken and reads no further. What came in one turn of the event loop, from all connections, waits for the disk as one.
 */
export class Intake {
  readonly #journal: Journal
  readonly #log: Log
  readonly #frameLimit: number
  readonly #byteLimit: number
  readonly #waiting = new Set<() => void>()
  #deposits: Deposit[] = []
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
   * Takes the frame whose payload stands in `bytes` from `from` to before `to`, or answers undefined: then nothing was taken, and the caller asks to be woken with `whenFree`.
   * Every frame taken must be handed to `deposit`. Throws when the journal cannot take frames and trying again will not help.
   */
  take(source: FrameSource, receivedAt: EpochMs, bytes: Buffer, from: number, to: number): JournalOffset | undefined {
    if (this.#full || this.#frames >= this.#frameLimit || this.#bytes >= this.#byteLimit) return undefined
    const journal = this.#journal
    let offset: JournalOffset
    try {
      offset =
        journal.appendBytes === undefined
          ? journal.append({ device: source.device, channel: source.channel, receivedAt, payload: bytes.subarray(from, to) })
          : journal.appendBytes(source, receivedAt, bytes, from, to)
    } catch (error) {
      if (!(error instanceof GatewayError) || !(error.code === 'JOURNAL_FULL' || error.retryable)) throw error
      this.#wait(error)
      return undefined
    }
    const length = to - from
    this.#frames++
    this.#bytes += length
    this.#taken++
    this.#takenBytes += length
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

  /** Tells the deposit what became of it, in the order of the deposits. Never from within this call. */
  deposit(deposit: Deposit): void {
    if (this.#deposits.push(deposit) === 1) setImmediate(this.#close)
  }

  stop(): void {
    clearTimeout(this.#retry)
    this.#waiting.clear()
  }

  /** One wait for all that came in this turn. */
  readonly #close = (): void => {
    const deposits = this.#deposits
    this.#deposits = []
    let last = -1
    for (const { offset } of deposits) if (offset > last) last = offset
    this.#journal.synced(last).then(
      () => this.#settled(deposits, deposit => deposit.kept()),
      error => this.#apart(deposits, error),
    )
  }

  /** Some of them may be on disk all the same. */
  #apart(deposits: readonly Deposit[], error: unknown): void {
    for (const deposit of deposits) {
      if (deposit.offset < this.#journal.end) this.#settled([deposit], kept => kept.kept())
      else this.#settled([deposit], lost => lost.lost(error))
    }
  }

  #settled(deposits: readonly Deposit[], tell: (deposit: Deposit) => void): void {
    for (const { frames, bytes } of deposits) {
      this.#frames -= frames
      this.#bytes -= bytes
    }
    for (const deposit of deposits) tell(deposit)
    if (this.#waiting.size > 0) setImmediate(() => this.#wake())
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
