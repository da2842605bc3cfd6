import type { EpochMs } from '../../../gateway/model/frame.ts'
import { curveAt, rounded } from '../curve.ts'
import { partOfYear } from '../local-time.ts'
import { waterCurve } from '../meter/load-curve.ts'
import { WeeklyCounter } from '../meter/weekly-counter.ts'
import type { Plant, Sample } from '../plant.ts'
import { hashAt, type Random, smoothNoise } from '../random.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** GB/T 19204: 20 °C and 101.325 kPa are the base conditions of natural gas in China. */
const BASE_KPA = 101.325
const BASE_KELVIN = 293.15

/** The gas main into an estate: people cook and heat water when they use water, so it follows the same day. */
export class GasPipe implements Plant {
  readonly #counter: WeeklyCounter
  readonly #seed: number
  readonly #startCubicMetres: number

  constructor(random: Random) {
    const peak = random.between(20, 140)
    const seed = random.integer(0, 0x7fff_ffff)
    this.#seed = seed
    this.#startCubicMetres = random.between(5_000, 90_000)
    this.#counter = new WeeklyCounter(sinceMondayMs => {
      const curve = Math.floor(sinceMondayMs / DAY_MS) >= 5 ? waterCurve.weekend : waterCurve.workday
      return peak * curveAt(curve, (sinceMondayMs % DAY_MS) / 3_600_000) * (0.85 + 0.3 * hashAt(seed, sinceMondayMs / 900_000))
    })
  }

  sample(at: EpochMs): Sample {
    const temperature = 17 - 9 * Math.cos(2 * Math.PI * (partOfYear(at) - 0.1)) + 0.3 * smoothNoise(this.#seed + 1, at / (30 * MINUTE_MS))
    const pressure = 301 + 4 * smoothNoise(this.#seed + 2, at / (5 * MINUTE_MS))
    const flow = this.#counter.rate(at)
    // Boyle and Gay-Lussac: what the pipe holds against what it would be at base conditions; the totals take the mean of the year, so that they never fall.
    const ratio = (pressure / BASE_KPA) * (BASE_KELVIN / (temperature + 273.15))
    const total = this.#startCubicMetres + this.#counter.total(at)
    return {
      at,
      values: {
        total: rounded(total, 3),
        flow: rounded(flow, 3),
        totalUncorrected: rounded(total / 3, 3),
        flowUncorrected: rounded(flow / ratio, 3),
        temperature: rounded(temperature, 2),
        pressure: rounded(pressure, 2),
        valveOpen: true,
        batteryLow: false,
      },
    }
  }
}
