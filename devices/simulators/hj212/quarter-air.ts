import type { EpochMs } from '../../../gateway/model/frame.ts'
import { clamp, curveAt, type DailyCurve, rounded } from '../curve.ts'
import { localHour, localWeekday } from '../local-time.ts'
import type { NumericSample, Plant } from '../plant.ts'
import { type Random, smoothNoise } from '../random.ts'
import type { WeatherOverCity } from '../worksite/weather.ts'

const MINUTE_MS = 60_000

/** Traffic of a day: what makes nitrogen dioxide and carbon monoxide. */
const TRAFFIC: DailyCurve = [
  [0, 0.25],
  [5, 0.2],
  [8, 1],
  [10, 0.7],
  [16, 0.75],
  [18, 1],
  [21, 0.5],
  [24, 0.25],
]
/** Sun: ozone rises after noon, and falls where nitrogen monoxide is. */
const SUN: DailyCurve = [
  [0, 0.15],
  [7, 0.1],
  [14, 1],
  [19, 0.4],
  [24, 0.15],
]

/** The air of a quarter: six pollutants under the city's weather. */
export class QuarterAir implements Plant {
  readonly #weather: WeatherOverCity
  readonly #seed: number
  readonly #busy: number

  constructor(weather: WeatherOverCity, random: Random) {
    this.#weather = weather
    this.#seed = random.integer(0, 0x7fff_ffff)
    this.#busy = random.between(0.6, 1.3)
  }

  sample(at: EpochMs): NumericSample {
    const weather = this.#weather.at(at)
    const hour = localHour(at)
    const traffic = this.#busy * curveAt(TRAFFIC, hour) * (localWeekday(at) >= 5 ? 0.75 : 1)
    const noise = (n: number, minutes: number): number => smoothNoise(this.#seed + n, at / (minutes * MINUTE_MS))
    const washed = weather.raining ? 0.5 : 1
    const dust = washed * (32 + 18 * noise(1, 600) + 14 * traffic + 3 * noise(2, 10))
    return {
      at,
      values: {
        pm25: rounded(clamp(dust, 2, 400), 1),
        pm10: rounded(clamp(1.6 * dust + 6 * noise(3, 20), 4, 700), 1),
        no2: rounded(clamp(14 + 48 * traffic + 5 * noise(4, 15), 2, 300), 1),
        so2: rounded(clamp(7 + 2 * noise(5, 60), 1, 100), 1),
        o3: rounded(clamp(25 + 120 * curveAt(SUN, hour) * washed - 15 * traffic + 6 * noise(6, 30), 2, 400), 1),
        co: rounded(clamp(0.4 + 0.6 * traffic + 0.05 * noise(7, 15), 0.1, 10), 3),
        temperature: rounded(weather.temperatureC + 0.4 * noise(8, 15), 1),
        humidity: rounded(clamp(weather.humidityPercent + 2 * noise(9, 15), 20, 100), 1),
        pressure: rounded(weather.pressureKpa, 2),
        windSpeed: rounded(weather.windSpeedMps * (0.9 + 0.3 * noise(10, 1)), 1),
        windDirection: rounded(weather.windDirectionDeg + 12 * noise(11, 1) + 360, 0) % 360,
      },
    }
  }
}
