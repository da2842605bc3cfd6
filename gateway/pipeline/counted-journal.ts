import type { Frame, JournalledFrame, JournalOffset } from '../model/frame.ts'
import type { Journal, JournalCondition } from '../model/journal.ts'

/** The journal as the ways in see it: every frame that is taken is counted as received at once. */
export class CountedJournal implements Journal {
  readonly #journal: Journal
  readonly #received: (frame: Frame, offset: JournalOffset) => void

  constructor(journal: Journal, received: (frame: Frame, offset: JournalOffset) => void) {
    this.#journal = journal
    this.#received = received
  }

  append(frame: Frame): JournalOffset {
    const offset = this.#journal.append(frame)
    this.#received(frame, offset)
    return offset
  }

  synced(offset: JournalOffset): Promise<void> {
    return this.#journal.synced(offset)
  }

  get start(): JournalOffset {
    return this.#journal.start
  }

  get end(): JournalOffset {
    return this.#journal.end
  }

  read(from: JournalOffset): Promise<readonly JournalledFrame[]> {
    return this.#journal.read(from)
  }

  whenPast(offset: JournalOffset, signal: AbortSignal): Promise<void> {
    return this.#journal.whenPast(offset, signal)
  }

  get condition(): JournalCondition {
    return this.#journal.condition
  }
}
