import type { EpochMs } from '../../../gateway/model/frame.ts'
import { hashAt, type Random } from '../random.ts'

/** What a tower crane's limiter shows. */
export interface CraneState {
  readonly loadT: number
  readonly momentPercent: number
}

/** A tower crane: picks up, slews, sets down, comes back empty, again and again while people work. */
export class Crane {
  readonly #seed: number
  readonly #cycleMs: number
  readonly #ratedMomentTm: number

  constructor(random: Random) {
    this.#seed = random.integer(0, 0x7fff_ffff)
    this.#cycleMs = 1000 * random.integer(200, 420)
    this.#ratedMomentTm = random.between(80, 160)
  }

  /** `busy` 0 to 1: how much of the crane's cycles carry something. */
  at(at: EpochMs, busy: number): CraneState {
    const cycle = Math.floor(at / this.#cycleMs)
    if (hashAt(this.#seed, cycle) >= busy) return { loadT: 0, momentPercent: 0 }
    const part = (at % this.#cycleMs) / this.#cycleMs
    // Slinging until 0.15, hoisting and slewing until 0.6, setting down until 0.7, the way back.
    const hanging = part < 0.15 || part > 0.7 ? 0 : part < 0.2 ? (part - 0.15) / 0.05 : part > 0.65 ? (0.7 - part) / 0.05 : 1
    const radius = 12 + 33 * hashAt(this.#seed + 1, cycle) * (0.6 + 0.4 * Math.sin(Math.PI * part))
    // What is lifted is chosen for the radius: mostly half of what is permitted, seldom close to it.
    const permitted = this.#ratedMomentTm / radius
    const loadT = hanging * permitted * (0.2 + 0.75 * hashAt(this.#seed + 2, cycle) ** 2)
    return { loadT, momentPercent: (100 * loadT * radius) / this.#ratedMomentTm }
  }
}
