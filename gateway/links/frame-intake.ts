import { GatewayError } from '../model/errors.ts'
import type { Frame } from '../model/frame.ts'
import { type Journal, takesFrames } from '../model/journal.ts'
import type { Log } from '../model/log.ts'
import type { Waiter } from './waiter.ts'

/** How often a full or failing journal is asked whether it takes frames again. */
const RETRY_MS = 1000

/**
 * Puts a line's frames into the journal. Nobody waits for a receipt here, so the line does not wait for each sync; but no more than so many frames may be on
 * their way to the disk, and while the journal takes none, the line reads none.
 */
export class FrameIntake {
  readonly #journal: Journal
  readonly #log: Log
  readonly #limit: number
  readonly #waiter: Waiter
  #unsynced = 0
  #notKept = 0
  #paused = false

  constructor(options: { readonly journal: Journal; readonly log: Log; readonly limit: number; readonly waiter: Waiter }) {
    this.#journal = options.journal
    this.#log = options.log
    this.#limit = options.limit
    this.#waiter = options.waiter
  }

  get unsynced(): number {
    return this.#unsynced
  }

  /** Answers that could not be kept. Their devices hold the values still and are asked again. */
  get notKept(): number {
    return this.#notKept
  }

  get paused(): boolean {
    return this.#paused
  }

  /** Never throws: what can not be kept is counted, and `ready` holds the line. */
  take(frame: Frame): void {
    try {
      const offset = this.#journal.append(frame)
      this.#unsynced++
      this.#journal.synced(offset).then(
        () => this.#settled(),
        (error: unknown) => {
          this.#refused(error)
          this.#settled()
        },
      )
    } catch (error) {
      this.#refused(error)
    }
  }

  /** Resolves when the line may read on, when something more urgent came up, or when the signal aborts. */
  async ready(signal: AbortSignal, urgent: () => boolean): Promise<void> {
    while (!signal.aborted && !urgent() && this.#unsynced >= this.#limit) await this.#waiter.wait(RETRY_MS, signal)
    while (!signal.aborted && !urgent() && this.#paused) {
      await this.#waiter.wait(RETRY_MS, signal)
      if (takesFrames(this.#journal.condition)) {
        this.#paused = false
        this.#log.info({}, 'the journal takes frames again: polling goes on')
      }
    }
  }

  #settled(): void {
    this.#unsynced--
    this.#waiter.wake()
  }

  #refused(error: unknown): void {
    this.#notKept++
    if (this.#paused) return
    this.#paused = true
    const code = error instanceof GatewayError ? error.code : 'unexpected'
    this.#log.warn({ code }, `the journal takes no frames (${error instanceof Error ? error.message : String(error)}): polling pauses until it does`)
  }
}
