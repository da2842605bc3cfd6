import type { EpochMs } from '../../../gateway/model/frame.ts'
import { clamp, curveAt, rounded } from '../curve.ts'
import { partOfYear } from '../local-time.ts'
import type { NumericSample, Plant } from '../plant.ts'
import { hashAt, type Random, smoothNoise } from '../random.ts'
import { waterCurve } from './load-curve.ts'
import { WeeklyCounter } from './weekly-counter.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** A pipe into a block of flats, with an ultrasonic meter on it. */
export class WaterPipe implements Plant {
  readonly #counter: WeeklyCounter
  readonly #seed: number
  readonly #peak: number
  readonly #crossSection: number
  readonly #startCubicMetres: number
  readonly #quality: number

  constructor(random: Random) {
    const peak = random.between(3, 26)
    const seed = random.integer(0, 0x7fff_ffff)
    this.#seed = seed
    this.#peak = peak
    // Pipes are chosen for about 1.5 m/s at the peak.
    this.#crossSection = peak / 3600 / random.between(1.1, 1.8)
    this.#startCubicMetres = random.between(100, 9_000)
    this.#quality = random.between(78, 94)
    this.#counter = new WeeklyCounter(sinceMondayMs => {
      const curve = Math.floor(sinceMondayMs / DAY_MS) >= 5 ? waterCurve.weekend : waterCurve.workday
      return peak * curveAt(curve, (sinceMondayMs % DAY_MS) / 3_600_000) * (0.8 + 0.4 * hashAt(seed, sinceMondayMs / 900_000))
    })
  }

  sample(at: EpochMs): NumericSample {
    const flow = this.#counter.rate(at)
    // Water in the main follows the seasons with a month's delay: 8 °C in February, 28 °C in August.
    const season = 18 - 10 * Math.cos(2 * Math.PI * (partOfYear(at) - 0.11))
    return {
      at,
      values: {
        flow: rounded(flow, 4),
        total: rounded(this.#startCubicMetres + this.#counter.total(at), 3),
        velocity: rounded(flow / 3600 / this.#crossSection, 4),
        temperature: rounded(season + 0.4 * smoothNoise(this.#seed + 1, at / (30 * MINUTE_MS)), 2),
        pressure: rounded(0.36 - 0.07 * clamp(flow / this.#peak, 0, 1.4) + 0.01 * smoothNoise(this.#seed + 2, at / MINUTE_MS), 4),
        signalQuality: rounded(clamp(this.#quality + 4 * smoothNoise(this.#seed + 3, at / (5 * MINUTE_MS)), 60, 99), 0),
      },
    }
  }
}
