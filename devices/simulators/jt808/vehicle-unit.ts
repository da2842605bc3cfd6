import type { EpochMs } from '../../../gateway/model/frame.ts'
import { writeU16, writeU32 } from '../../protocols/jt808/encode.ts'
import type { LocationItem, OutgoingLocation } from '../../protocols/jt808/encode-terminal.ts'
import type { Bus } from '../bus/bus.ts'
import { clamp } from '../curve.ts'
import { hashAt, type Random, smoothNoise } from '../random.ts'

const MINUTE_MS = 60_000
const LITRES = 200
const LITRES_A_KILOMETRE = 0.3
/** ACC on, fixed; located by GPS and BeiDou (2013 table 25). */
const USUAL_STATUS = (1 << 0) | (1 << 1) | (1 << 18) | (1 << 19)
const MIDDLE_DOOR_OPEN = 1 << 14
const OVERSPEED = 1 << 1
const OVERSPEED_KMH = 60

/** A vehicle with its terminal: what is measured on the road, in the numbers of a location message. */
export class VehicleUnit {
  readonly #bus: Bus
  readonly #isBus: boolean
  readonly #seed: number
  readonly #metresUp: number

  /** A bus carries people; other vehicles have a cooled load, and say how warm it is. */
  constructor(bus: Bus, random: Random, isBus: boolean) {
    this.#isBus = isBus
    this.#bus = bus
    this.#seed = random.fork('terminal').integer(0, 0x7fff_ffff)
    this.#metresUp = 4 + 6 * hashAt(this.#seed, 1)
  }

  /** What a location message says at that time; times only go forward. */
  location(at: EpochMs): OutgoingLocation {
    const { position, values } = this.#bus.sample(at)
    const alarm = values.speed > OVERSPEED_KMH ? OVERSPEED : 0
    return {
      alarm,
      status: USUAL_STATUS | (values.doorOpen ? MIDDLE_DOOR_OPEN : 0),
      lat: position.lat,
      lon: position.lon,
      altitude: this.#metresUp,
      speed: values.speed,
      heading: values.heading,
      at,
      items: this.#items(at, values),
    }
  }

  #items(at: EpochMs, values: ReturnType<Bus['sample']>['values']): LocationItem[] {
    const burnt = (values.odometer * LITRES_A_KILOMETRE) % (0.8 * LITRES)
    const signal = clamp(Math.round(24 + 6 * smoothNoise(this.#seed, at / MINUTE_MS)), 0, 31)
    return [
      { id: 0x01, data: four(Math.round(values.odometer * 10)) },
      { id: 0x02, data: two(Math.round((LITRES - burnt) * 10)) },
      { id: 0x03, data: two(Math.round(values.speed * 10)) },
      { id: 0x30, data: Uint8Array.of(signal) },
      { id: 0x31, data: Uint8Array.of(values.satellites) },
      ...(this.#isBus ? [] : [{ id: 0x06, data: signed(Math.round(4 + 3 * smoothNoise(this.#seed + 1, at / (20 * MINUTE_MS)))) }]),
    ]
  }
}

/** 2019, item 0x06: the highest bit is the sign. */
function signed(value: number): Uint8Array {
  return two(value < 0 ? 0x8000 | -value : value)
}

function two(value: number): Uint8Array {
  const data = new Uint8Array(2)
  writeU16(data, 0, value)
  return data
}

function four(value: number): Uint8Array {
  const data = new Uint8Array(4)
  writeU32(data, 0, value)
  return data
}
