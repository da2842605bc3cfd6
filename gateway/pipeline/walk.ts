import type { JournalOffset } from '../model/frame.ts'
import type { Journal } from '../model/journal.ts'
import type { Pace } from '../model/pace.ts'
import type { FrameDecoder } from './frame-decoder.ts'
import type { Outcome } from './outcome.ts'

/** Outcomes of consecutive frames. */
export interface Block {
  /** Frames before this offset are in no later block. */
  readonly next: JournalOffset
  readonly outcomes: readonly Outcome[]
  readonly weight: number
}

/** Frames decoded between two looks at whether it is the turn of others: a tenth of a millisecond or so. */
const FRAMES_A_LOOK = 32

/** Decodes what the journal reads at once, and makes safe what decoding found out before anything of it is handed on. */
export async function decodeBlock(journal: Journal, from: JournalOffset, decoder: FrameDecoder, keep: (() => void) | undefined, pace: Pace): Promise<Block> {
  const end = journal.end
  const frames = await journal.read(from)
  const outcomes: Outcome[] = []
  for (const frame of frames) {
    outcomes.push(decoder.outcome(frame))
    if (outcomes.length % FRAMES_A_LOOK === 0 && pace.spent) await pace.rest()
  }
  keep?.()
  const last = outcomes.at(-1)
  let weight = 0
  for (const outcome of outcomes) weight += 1 + outcome.readings.length + (outcome.presences?.length ?? 0)
  // No frame before the end: what lies there is damaged, and reported by the journal.
  return { next: last ? last.offset + 1 : end, outcomes, weight }
}

/** More than a sink is handed at once: what it did not take is not decoded again for the next attempt. */
const KEPT_WEIGHT = 60_000

/**
 * A sink's own way through frames that are no longer kept decoded for all. It has a decoder of its own, which remembers the points on this way: so it neither disturbs
 * nor is disturbed by the head, and meets the same duplicates as the head did.
 */
export class Walk {
  readonly #journal: Journal
  readonly #decoder: FrameDecoder
  readonly #keep: (() => void) | undefined
  readonly #pace: Pace
  readonly #blocks: { readonly from: JournalOffset; readonly block: Block }[] = []
  #weight = 0
  #next: JournalOffset

  constructor(options: {
    readonly journal: Journal
    readonly decoder: FrameDecoder
    readonly from: JournalOffset
    readonly keep: (() => void) | undefined
    readonly pace: Pace
  }) {
    this.#journal = options.journal
    this.#decoder = options.decoder
    this.#next = options.from
    this.#keep = options.keep
    this.#pace = options.pace
  }

  /** Whether an offset is in hand, or not further ahead than this. */
  reaches(offset: JournalOffset, ahead: number): boolean {
    return offset >= (this.#blocks[0]?.from ?? this.#next) && offset <= this.#next + ahead
  }

  /** The block with this offset, or the first after it. */
  async to(offset: JournalOffset): Promise<Block> {
    for (;;) {
      const found = this.#blocks.find(({ block }) => block.next > offset)
      if (found) return found.block
      await this.#step()
    }
  }

  async #step(): Promise<void> {
    const from = this.#next
    const block = await decodeBlock(this.#journal, from, this.#decoder, this.#keep, this.#pace)
    this.#blocks.push({ from, block })
    this.#next = block.next
    this.#weight += block.weight
    while (this.#blocks.length > 1 && this.#weight > KEPT_WEIGHT) this.#weight -= this.#blocks.shift()?.block.weight ?? 0
  }
}
