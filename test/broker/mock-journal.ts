import { GatewayError } from '../../gateway/model/errors.ts'
import type { Frame, JournalledFrame, JournalOffset } from '../../gateway/model/frame.ts'
import type { Journal, JournalCondition } from '../../gateway/model/journal.ts'

/**
 * A mock: a journal in memory whose disk obeys the test. With `manual` nothing is synced before `sync` is called, so a test sees that no receipt came before; otherwise frames are
 * synced on the next turn of the event loop.
 */
export class MockJournal implements Journal {
  readonly frames: JournalledFrame[] = []
  readonly start = 0
  manual = false
  /** Takes no frames while set. */
  full = false
  #synced = 0
  #waiters: { readonly offset: JournalOffset; readonly resolve: () => void; readonly reject: (error: Error) => void }[] = []

  get end(): JournalOffset {
    return this.#synced
  }

  get condition(): JournalCondition {
    return { state: this.full ? 'full' : 'normal', bytes: 0, budgetBytes: 0, segments: 0, unsynced: this.frames.length - this.#synced }
  }

  append(frame: Frame): JournalOffset {
    if (this.full) throw new GatewayError('JOURNAL_FULL', 'the mock journal was told to be full', { retryable: true })
    const offset = this.frames.length
    this.frames.push({ ...frame, payload: Buffer.from(frame.payload), offset })
    return offset
  }

  async synced(offset: JournalOffset): Promise<void> {
    if (offset < this.#synced) return
    const done = new Promise<void>((resolve, reject) => this.#waiters.push({ offset, resolve, reject }))
    if (!this.manual) setImmediate(() => this.sync())
    await done
  }

  /** What was appended so far, or up to an offset, is now "on disk". */
  sync(upTo = this.frames.length): void {
    this.#synced = Math.max(this.#synced, upTo)
    const waiters = this.#waiters
    this.#waiters = waiters.filter(({ offset }) => offset >= this.#synced)
    for (const { offset, resolve } of waiters) if (offset < this.#synced) resolve()
  }

  /** The disk fails: whatever waits is told so. */
  fail(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const { reject } of waiters) reject(new GatewayError('JOURNAL_WRITE_FAILED', 'the mock disk fails'))
  }

  async read(from: JournalOffset): Promise<readonly JournalledFrame[]> {
    return this.frames.slice(from, this.#synced)
  }

  async whenPast(): Promise<void> {}
}
