import { GatewayError } from '../../gateway/model/errors.ts'
import type { Frame, JournalledFrame, JournalOffset } from '../../gateway/model/frame.ts'
import type { Journal, JournalCondition } from '../../gateway/model/journal.ts'

/** A mock of the journal: keeps frames in memory, and can be made full or slow. */
export class MemoryJournal implements Journal {
  readonly frames: JournalledFrame[] = []
  readonly start = 0
  full = false
  /** Held: nothing is synced until `release`. */
  held = false
  #waiting: (() => void)[] = []

  append(frame: Frame): JournalOffset {
    if (this.full) throw new GatewayError('JOURNAL_FULL', 'the journal is full')
    const offset = this.frames.length
    this.frames.push({ ...frame, payload: Uint8Array.from(frame.payload), offset })
    return offset
  }

  async synced(): Promise<void> {
    if (this.held) await new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  release(): void {
    this.held = false
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  get end(): JournalOffset {
    return this.frames.length
  }

  async read(from: JournalOffset): Promise<readonly JournalledFrame[]> {
    return this.frames.slice(from)
  }

  async whenPast(): Promise<void> {
    throw new Error('not part of this mock')
  }

  get condition(): JournalCondition {
    return { state: this.full ? 'full' : 'normal', bytes: 0, budgetBytes: 1, segments: 1, unsynced: 0 }
  }

  of(device: string): readonly JournalledFrame[] {
    return this.frames.filter(frame => frame.device === device)
  }
}
