import type { EpochMs } from '../../../gateway/model/frame.ts'
import { clamp, rounded } from '../curve.ts'
import { localHour } from '../local-time.ts'
import type { Plant, Sample } from '../plant.ts'
import { hashAt, type Random, smoothNoise } from '../random.ts'

const MINUTE_MS = 60_000

/** A tower crane that picks up, hoists, slews, sets down and comes back, from seven to six. */
export class TowerCrane implements Plant {
  readonly #seed: number
  readonly #cycleMs: number
  readonly #jib: number
  readonly #height: number
  readonly #ratedMomentTm: number

  constructor(random: Random) {
    this.#seed = random.integer(0, 0x7fff_ffff)
    this.#cycleMs = 1000 * random.integer(220, 400)
    this.#jib = random.between(45, 65)
    this.#height = random.between(40, 160)
    this.#ratedMomentTm = random.between(80, 160)
  }

  sample(at: EpochMs): Sample {
    const cycle = Math.floor(at / this.#cycleMs)
    const part = (at % this.#cycleMs) / this.#cycleMs
    const hour = localHour(at)
    const works = hour >= 7 && hour < 18 && hashAt(this.#seed, cycle) < 0.8
    // Slinging until 0.2, hoisting until 0.4, slewing until 0.6, lowering until 0.75, the way back.
    const lifted = !works || part < 0.2 || part > 0.75 ? 0 : Math.min(1, (part - 0.2) / 0.02, (0.75 - part) / 0.02)
    const radius = 8 + (this.#jib - 8) * (0.3 + 0.6 * hashAt(this.#seed + 1, cycle))
    const permitted = this.#ratedMomentTm / radius
    const load = lifted * permitted * (0.2 + 0.72 * hashAt(this.#seed + 2, cycle) ** 2)
    const raised = works ? clamp(Math.min((part - 0.2) / 0.2, (0.75 - part) / 0.15), 0, 1) : 1
    const wind = 4 + 3 * smoothNoise(this.#seed + 3, at / (20 * MINUTE_MS)) + 0.8 * smoothNoise(this.#seed + 4, at / (MINUTE_MS / 2))
    const moment = (100 * load * radius) / this.#ratedMomentTm
    return {
      at,
      values: {
        load: rounded(load, 2),
        moment: rounded(moment, 1),
        radius: rounded(radius, 2),
        hookHeight: rounded(2 + (this.#height - 6) * raised, 1),
        slewing: rounded((360 * hashAt(this.#seed + 5, works ? cycle : 0) + 150 * clamp((part - 0.4) / 0.2, 0, 1) * (works ? 1 : 0)) % 360, 1),
        tilt: rounded(0.15 + 0.004 * load + 0.05 * Math.abs(smoothNoise(this.#seed + 6, at / MINUTE_MS)), 2),
        windSpeed: rounded(Math.max(0, wind), 1),
        overload: moment > 100,
      },
    }
  }
}
