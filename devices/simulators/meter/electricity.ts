import type { EpochMs } from '../../../gateway/model/frame.ts'
import { clamp, curveAt, rounded } from '../curve.ts'
import type { NumericSample, Plant } from '../plant.ts'
import { hashAt, type Random, smoothNoise } from '../random.ts'
import type { LoadCurve } from './load-curve.ts'
import { WeeklyCounter } from './weekly-counter.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** Nominal between phase and neutral in China (GB/T 156): 220 V, and this grid is kept a little above. */
const FEED_VOLTS = 224
/** What the wires of a building lose at its peak, in volts. */
const SAG_VOLTS = 7

/** A building behind a three-phase meter. */
export class ElectricLoad implements Plant {
  readonly #counter: WeeklyCounter
  readonly #seed: number
  readonly #peakKw: number
  readonly #powerFactor: number
  readonly #startKwh: number
  /** How the load is spread over L1, L2, L3; together 1. */
  readonly #shares: readonly [number, number, number]

  constructor(curve: LoadCurve, random: Random) {
    const peakKw = random.between(...curve.peakKw)
    const seed = random.integer(0, 0x7fff_ffff)
    const uneven = curve.use === 'residential' ? 0.09 : 0.03
    const first = 1 / 3 + random.between(-uneven, uneven)
    const second = 1 / 3 + random.between(-uneven, uneven)
    this.#seed = seed
    this.#peakKw = peakKw
    this.#powerFactor = random.between(...curve.powerFactor)
    this.#startKwh = random.between(500, 20_000)
    this.#shares = [first, second, 1 - first - second]
    this.#counter = new WeeklyCounter(sinceMondayMs => {
      const day = Math.floor(sinceMondayMs / DAY_MS)
      const part = curveAt(day >= 5 ? curve.weekend : curve.workday, (sinceMondayMs % DAY_MS) / 3_600_000)
      return peakKw * part * (0.88 + 0.24 * hashAt(seed, sinceMondayMs / 900_000))
    })
  }

  sample(at: EpochMs): NumericSample {
    const power = this.#counter.rate(at)
    const shift = 0.02 * smoothNoise(this.#seed + 1, at / (3 * MINUTE_MS))
    const factor = clamp(this.#powerFactor + 0.015 * smoothNoise(this.#seed + 2, at / (10 * MINUTE_MS)), 0.5, 0.999)
    const feed = FEED_VOLTS + 3 * smoothNoise(this.#seed + 3, at / (20 * MINUTE_MS))
    const energy = this.#startKwh + this.#counter.total(at)
    const phases = this.#shares.map((share, index) => {
      const kw = power * (share + (index === 0 ? shift : index === 1 ? -shift : 0))
      const volts = feed - SAG_VOLTS * Math.min(1.5, (3 * kw) / this.#peakKw)
      return { kw, volts, amperes: (kw * 1000) / (volts * factor) }
    })
    return {
      at,
      values: {
        ...perPhase('voltageL', phases, phase => rounded(phase.volts, 2)),
        ...perPhase('currentL', phases, phase => rounded(phase.amperes, 3)),
        ...perPhase('powerL', phases, phase => rounded(phase.kw, 4)),
        activePower: rounded(power, 4),
        reactivePower: rounded(power * Math.tan(Math.acos(factor)), 4),
        powerFactor: rounded(factor, 4),
        frequency: rounded(50 + 0.04 * smoothNoise(7, at / (2 * MINUTE_MS)), 3),
        apparentPower: rounded(power / factor, 4),
        importEnergy: rounded(energy, 3),
        exportEnergy: 0,
        ...byTariff(energy),
        // What the load's reactive part has added up to, at its usual power factor.
        reactiveEnergy1: rounded(energy * Math.tan(Math.acos(this.#powerFactor)), 2),
        reactiveEnergy2: 0,
      },
    }
  }
}

/** How a building's energy is spread over the four tariffs of a day, about: sharp peak, peak, flat, valley. */
const TARIFF_SHARES = { importEnergySharp: 0.12, importEnergyPeak: 0.38, importEnergyFlat: 0.31, importEnergyValley: 0.19 }

function byTariff(energy: number): Record<string, number> {
  return Object.fromEntries(Object.entries(TARIFF_SHARES).map(([field, share]) => [field, rounded(energy * share, 2)]))
}

function perPhase<T>(name: string, phases: readonly T[], of: (phase: T) => number): Record<string, number> {
  return Object.fromEntries(phases.map((phase, index) => [`${name}${index + 1}`, of(phase)]))
}
