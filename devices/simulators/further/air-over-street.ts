import type { EpochMs } from '../../../gateway/model/frame.ts'
import { clamp, rounded } from '../curve.ts'
import { localHour } from '../local-time.ts'
import type { Plant, Sample } from '../plant.ts'
import { type Random, smoothNoise } from '../random.ts'
import { WeatherOverCity } from '../worksite/weather.ts'

const MINUTE_MS = 60_000

/** The air, the noise and the weather beside a street. */
export class AirOverStreet implements Plant {
  readonly #weather: WeatherOverCity
  readonly #seed: number

  constructor(random: Random) {
    // The weather of the city is one, whatever station looks at it.
    this.#weather = new WeatherOverCity(2024)
    this.#seed = random.integer(0, 0x7fff_ffff)
  }

  sample(at: EpochMs): Sample {
    const weather = this.#weather.at(at)
    const hour = localHour(at)
    const traffic = hour < 5.5 ? 0.15 : Math.max(0.3, Math.exp(-(((hour - 8.5) / 2) ** 2)) + Math.exp(-(((hour - 18) / 2.5) ** 2)))
    const dust = (weather.raining ? 0.5 : 1) * (28 + 14 * smoothNoise(this.#seed, at / (500 * MINUTE_MS)) + 12 * traffic)
    return {
      at,
      values: {
        temperature: rounded(weather.temperatureC, 1),
        humidity: rounded(weather.humidityPercent, 1),
        pressure: rounded(weather.pressureKpa, 2),
        windSpeed: rounded(weather.windSpeedMps * (0.9 + 0.3 * smoothNoise(this.#seed + 1, at / MINUTE_MS)), 1),
        windDirection: Math.round(weather.windDirectionDeg) % 360,
        illuminance: Math.round(Math.max(0, weather.illuminanceLux)),
        rain: rounded(weather.rainMm, 1),
        raining: weather.raining,
        noise: rounded(clamp(48 + 20 * traffic + 3 * smoothNoise(this.#seed + 2, at / MINUTE_MS), 35, 95), 1),
        pm25: rounded(dust, 1),
        pm10: rounded(1.6 * dust, 1),
        co2: Math.round(420 + 60 * traffic + 10 * smoothNoise(this.#seed + 3, at / (5 * MINUTE_MS))),
        voc: rounded(4 + 6 * traffic, 1),
      },
    }
  }
}
