import type { Point } from '../city/plane.ts'
import { clamp } from '../curve.ts'
import type { Random } from '../random.ts'

/** The errors of a receiver between buildings wander; they do not jump: a first-order Gauss–Markov process of this time constant. */
const CORRELATION_SECONDS = 30

/** A satellite receiver's error: 2 to 6 m by receiver, correlated in time, never more than three deviations off. */
export class GpsError {
  readonly #random: Random
  readonly #deviation: number
  #x = 0
  #y = 0
  #satellites: number

  constructor(random: Random) {
    this.#random = random
    // 2–6 m is the error in the plane; each axis has its share.
    this.#deviation = random.between(2, 6) / Math.SQRT2
    this.#satellites = random.integer(8, 12)
    this.#x = random.normal() * this.#deviation
    this.#y = random.normal() * this.#deviation
  }

  /** Metres east and north of the truth. */
  get error(): Point {
    return { x: this.#x, y: this.#y }
  }

  get satellites(): number {
    return this.#satellites
  }

  /** Moves on by so many seconds. */
  advance(seconds: number): void {
    const keep = Math.exp(-seconds / CORRELATION_SECONDS)
    const fresh = this.#deviation * Math.sqrt(1 - keep * keep)
    this.#x = clamp(keep * this.#x + fresh * this.#random.normal(), -3 * this.#deviation, 3 * this.#deviation)
    this.#y = clamp(keep * this.#y + fresh * this.#random.normal(), -3 * this.#deviation, 3 * this.#deviation)
    if (this.#random.chance(0.02)) this.#satellites = clamp(this.#satellites + (this.#random.chance(0.5) ? 1 : -1), 5, 14)
  }
}
