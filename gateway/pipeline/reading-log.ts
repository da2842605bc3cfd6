import type { JournalOffset } from '../model/frame.ts'
import type { Journal } from '../model/journal.ts'
import { type Pace, unhurried } from '../model/pace.ts'
import { Company, type Reader } from './company.ts'
import type { FrameDecoder } from './frame-decoder.ts'
import type { Outcome } from './outcome.ts'
import { type Block, decodeBlock, Walk } from './walk.ts'

/** What a reading log may be given beside a journal and a decoder. */
export interface ReadingLogOptions {
  /** Makes safe what decoding found out; called before its readings are handed on. */
  readonly keep?: () => void
  /** A decoder that remembers nothing yet, for a sink that lags. Absent: it shares the decoder of the head. */
  readonly freshDecoder?: () => FrameDecoder
  /** Frames decoded before those that a fresh decoder is made for, so that it knows their duplicates. */
  readonly rememberedFrames?: number
  /** When decoding is to let others have their turn. Absent: never. */
  readonly pace?: Pace
}

/** Sinks that walk alone at one time. */
const MOST_WALKS = 4
/** Readings and frames kept decoded for sinks that follow closely: some 15 MB. More would be moved about by the garbage collector, for tens of milliseconds at a time. */
const KEPT_WEIGHT = 60_000
const KEPT_BLOCKS = 4_096
/** From here on the next block may push out one that is still needed: blocks are smaller than the difference. */
const FULL_WEIGHT = 50_000

/**
 * The journal, decoded. Sinks that keep up share one decoding, and wait a little for one another; a sink that lags behind what is kept here decodes again for itself.
 * Frames are decoded for the first time in the order of the journal, which is what makes the verdict "duplicate" the same on every run.
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
  readonly #options: ReadingLogOptions
  readonly #pace: Pace
  readonly #company = new Company()
  #walks: Walk[] = []

  /** Decoding begins at `from`: some way before the first cursor, so that duplicates are remembered across a restart. */
  constructor(journal: Journal, decoder: FrameDecoder, from: JournalOffset, options: ReadingLogOptions = {}) {
    this.#journal = journal
    this.#decoder = decoder
    this.#options = options
    this.#pace = options.pace ?? unhurried
    this.#first = from
    this.#head = from
  }

  /**
   * Outcomes from an offset on, until there are about `enough` readings or no more synced frames. `next` is where to go on; it grows unless there is nothing. A `reader` that goes on from
   * there again and again is waited for by the others.
   */
  async from(offset: JournalOffset, enough: number, reader?: Reader): Promise<{ readonly outcomes: readonly Outcome[]; readonly next: JournalOffset }> {
    const outcomes: Outcome[] = []
    let next = offset
    let last = offset
    let readings = 0
    while (readings < enough && next < this.#journal.end) {
      // What it has in hand need not be kept for it, but for the last block: it may take that in parts.
      if (reader) this.#company.asks(reader, Math.max(offset, last))
      const block = next < this.#first ? await this.#decodeAgain(next) : await this.#kept(next, reader)
      if (!block) break
      last = next
      for (const outcome of block.outcomes) {
        if (outcome.offset < next) continue
        outcomes.push(outcome)
        readings += 1 + outcome.readings.length
      }
      next = block.next
    }
    if (reader) this.#company.asks(reader, last)
    return { outcomes, next }
  }

  async #kept(offset: JournalOffset, reader?: Reader): Promise<Block | undefined> {
    while (this.#head <= offset) {
      if (this.#head >= this.#journal.end) return undefined
      if (reader && this.#leavesOthers(reader) && this.#company.patient && !reader.signal?.aborted) {
        await this.#company.wait(reader)
        continue
      }
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
    const block = await decodeBlock(this.#journal, this.#head, this.#decoder, this.#options.keep, this.#pace)
    this.#blocks.push(block)
    this.#weight += block.weight
    this.#head = block.next
    this.#company.advanced(block.outcomes.length)
    const needed = this.#company.lastFrom(this.#first)
    let drop = 0
    while (drop < this.#blocks.length - 1 && this.#mayDrop(drop, needed)) {
      const oldest = this.#blocks[drop]
      this.#weight -= oldest?.weight ?? 0
      this.#first = oldest?.next ?? this.#first
      drop++
    }
    // One splice for many blocks: shifting one by one would move the whole list each time.
    if (drop > 0) this.#blocks.splice(0, drop)
  }

  /** What is too much to keep, or what every reader has passed that is with the others. */
  #mayDrop(index: number, needed: JournalOffset): boolean {
    return this.#weight > KEPT_WEIGHT || this.#blocks.length - index > KEPT_BLOCKS || (this.#blocks[index]?.next ?? 0) <= needed
  }

  /** Whether going on would let go of a block that another reader has not taken. */
  #leavesOthers(reader: Reader): boolean {
    return this.#weight >= FULL_WEIGHT && this.#company.lastFrom(this.#first, reader) < (this.#blocks[0]?.next ?? 0)
  }

  /** By a walk that is near, or one that begins a good way before: what it passes tells it the duplicates. */
  async #decodeAgain(offset: JournalOffset): Promise<Block> {
    const { freshDecoder, rememberedFrames = 0, keep } = this.#options
    if (!freshDecoder) return decodeBlock(this.#journal, offset, this.#decoder, keep, this.#pace)
    const index = this.#walks.findIndex(walk => walk.reaches(offset, rememberedFrames))
    // Taken out while it works: two sinks must not push it at the same time.
    const [found] = index < 0 ? [] : this.#walks.splice(index, 1)
    const from = Math.max(this.#journal.start, offset - rememberedFrames)
    const walk = found ?? new Walk({ journal: this.#journal, decoder: freshDecoder(), from, keep, pace: this.#pace })
    const block = await walk.to(offset)
    this.#walks.unshift(walk)
    this.#walks.length = Math.min(this.#walks.length, MOST_WALKS)
    return block
  }
}
