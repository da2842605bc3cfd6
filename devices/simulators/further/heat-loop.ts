import type { EpochMs } from '../../../gateway/model/frame.ts'
import { curveAt, rounded } from '../curve.ts'
import { loadCurves } from '../meter/load-curve.ts'
import { WeeklyCounter } from '../meter/weekly-counter.ts'
import type { NumericSample, Plant } from '../plant.ts'
import { hashAt, type Random, smoothNoise } from '../random.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
/** Of water between 40 and 70 °C: what a cubic metre gives for each kelvin it is cooled, in kWh. */
const KWH_A_CUBIC_METRE_KELVIN = 1.15
/** The loop is designed for this difference at any load: a valve holds it. */
const DIFFERENCE_KELVIN = 18

/** The domestic hot water loop of a building, heated from a substation all year round. */
export class HeatLoop implements Plant {
  readonly #counter: WeeklyCounter
  readonly #seed: number
  readonly #startKwh: number
  readonly #installedAt: EpochMs

  constructor(random: Random) {
    const peakKw = random.between(40, 260)
    const seed = random.integer(0, 0x7fff_ffff)
    const curve = loadCurves[0]
    this.#seed = seed
    this.#startKwh = random.between(20_000, 200_000)
    this.#installedAt = Date.UTC(2022, random.integer(0, 11), random.integer(1, 28))
    this.#counter = new WeeklyCounter(sinceMondayMs => {
      const day = (Math.floor(sinceMondayMs / DAY_MS) >= 5 ? curve?.weekend : curve?.workday) ?? []
      return peakKw * curveAt(day, (sinceMondayMs % DAY_MS) / HOUR_MS) * (0.9 + 0.2 * hashAt(seed, sinceMondayMs / 900_000))
    })
  }

  sample(at: EpochMs): NumericSample {
    const power = this.#counter.rate(at)
    const energy = this.#startKwh + this.#counter.total(at)
    const difference = DIFFERENCE_KELVIN + 0.8 * smoothNoise(this.#seed + 1, at / (4 * MINUTE_MS))
    const flowTemperature = 62 + 2 * smoothNoise(this.#seed + 2, at / (20 * MINUTE_MS))
    return {
      at,
      values: {
        heatEnergy: rounded(energy, 1),
        coolingEnergy: 0,
        power: rounded(power, 3),
        volume: rounded(energy / KWH_A_CUBIC_METRE_KELVIN / DIFFERENCE_KELVIN, 2),
        flow: rounded(power / KWH_A_CUBIC_METRE_KELVIN / difference, 4),
        flowTemperature: rounded(flowTemperature, 2),
        returnTemperature: rounded(flowTemperature - difference, 2),
        temperatureDifference: rounded(difference, 2),
        hours: Math.floor((at - this.#installedAt) / HOUR_MS),
      },
    }
  }
}
