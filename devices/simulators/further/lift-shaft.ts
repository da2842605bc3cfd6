import type { EpochMs } from '../../../gateway/model/frame.ts'
import { rounded } from '../curve.ts'
import { localHour } from '../local-time.ts'
import type { Plant, Sample } from '../plant.ts'
import { hashAt, type Random } from '../random.ts'

const TRIP_MS = 40_000
/** 2024-01-01 in Shanghai: the trips are counted from here. */
const INSTALLED_AT = Date.UTC(2023, 11, 31, 16)

/** A passenger lift: each period of its day is one trip to another floor, or a wait with the door closed. */
export class LiftShaft implements Plant {
  readonly #seed: number
  readonly #floors: number
  readonly #speed: number

  constructor(random: Random) {
    this.#seed = random.integer(0, 0x7fff_ffff)
    this.#floors = random.integer(8, 32)
    this.#speed = random.between(1, 2.5)
  }

  sample(at: EpochMs): Sample {
    const trip = Math.floor(at / TRIP_MS)
    const part = (at % TRIP_MS) / TRIP_MS
    const from = this.#stop(trip)
    const to = this.#stop(trip + 1)
    // Boarding until 0.25, then the ride, then the door again.
    const rides = from !== to && part > 0.25 && part < 0.85
    const way = rides ? (part - 0.25) / 0.6 : part < 0.5 ? 0 : 1
    const passengers = from === to ? 0 : Math.round(10 + 70 * hashAt(this.#seed + 2, trip) * this.#busy(at))
    return {
      at,
      values: {
        floor: Math.round(from + (to - from) * way),
        speed: rides ? rounded(Math.sign(to - from) * this.#speed * Math.sin(Math.PI * way) ** 0.5, 2) : 0,
        running: rides,
        doorOpen: from !== to && !rides,
        load: passengers,
        fault: false,
        faultCode: 0,
        motorCurrent: rides ? rounded(8 + 0.25 * passengers * Math.sign(to - from), 1) : 0,
        trips: Math.floor((at - INSTALLED_AT) / (3 * TRIP_MS)),
      },
    }
  }

  #stop(trip: number): number {
    // Nobody calls it: it stays where it was, which is looked for among the trips before.
    for (let back = 0; back < 60; back++) {
      if (hashAt(this.#seed + 1, trip - back) < 0.5 * this.#busy((trip - back) * TRIP_MS)) return 1 + Math.floor(hashAt(this.#seed, trip - back) * this.#floors)
    }
    return 1
  }

  #busy(at: EpochMs): number {
    const hour = localHour(at)
    return hour < 6 || hour > 23 ? 0.1 : 1
  }
}
