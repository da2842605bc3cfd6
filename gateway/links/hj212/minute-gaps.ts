import type { EpochMs } from '../../model/frame.ts'

/** Times of minute data, both ends included. */
export interface Stretch {
  readonly begin: EpochMs
  readonly end: EpochMs
}

interface Gap {
  begin: EpochMs
  end: EpochMs
  attempts: number
}

/** A station's memory is not endless, nor is what is asked of it. */
const FARTHEST_MS = 24 * 3_600_000
const MOST_GAPS = 16
const MOST_ATTEMPTS = 3

/** Which minute data of one station are missing between those that came. What came before the first is not known to be missing. */
export class MinuteGaps {
  readonly #stepMs: number
  #newest: EpochMs | undefined
  #gaps: Gap[] = []
  /** Stretches given up: asked for often enough, or the station says that it has nothing. */
  givenUp = 0

  constructor(stepMs: number) {
    this.#stepMs = stepMs
  }

  get count(): number {
    return this.#gaps.length
  }

  /** A value came: whether by itself or fetched. */
  came(at: EpochMs): void {
    const step = this.#stepMs
    const newest = this.#newest
    if (newest === undefined) this.#newest = at
    else if (at > newest) {
      this.#newest = at
      const begin = Math.max(newest + step, at - FARTHEST_MS)
      // A time a little off its minute is no gap.
      if (at - newest >= 1.5 * step) this.#add({ begin, end: at - step, attempts: 0 })
    } else this.#gaps = this.#gaps.flatMap(gap => this.#without(gap, at))
  }

  /** The oldest that is missing, of no more than so many values. */
  next(most: number): Stretch | undefined {
    const [gap] = this.#gaps
    return gap && { begin: gap.begin, end: Math.min(gap.end, gap.begin + (most - 1) * this.#stepMs) }
  }

  /** It was asked for, and the station gave what it has: what is missing still is missing for good. */
  settled({ begin, end }: Stretch): void {
    const [before] = [this.#gaps.length]
    this.#gaps = this.#gaps.flatMap(gap => (gap.end < begin || gap.begin > end ? [gap] : gap.end > end ? [{ ...gap, begin: end + this.#stepMs }] : []))
    if (this.#gaps.length < before) this.givenUp++
  }

  /** It was asked for and no answer came. */
  unanswered({ begin }: Stretch): void {
    const gap = this.#gaps.find(each => each.begin <= begin && each.end >= begin) ?? this.#gaps[0]
    if (!gap || ++gap.attempts < MOST_ATTEMPTS) return
    this.#gaps = this.#gaps.filter(each => each !== gap)
    this.givenUp++
  }

  #add(gap: Gap): void {
    this.#gaps.push(gap)
    if (this.#gaps.length <= MOST_GAPS) return
    this.#gaps.shift()
    this.givenUp++
  }

  #without(gap: Gap, at: EpochMs): Gap[] {
    const half = this.#stepMs / 2
    if (at < gap.begin - half || at > gap.end + half) return [gap]
    const [before, after] = [
      { ...gap, end: at - this.#stepMs },
      { ...gap, begin: at + this.#stepMs },
    ]
    return [before, after].filter(each => each.end - each.begin > -half)
  }
}
