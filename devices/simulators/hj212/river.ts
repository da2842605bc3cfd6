import type { EpochMs } from '../../../gateway/model/frame.ts'
import { clamp, rounded } from '../curve.ts'
import { localHour, partOfYear } from '../local-time.ts'
import type { NumericSample, Plant } from '../plant.ts'
import { type Random, smoothNoise } from '../random.ts'

const HOUR_MS = 3_600_000

/** The water of a river in the city: colder in winter, with more oxygen then and by day, muddier now and then. */
export class River implements Plant {
  readonly #seed: number
  readonly #dirty: number

  constructor(random: Random) {
    this.#seed = random.integer(0, 0x7fff_ffff)
    this.#dirty = random.between(0.5, 1.6)
  }

  sample(at: EpochMs): NumericSample {
    const noise = (n: number, hours: number): number => smoothNoise(this.#seed + n, at / (hours * HOUR_MS))
    const temperature = 17 - 10 * Math.cos(2 * Math.PI * (partOfYear(at) - 0.09)) + 1.2 * noise(1, 40)
    const day = Math.max(0, Math.sin((Math.PI * (localHour(at) - 6)) / 12))
    const dirt = this.#dirty * (1 + 0.35 * noise(2, 30))
    return {
      at,
      values: {
        ph: rounded(7.4 + 0.3 * day + 0.2 * noise(3, 20), 2),
        temperature: rounded(temperature, 1),
        dissolvedOxygen: rounded(clamp(13.5 - 0.25 * temperature + 1.2 * day - 1.5 * dirt, 0.5, 16), 2),
        conductivity: rounded(520 + 160 * dirt + 30 * noise(4, 12), 0),
        turbidity: rounded(clamp(22 * dirt + 12 * noise(5, 6), 1, 400), 1),
        permanganate: rounded(clamp(2.4 + 1.5 * dirt, 0.5, 15), 2),
        chemicalOxygenDemand: rounded(clamp(9 + 7 * dirt, 2, 60), 1),
        ammonia: rounded(clamp(0.2 + 0.5 * dirt + 0.1 * noise(6, 9), 0.02, 5), 3),
        totalPhosphorus: rounded(clamp(0.05 + 0.08 * dirt, 0.005, 1), 3),
        totalNitrogen: rounded(clamp(1.1 + 1.3 * dirt, 0.2, 12), 2),
      },
    }
  }
}
