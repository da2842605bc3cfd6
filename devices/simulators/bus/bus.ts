import type { EpochMs } from '../../../gateway/model/frame.ts'
import type { Position } from '../../../gateway/model/reading.ts'
import { clamp, rounded } from '../curve.ts'
import { clockDigits } from '../local-time.ts'
import type { Plant, Sample } from '../plant.ts'
import type { Random } from '../random.ts'
import { GpsError } from './gps.ts'
import type { BusRoute } from './route.ts'
import { isGreen, type Track } from './track.ts'
import { passengerDemand, trafficFlow } from './traffic.ts'

/** What a bus measures, in the fields of its kind. */
export interface BusSample extends Sample {
  readonly position: Position
  readonly values: {
    readonly speed: number
    readonly heading: number
    readonly route: string
    readonly trip: string
    readonly occupancy: number
    readonly odometer: number
    readonly doorOpen: boolean
    readonly satellites: number
  }
}

const ACCELERATION = 0.9
const BRAKING = 1.1
const TURN_SPEED = 18 / 3.6
const CAPACITY = 90
/** Traffic keeps to the right: this far from the middle of the street. */
const LANE_METRES = 4
const STEP_MS = 1000
/**
 * Counters must not fall when a simulation is started anew: what was driven before counts from here, at a part of the cruising speed that is a little more than
 * buses make good over a day on any route (0.3 to 0.48 over 80 routes).
 */
const IN_SERVICE_SINCE = Date.UTC(2026, 0, 1)
const MADE_GOOD = 0.52

/** One bus on its line: drives, brakes, waits, takes people in and out. Time only goes forward. */
export class Bus implements Plant {
  readonly #route: BusRoute
  readonly #random: Random
  readonly #gps: GpsError
  #at: number
  #track: Track
  #metres: number
  #speed = 0
  #nextMark = 0
  #waitUntil = 0
  #doorOpen = false
  #occupancy: number
  #odometerMetres: number
  #trip: string

