import type { ModelEntry } from '../../../gateway/model/device.ts'
import type { EpochMs } from '../../../gateway/model/frame.ts'
import type { Kind } from '../../../gateway/model/kind.ts'
import type { Period } from '../../protocols/hj212/commands.ts'
import { encodeData, groupsOf, VERSION_2017 } from '../../protocols/hj212/encode.ts'
import { type Hj212Mapping, readMapping } from '../../protocols/hj212/mapping.ts'
import { qnText } from '../../protocols/hj212/times.ts'
import { rounded } from '../curve.ts'
import type { Plant } from '../plant.ts'
import { hash32, hashAt } from '../random.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Every simulated station has this one: a password of the standard is no secret, it passes in the clear. */
export const STATION_PASSWORD = '123456'
/** Samples that a mean is made of. */
const SAMPLES = 4
/** Hours of which something is not as measured. */
const FLAGGED_PART = 0.04

/** Who a simulated station is. */
export interface StationOptions {
  readonly mn: string
  /** What it monitors: HJ 212-2017 § 6.6.1, table 5. */
  readonly st: string
  readonly entry: ModelEntry
  readonly plant: Plant
}

/** A simulated environment station: what a plant measures, in packets of HJ 212-2017. A function of time alone, so that its memory needs no room: what it sent it can send again. */
export class Station {
  readonly mn: string
  readonly st: string
  readonly mapping: Hj212Mapping
  /** Seconds between real-time data, as it was told last; how often it reports its fleet decides. */
  intervalSeconds = 30
  readonly #kind: Kind
  readonly #plant: Plant
  readonly #seed: number
  readonly #factors: readonly string[]

  constructor({ mn, st, entry, plant }: StationOptions) {
    this.mn = mn
    this.st = st
    this.mapping = readMapping(entry.model, entry.kind)
    this.#kind = entry.kind
    this.#plant = plant
    this.#seed = hash32(mn)
    this.#factors = [...new Set(this.mapping.points.map(({ name }) => name.slice(0, name.indexOf('-'))))]
  }

  /** Packets of what it measures at that time. `flag`: 1 asks for an answer. */
  realTime(at: EpochMs, flag = 0, qn: string = qnText(at, this.mapping.offsetMs)): Buffer[] {
    return this.#packets('realTime', at, this.#numbers(at), flag, qn)
  }

  /** Packets of the means of the period that began then; none when the product sends none. `qn`: of the request that asks for them. */
  means(period: Exclude<Period, 'realTime'>, start: EpochMs, flag = 0, qn: string = qnText(start + this.lengthOf(period), this.mapping.offsetMs)): Buffer[] {
    const length = this.lengthOf(period)
    const samples = Array.from({ length: SAMPLES }, (_, n) => this.#numbers(start + ((n + 0.5) * length) / SAMPLES))
    const suffix = `${period.charAt(0).toUpperCase()}${period.slice(1)}`
    const values: Record<string, number> = {}
    for (const field of Object.keys(samples[0] ?? {})) {
      // There is no mean of directions without their vectors: the one in the middle stands for all.
      const mean = this.#kind.fields[field]?.circular ? samples[SAMPLES / 2]?.[field] : samples.reduce((sum, each) => sum + (each[field] ?? 0), 0) / SAMPLES
      values[`${field}${suffix}`] = rounded(mean ?? 0, 3)
    }
    return this.#packets(period, start, values, flag, qn)
  }

  /** How long a period of its data is, in ms. */
  lengthOf(period: Exclude<Period, 'realTime'>): number {
    return period === 'minute' ? this.mapping.minuteMs : period === 'hour' ? HOUR_MS : DAY_MS
  }

  /** All it sends between two times as one payload, as a terminal that carries it over MQTT publishes: real time, and what means became ready. */
  payload(from: EpochMs, at: EpochMs): Buffer {
    const packets = this.realTime(at)
    for (const period of ['minute', 'hour', 'day'] as const) {
      const start = this.startOf(period, at)
      if (start > from) packets.push(...this.means(period, start - this.lengthOf(period)))
    }
    return Buffer.concat(packets)
  }

  /** When the period that a time lies in began, by the station's clock. */
  startOf(period: Exclude<Period, 'realTime'>, at: EpochMs): EpochMs {
    const { offsetMs } = this.mapping
    const length = this.lengthOf(period)
    return Math.floor((at + offsetMs) / length) * length - offsetMs
  }

  #numbers(at: EpochMs): Record<string, number> {
    return Object.fromEntries(Object.entries(this.#plant.sample(at).values).filter((entry): entry is [string, number] => typeof entry[1] === 'number'))
  }

  /** Now and then an instrument is under maintenance or at fault for an hour, and the station says so. */
  #flags(at: EpochMs): Readonly<Record<string, string>> {
    const hour = Math.floor(at / HOUR_MS)
    const chance = hashAt(this.#seed, hour)
    if (chance >= FLAGGED_PART) return {}
    const factor = this.#factors[hour % this.#factors.length]
    return factor === undefined ? {} : { [factor]: chance < FLAGGED_PART / 2 ? 'M' : 'D' }
  }

  #packets(period: Period, at: EpochMs, values: Readonly<Record<string, number>>, flag: number, qn: string): Buffer[] {
    const groups = groupsOf(this.mapping, period, values, this.#flags(at))
    if (groups.length === 0) return []
    return encodeData({ qn, st: this.st, pw: STATION_PASSWORD, mn: this.mn, flag: VERSION_2017 | flag }, period, at, groups, this.mapping)
  }
}
