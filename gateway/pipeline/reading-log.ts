import type { JournalOffset } from '../model/frame.ts'
import type { Journal } from '../model/journal.ts'
import type { FrameDecoder } from './frame-decoder.ts'
import type { Outcome } from './outcome.ts'

/** Outcomes of consecutive frames. */
interface Block {
  /** Frames before this offset are in no later block. */
  readonly next: JournalOffset
  readonly outcomes: readonly Outcome[]
  readonly weight: number
}

/** Readings and frames kept decoded for sinks that follow closely. */
const KEPT_WEIGHT = 200_000
const KEPT_BLOCKS = 4_096

/**
 * The journal, decoded. Sinks that keep up share one decoding; a sink that lags behind what is kept here decodes again for itself. Frames are decoded
 * for the first time in the order of the journal, which is what makes the verdict "duplicate" the same on every run.
 */
export class ReadingLog {
  readonly #journal: Journal
  readonly #decoder: FrameDecoder
  #blocks: Block[] = []
  #weight = 0
  /** First offset that is kept decoded, and one past the last. */
  #first: JournalOffset
  #head: JournalOffset
  #extending: Promise<void> | undefined

  /** Decoding begins at `from`: some way before the first cursor, so that duplicates are remembered across a restart. */
  constructor(journal: Journal, decoder: FrameDecoder, from: JournalOffset) {
    this.#journal = journal
    this.#decoder = decoder
    this.#first = from
    this.#head = from
  }

  /** Outcomes from an offset on, until there are about `enough` readings or no more synced frames. `next` is where to go on; it grows unless there is nothing. */
  async from(offset: JournalOffset, enough: number): Promise<{ readonly outcomes: readonly Outcome[]; readonly next: JournalOffset }> {
    const outcomes: Outcome[] = []
    let next = offset
    let readings = 0
    while (readings < enough && next < this.#journal.end) {
      const block = next < this.#first ? await this.#decodeAgain(next) : await this.#kept(next)
      if (!block) break
      for (const outcome of block.outcomes) {
        if (outcome.offset < next) continue
        outcomes.push(outcome)
        readings += 1 + outcome.readings.length
      }
      next = block.next
    }
    return { outcomes, next }
  }

  async #kept(offset: JournalOffset): Promise<Block | undefined> {
    while (this.#head <= offset) {
      if (this.#head >= this.#journal.end) return undefined
      this.#extending ??= this.#extend().finally(() => {
        this.#extending = undefined
      })
      await this.#extending
    }
    if (offset < this.#first) return this.#decodeAgain(offset)
    // Readers stand near the end: look there first.
    let index = this.#blocks.length - 1
    while (index > 0 && (this.#blocks[index - 1]?.next ?? 0) > offset) index--
    return this.#blocks[index]
  }

  async #extend(): Promise<void> {
    const block = await this.#decode(this.#head)
    this.#blocks.push(block)
    this.#weight += block.weight
    this.#head = block.next
    let drop = 0
    while (drop < this.#blocks.length - 1 && (this.#weight > KEPT_WEIGHT || this.#blocks.length - drop > KEPT_BLOCKS)) {
      const oldest = this.#blocks[drop]
      this.#weight -= oldest?.weight ?? 0
      this.#first = oldest?.next ?? this.#first
      drop++
    }
    // One splice for many blocks: shifting one by one would move the whole list each time.
    if (drop > 0) this.#blocks.splice(0, drop)
  }

  #decodeAgain(offset: JournalOffset): Promise<Block> {
    return this.#decode(offset)
  }

  async #decode(from: JournalOffset): Promise<Block> {
    const end = this.#journal.end
    const frames = await this.#journal.read(from)
    const outcomes = frames.map(frame => this.#decoder.outcome(frame))
    const last = outcomes.at(-1)
    // No frame before the end: what lies there is damaged, and reported by the journal.
    const next = last ? last.offset + 1 : end
    return { next, outcomes, weight: outcomes.reduce((sum, outcome) => sum + 1 + outcome.readings.length, 0) }
  }
}
