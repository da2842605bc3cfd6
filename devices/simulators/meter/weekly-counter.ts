import { sinceMonday } from '../local-time.ts'

const WEEK_MS = 7 * 86_400_000
const STEP_MS = 900_000
const STEPS = WEEK_MS / STEP_MS
const HOUR_MS = 3_600_000
/** Counters run from here: Monday, 2024-01-01, 00:00 in Shanghai. */
const INSTALLED_AT = Date.UTC(2023, 11, 31, 16)
/** Periods of the ripple that lets a rate move between two looks at it. */
const RIPPLES_MS = [97_000, 41_000] as const

/**
 * A rate that repeats every week, and its exact integral since the meter was installed. Because the integral is known for every instant, the counter never falls:
 * neither while it runs nor when a simulation with the same seed is started again days later.
 */
export class WeeklyCounter {
  readonly #rates: Float64Array
  /** Integral from Monday 00:00 to the beginning of each step. */
  readonly #sums: Float64Array
  readonly #ripple: number

  /** `rateAt(step)` answers the rate per hour at the beginning of each quarter of an hour of the week, above 0. */
  constructor(rateAt: (sinceMondayMs: number) => number) {
    this.#rates = new Float64Array(STEPS + 1)
    this.#sums = new Float64Array(STEPS + 1)
    for (let step = 0; step < STEPS; step++) this.#rates[step] = rateAt(step * STEP_MS)
    this.#rates[STEPS] = this.#rates[0] ?? 0
    for (let step = 0; step < STEPS; step++) {
      this.#sums[step + 1] = (this.#sums[step] ?? 0) + (((this.#rates[step] ?? 0) + (this.#rates[step + 1] ?? 0)) / 2) * (STEP_MS / HOUR_MS)
    }
    // Two ripples of this height together stay below the lowest rate: the rate is never negative.
    this.#ripple = 0.35 * Math.min(...this.#rates)
  }

  /** Per hour. */
  rate(at: number): number {
    const { rate, next, part } = this.#step(at)
    let ripple = 0
    for (const period of RIPPLES_MS) ripple += this.#ripple * Math.sin((2 * Math.PI * at) / period)
    return rate + (next - rate) * part + ripple
  }

  /** Since the meter was installed. */
  total(at: number): number {
    const { index, rate, next, part } = this.#step(at)
    const weeks = Math.floor((at - INSTALLED_AT) / WEEK_MS)
    const hours = (part * STEP_MS) / HOUR_MS
    let ripple = 0
    for (const period of RIPPLES_MS) ripple -= ((this.#ripple * period) / HOUR_MS / (2 * Math.PI)) * Math.cos((2 * Math.PI * at) / period)
    return weeks * (this.#sums[STEPS] ?? 0) + (this.#sums[index] ?? 0) + (rate + ((next - rate) * part) / 2) * hours + ripple
  }

  #step(at: number): { index: number; rate: number; next: number; part: number } {
    const position = sinceMonday(at) / STEP_MS
    const index = Math.min(STEPS - 1, Math.floor(position))
    return { index, rate: this.#rates[index] ?? 0, next: this.#rates[index + 1] ?? 0, part: position - index }
  }
}
