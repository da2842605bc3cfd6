import type { EpochMs } from '../../../gateway/model/frame.ts'
import { rounded } from '../curve.ts'
import { localHour, partOfYear } from '../local-time.ts'
import type { NumericSample, Plant } from '../plant.ts'
import { type Random, smoothNoise } from '../random.ts'

const HOUR_MS = 3_600_000

/** The soil of a street's verge: watered at night, drying by day. */
export class SoilBed implements Plant {
  readonly #seed: number
  readonly #acidity: number

  constructor(random: Random) {
    this.#seed = random.integer(0, 0x7fff_ffff)
    this.#acidity = random.between(6.2, 7.8)
  }

  sample(at: EpochMs): NumericSample {
    const moisture = 34 - 6 * Math.sin((Math.PI * (localHour(at) - 5)) / 24) + 4 * smoothNoise(this.#seed, at / (30 * HOUR_MS))
    return {
      at,
      values: {
        moisture: rounded(moisture, 1),
        temperature: rounded(16 - 10 * Math.cos(2 * Math.PI * (partOfYear(at) - 0.08)) + smoothNoise(this.#seed + 1, at / (8 * HOUR_MS)), 1),
        conductivity: Math.round(380 + 6 * moisture + 40 * smoothNoise(this.#seed + 2, at / (40 * HOUR_MS))),
        acidity: rounded(this.#acidity, 1),
      },
    }
  }
}
