import type { EpochMs, Frame, JournalledFrame, JournalOffset } from '../model/frame.ts'
import type { FrameSource, Journal, JournalCondition } from '../model/journal.ts'

/** What is counted of a frame. */
type Counted = Pick<Frame, 'device' | 'receivedAt'>

/** The journal as the ways in see it: every frame that is taken is counted as received at once. */
export class CountedJournal implements Journal {
  readonly #journal: Journal
  readonly #received: (frame: Counted, offset: JournalOffset) => void

  constructor(journal: Journal, received: (frame: Counted, offset: JournalOffset) => void) {
    this.#journal = journal
    this.#received = received
  }

  append(frame: Frame): JournalOffset {
    const offset = this.#journal.append(frame)
    this.#received(frame, offset)
    return offset
  }

  appendBytes(source: FrameSource, receivedAt: EpochMs, bytes: Uint8Array, from: number, to: number): JournalOffset {
    const journal = this.#journal
    if (!journal.appendBytes) return this.append({ device: source.device, channel: source.channel, receivedAt, payload: bytes.subarray(from, to) })
    const offset = journal.appendBytes(source, receivedAt, bytes, from, to)
    this.#received({ device: source.device, receivedAt }, offset)
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
