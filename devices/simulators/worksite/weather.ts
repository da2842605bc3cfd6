import type { EpochMs } from '../../../gateway/model/frame.ts'
import { clamp } from '../curve.ts'
import { localHour, partOfYear } from '../local-time.ts'
import { hashAt, smoothNoise } from '../random.ts'

const HOUR_MS = 3_600_000
const SHOWER_MS = 6 * HOUR_MS

/** The air over the city: one weather for all sites, which is why their values go together. */
export interface Weather {
  readonly temperatureC: number
  readonly humidityPercent: number
  readonly windSpeedMps: number
  readonly windDirectionDeg: number
  readonly pressureKpa: number
  readonly illuminanceLux: number
  /** Since the beginning of the year. */
  readonly rainMm: number
  readonly raining: boolean
}

/** The weather of a seed at any instant: seasons and days of Shanghai, fronts and showers made from hashes. */
export class WeatherOverCity {
  readonly #seed: number
  #rainUntil = { bucket: Number.NaN, mm: 0 }

  constructor(seed: number) {
    this.#seed = seed
  }

  at(at: EpochMs): Weather {
    const hour = localHour(at)
    const year = partOfYear(at)
    const front = smoothNoise(this.#seed, at / (30 * HOUR_MS))
    const windDirectionDeg = (200 + 150 * smoothNoise(this.#seed + 1, at / (14 * HOUR_MS)) + 360) % 360
    // Coldest late in January, warmest early in August, means of Shanghai; a wind from the north is a cold one.
    const season = 17.5 - 12 * Math.cos(2 * Math.PI * (year - 0.06))
    const northerly = Math.cos((windDirectionDeg * Math.PI) / 180)
    const day = 3.5 * Math.cos((2 * Math.PI * (hour - 14.5)) / 24)
    const shower = this.#shower(Math.floor(at / SHOWER_MS))
    const raining = shower.mm > 0 && isWithin(at, shower)
    const temperatureC = season + day + 3 * front - 2 * northerly - (raining ? 2 : 0)
    const sun = Math.max(0, Math.sin((Math.PI * (hour - 5.8 - 0.7 * Math.cos(2 * Math.PI * year))) / (12.4 - 1.4 * Math.cos(2 * Math.PI * year))))
    return {
      temperatureC,
      humidityPercent: clamp(72 - 4 * day - 9 * front + (raining ? 18 : 0), 25, 98),
      windSpeedMps: Math.max(0.2, 2.8 + 1.8 * smoothNoise(this.#seed + 2, at / (5 * HOUR_MS)) + 0.25 * day + 1.2 * northerly),
      windDirectionDeg,
      pressureKpa: 101.6 + 0.9 * Math.cos(2 * Math.PI * (year - 0.04)) - 0.6 * front,
      illuminanceLux: (hour > 4 && hour < 20 ? sun : 0) * 88_000 * (raining ? 0.15 : 0.65 + 0.3 * front),
      rainMm: this.#rainSinceNewYear(at),
      raining,
    }
  }

  /** One in eight quarters of a day has a shower somewhere in it. */
  #shower(bucket: number): Shower {
    const wet = hashAt(this.#seed + 3, bucket) < 0.125
    const begins = bucket * SHOWER_MS + 2.5 * HOUR_MS * hashAt(this.#seed + 4, bucket)
    return { mm: wet ? 1 + 22 * hashAt(this.#seed + 5, bucket) ** 2 : 0, begins, lastsMs: HOUR_MS * (0.7 + 2.5 * hashAt(this.#seed + 6, bucket)) }
  }

  #rainSinceNewYear(at: EpochMs): number {
    const bucket = Math.floor(at / SHOWER_MS)
    if (this.#rainUntil.bucket !== bucket) {
      const newYear = Date.UTC(new Date(at).getUTCFullYear(), 0, 1)
      let mm = 0
      for (let past = Math.floor(newYear / SHOWER_MS); past < bucket; past++) mm += this.#shower(past).mm
      this.#rainUntil = { bucket, mm }
    }
    const shower = this.#shower(bucket)
    return this.#rainUntil.mm + shower.mm * clamp((at - shower.begins) / shower.lastsMs, 0, 1)
  }
}

interface Shower {
  readonly mm: number
  readonly begins: EpochMs
  readonly lastsMs: number
}

function isWithin(at: EpochMs, shower: Shower): boolean {
  return at >= shower.begins && at < shower.begins + shower.lastsMs
}