  /** `part` of a round trip, 0 to 1, tells where it starts, so that the buses of one line spread over it. */
  constructor(route: BusRoute, part: number, random: Random, at: number) {
    const out = part < 0.5
    this.#route = route
    this.#random = random
    this.#gps = new GpsError(random.fork('gps'))
    this.#at = at
    this.#track = out ? route.out : route.back
    this.#metres = (out ? 2 * part : 2 * part - 1) * this.#track.length
    while (this.#markIsPassed()) this.#nextMark++
    this.#occupancy = Math.min(CAPACITY, Math.floor(passengerDemand(at) * random.between(2, 8)))
    this.#odometerMetres = 1000 * (random.between(2_000, 90_000) + Math.max(0, ((at - IN_SERVICE_SINCE) / 3_600_000) * MADE_GOOD * route.cruiseKmh))
    this.#trip = this.#tripId(at - (this.#metres / 5) * 1000)
  }

  /** Drives on to a time and answers what is measured then. */
  sample(at: EpochMs): BusSample {
    while (this.#at < at) {
      const step = Math.min(STEP_MS, at - this.#at)
      this.#at += step
      this.#drive(step / 1000)
    }
    return this.#report()
  }

  #report(): BusSample {
    const here = this.#track.at(this.#metres)
    const turned = (here.heading * Math.PI) / 180
    const error = this.#gps.error
    const position = this.#route.district.plane.toPosition({
      x: here.x + LANE_METRES * Math.cos(turned) + error.x,
      y: here.y - LANE_METRES * Math.sin(turned) + error.y,
    })
    const moving = this.#speed > 0.3
    return {
      at: this.#at,
      position: { lat: rounded(position.lat, 6), lon: rounded(position.lon, 6) },
      values: {
        speed: moving ? rounded(clamp(this.#speed * 3.6 + 0.3 * this.#random.normal(), 0, 90), 1) : 0,
        heading: rounded(here.heading + (moving ? 1.5 * this.#random.normal() : 0) + 360, 0) % 360,
        route: this.#route.id,
        trip: this.#trip,
        occupancy: this.#occupancy,
        odometer: Math.floor(this.#odometerMetres / 100) / 10,
        doorOpen: this.#doorOpen,
        satellites: this.#gps.satellites,
      },
    }
  }

  #drive(seconds: number): void {
    this.#gps.advance(seconds)
    if (this.#at < this.#waitUntil) return
    if (this.#doorOpen) this.#doorOpen = false
    if (this.#metres >= this.#track.length) this.#turnRound()
    let target = (this.#route.cruiseKmh / 3.6) * trafficFlow(this.#at)
    let wall = this.#track.length
    const brakingMetres = (this.#speed * this.#speed) / (2 * BRAKING)
    for (let index = this.#nextMark; index < this.#track.marks.length; index++) {
      const mark = this.#track.marks[index]
      if (!mark || mark.at > this.#metres + 150) break
      const gap = mark.at - this.#metres
      if (mark.type === 'turn') target = Math.min(target, Math.sqrt(TURN_SPEED * TURN_SPEED + 2 * BRAKING * Math.max(0, gap)))
      // A light that turns red too late to brake for is driven through.
      else if (mark.type === 'stop' || (!isGreen(mark.light, this.#at) && gap + 3 >= brakingMetres)) {
        wall = Math.min(wall, mark.at)
        break
      }
    }
    // The speed from which, after this step at it, the bus still comes to stand in time: v·t + v² / 2b = gap; and at least a crawl, so that it arrives.
    const stepLoss = BRAKING * seconds
    target = Math.min(target, Math.max(0.4, Math.sqrt(stepLoss * stepLoss + 2 * BRAKING * (wall - this.#metres)) - stepLoss))
    this.#speed = Math.min(this.#speed + ACCELERATION * seconds, target)
    const metres = Math.min(this.#speed * seconds, wall - this.#metres)
    this.#metres += metres
    this.#odometerMetres += metres
    if (this.#metres >= wall - 0.3) {
      this.#metres = wall
      this.#speed = 0
    }
    this.#passMarks()
  }

  #markIsPassed(): boolean {
    const mark = this.#track.marks[this.#nextMark]
    return mark !== undefined && mark.at < this.#metres - 0.01
  }

  #passMarks(): void {
    for (;;) {
      const mark = this.#track.marks[this.#nextMark]
      if (!mark) return
      if (mark.type === 'stop' && mark.at <= this.#metres + 0.3) {
        this.#nextMark++
        this.#serve(mark.at >= this.#track.length - 1)
        return
      }
      if (!this.#markIsPassed()) return
      this.#nextMark++
    }
  }

  /** Doors open, people out and in. At the terminus all leave and the driver rests. */
  #serve(isTerminus: boolean): void {
    const left = this.#track.marks.slice(this.#nextMark).filter(mark => mark.type === 'stop').length
    const leaving = isTerminus ? this.#occupancy : Math.round(this.#occupancy * this.#random.between(0.4, 1.6) * (1 / (left + 1)))
    const wanting = isTerminus ? 0 : Math.round(passengerDemand(this.#at) * this.#random.between(0, 2))
    this.#occupancy = clamp(this.#occupancy - leaving, 0, CAPACITY)
    const boarding = Math.min(wanting, CAPACITY - this.#occupancy)
    this.#occupancy += boarding
    this.#speed = 0
    this.#doorOpen = true
    const seconds = isTerminus ? this.#random.between(90, 240) : clamp(8 + 1.8 * boarding + 0.8 * leaving, 9, 50)
    this.#waitUntil = this.#at + 1000 * seconds
  }

  #turnRound(): void {
    this.#track = this.#track === this.#route.out ? this.#route.back : this.#route.out
    this.#metres = 0
    this.#nextMark = 0
    this.#trip = this.#tripId(this.#at)
    this.#occupancy = Math.min(CAPACITY, Math.round(passengerDemand(this.#at) * this.#random.between(0.5, 3)))
  }

  /** Line, direction, time of departure. */
  #tripId(departure: number): string {
    return `${this.#route.id}-${this.#track === this.#route.out ? 'A' : 'B'}-${clockDigits(departure)}`
  }
}
