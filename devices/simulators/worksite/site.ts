import type { EpochMs } from '../../../gateway/model/frame.ts'
import { clamp, curveAt, type DailyCurve, rounded } from '../curve.ts'
import { localHour, localWeekday } from '../local-time.ts'
import type { NumericSample, Plant } from '../plant.ts'
import { hashAt, type Random, smoothNoise } from '../random.ts'
import { Crane } from './crane.ts'
import type { WeatherOverCity } from './weather.ts'

const MINUTE_MS = 60_000
const EPISODE_MS = 120 * MINUTE_MS
/** The dust of the city itself is the same over all its sites. */
const BACKGROUND_SEED = 4711

/** How much is going on: from six to ten in the evening, less over noon; at night only what must. */
const ACTIVITY: DailyCurve = [
  [0, 0.05],
  [5.5, 0.05],
  [7, 0.8],
  [9, 1],
  [11.5, 0.9],
  [12.2, 0.3],
  [13.5, 0.95],
  [17.5, 0.9],
  [18.5, 0.5],
  [21.5, 0.3],
  [22.2, 0.06],
  [24, 0.05],
]

/** The air and the noise over one construction site, and its crane. */
export class Site implements Plant {
  readonly #weather: WeatherOverCity
  readonly #seed: number
  readonly #crane: Crane | undefined
  /** How dusty and loud this site is beside others. */
  readonly #rough: number

  constructor(weather: WeatherOverCity, hasCrane: boolean, random: Random) {
    this.#weather = weather
    this.#seed = random.integer(0, 0x7fff_ffff)
    this.#rough = random.between(0.6, 1.3)
    this.#crane = hasCrane ? new Crane(random) : undefined
  }

  sample(at: EpochMs): NumericSample {
    const weather = this.#weather.at(at)
    const activity = curveAt(ACTIVITY, localHour(at)) * (localWeekday(at) === 6 ? 0.5 : 1)
    const washed = weather.raining ? 0.45 : 1
    const background = 34 + 16 * smoothNoise(BACKGROUND_SEED, at / (600 * MINUTE_MS)) + 5 * smoothNoise(this.#seed, at / (20 * MINUTE_MS))
    const raised = this.#rough * (55 * activity + this.#episode(at, activity)) * (0.8 + 0.2 * smoothNoise(this.#seed + 1, at / (2 * MINUTE_MS)))
    const pm25 = washed * (background + 0.22 * raised)
    const pm10 = washed * (1.5 * background + raised)
    const crane = this.#crane?.at(at, 0.85 * activity)
    return {
      at,
      values: {
        pm25: rounded(clamp(pm25, 3, 900), 1),
        pm10: rounded(clamp(pm10, 5, 2500), 1),
        tsp: rounded(clamp(1.7 * pm10, 8, 4500), 1),
        noise: rounded(this.#noise(at, activity), 1),
        windSpeed: rounded(weather.windSpeedMps * (0.9 + 0.35 * smoothNoise(this.#seed + 4, at / (0.4 * MINUTE_MS))), 2),
        windDirection: rounded(weather.windDirectionDeg + 12 * smoothNoise(this.#seed + 5, at / MINUTE_MS) + 360, 0) % 360,
        temperature: rounded(weather.temperatureC + 0.4 * smoothNoise(this.#seed + 6, at / (15 * MINUTE_MS)), 1),
        humidity: rounded(clamp(weather.humidityPercent + 2 * smoothNoise(this.#seed + 7, at / (15 * MINUTE_MS)), 20, 100), 1),
        pressure: rounded(weather.pressureKpa, 1),
        illuminance: rounded(weather.illuminanceLux * (0.93 + 0.07 * smoothNoise(this.#seed + 8, at / (3 * MINUTE_MS))), 0),
        rain: rounded(weather.rainMm, 1),
        ...(crane && { craneLoad: rounded(crane.loadT, 2), craneMoment: rounded(crane.momentPercent, 1) }),
      },
    }
  }

  /** Twenty to sixty minutes of much more dust: tipping, sweeping, breaking up. Seldom, and seldom at night. */
  #episode(at: EpochMs, activity: number): number {
    const bucket = Math.floor(at / EPISODE_MS)
    if (hashAt(this.#seed + 9, bucket) > 0.03 + 0.12 * activity) return 0
    const lastsMs = (20 + 40 * hashAt(this.#seed + 10, bucket)) * MINUTE_MS
    const begins = bucket * EPISODE_MS + (EPISODE_MS - lastsMs) * hashAt(this.#seed + 11, bucket)
    const part = clamp((at - begins) / lastsMs, 0, 1)
    return (180 + 700 * hashAt(this.#seed + 12, bucket)) * Math.sin(Math.PI * part) ** 2
  }

  /** Equivalent level of the last seconds, dB(A): a quiet town, people at work, and now and then a hammer. */
  #noise(at: EpochMs, activity: number): number {
    const town = 47 + 4 * smoothNoise(this.#seed + 13, at / (10 * MINUTE_MS))
    const work = activity * this.#rough * (20 + 5 * smoothNoise(this.#seed + 14, at / (0.7 * MINUTE_MS)))
    const hammer = activity > 0.25 && hashAt(this.#seed + 15, Math.floor(at / (4 * MINUTE_MS))) < 0.08 ? 10 : 0
    return clamp(town + work + hammer, 32, 105)
  }
}
