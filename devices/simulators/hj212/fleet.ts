import { randomBytes } from 'node:crypto'
import type { Catalogue, Device } from '../../../gateway/model/device.ts'
import { GatewayError } from '../../../gateway/model/errors.ts'
import type { EpochMs } from '../../../gateway/model/frame.ts'
import { Places, placeIn } from '../city/places.ts'
import type { Enrolment } from '../city/simulated-city.ts'
import type { LinkFleet, LinkFleetOptions, LinkFleetStats, LinkMember } from '../link-fleet.ts'
import { TrafficMeter } from '../mqtt/traffic-meter.ts'
import type { Plant } from '../plant.ts'
import { hash32, type Random, seededRandom } from '../random.ts'
import { Site } from '../worksite/site.ts'
import { WeatherOverCity } from '../worksite/weather.ts'
import { DiallingStation } from './dialling-station.ts'
import { QuarterAir } from './quarter-air.ts'
import { River } from './river.ts'
import { Station } from './station.ts'

const TICK_MS = 50
const TEND_MS = 1000
/** A process that stood still for longer leaves out what it missed. */
const CATCH_UP_MS = 5_000
const CONNECTS_A_SECOND = 500
const LAST_ANSWERS_MS = 2_000
const SECRET_BYTES = 18
/** Stations send a minute's means within so long after it ended, each at its own time. */
const MEANS_WITHIN_MS = 5_000

/** What stands there, in turn. */
const STANDING: readonly {
  readonly model: string
  readonly org: string
  readonly st: string
  readonly plant: (weather: WeatherOverCity, random: Random) => Plant
}[] = [
  { model: 'hj212-worksite-dust', org: 'construction-bureau', st: '39', plant: (weather, random) => new Site(weather, false, random) },
  { model: 'hj212-air-station', org: 'shanghai-environment', st: '22', plant: (weather, random) => new QuarterAir(weather, random) },
  { model: 'hj212-worksite-dust', org: 'construction-bureau', st: '39', plant: (weather, random) => new Site(weather, false, random) },
  { model: 'hj212-water-station', org: 'shanghai-environment', st: '21', plant: (_, random) => new River(random) },
]

/** Makes environment stations: every other one on a construction site, the rest measure air and rivers. */
export function makeHj212Fleet(options: LinkFleetOptions): StationFleet {
  const random = seededRandom(`${options.seed}/hj212`)
  const places = new Places(random.fork('places'))
  const weather = new WeatherOverCity(random.integer(0, 0x7fff_ffff))
  return new StationFleet(
    options,
    Array.from({ length: options.count }, (_, index) => unitOf(index, options.catalogue, places, weather, random.fork(`station ${index}`))),
  )
}

interface Unit {
  readonly enrolment: Enrolment
  readonly station: Station
  readonly phase: number
}

function unitOf(index: number, catalogue: Catalogue, places: Places, weather: WeatherOverCity, own: Random): Unit {
  const standing = STANDING[index % STANDING.length]
  const entry = standing && catalogue.model(standing.model)
  if (!standing || !entry) throw new GatewayError('SIMULATION_FAILED', `the catalogue has no model ${standing?.model}, which simulated stations are made of`)
  const number = String(index + 1).padStart(5, '0')
  const mn = `SIMHJ212${number}`
  const quarter = places.turn(index)
  const device: Device = {
    id: `sim-hj212-${number}`,
    org: standing.org,
    model: standing.model,
    name: `${quarter.code}-E-${number}`,
    place: placeIn(quarter, own),
    link: { url: `hj212://${mn}` },
    simulated: true,
  }
  const station = new Station({ mn, st: standing.st, entry, plant: standing.plant(weather, own) })
  return { enrolment: { device, secret: randomBytes(SECRET_BYTES).toString('base64url') }, station, phase: own.between(0, 1) }
}

interface Reporter {
  readonly dialling: DiallingStation
  readonly station: Station
  readonly phase: number
  dueAt: EpochMs
  meansAt: EpochMs
}

/** Simulated HJ 212 stations, thousands in one process, each with its own socket. */
export class StationFleet implements LinkFleet {
  readonly enrolments: readonly Enrolment[]
  readonly members: readonly LinkMember[]
  readonly #options: LinkFleetOptions
  readonly #units: readonly Unit[]
  readonly #meter = new TrafficMeter()
  #reporters: Reporter[] = []
  #timers: NodeJS.Timeout[] = []

  constructor(options: LinkFleetOptions, units: readonly Unit[]) {
    this.#options = options
    this.#units = units
    this.enrolments = units.map(({ enrolment }) => enrolment)
    const everyMs = 1000 / options.rate
    this.members = units.map(({ enrolment, station }) => ({ device: enrolment.device, channel: 'hj212', frame: at => station.payload(at - everyMs, at) }))
  }

  /** The stations as they dial, once they were started: for who wants to cut them off. */
  get stations(): readonly DiallingStation[] {
    return this.#reporters.map(({ dialling }) => dialling)
  }

  async start(): Promise<void> {
    const { host, port, now, rate } = this.#options
    const startAt = now()
    this.#reporters = this.#units.map(({ station, phase }) => ({
      station,
      phase,
      dialling: new DiallingStation({ host, port, station, meter: this.#meter, spread: (hash32(station.mn) % 1000) / 1000, now }),
      dueAt: Math.round(startAt + (phase * 1000) / rate),
      meansAt: station.startOf('minute', startAt) + station.lengthOf('minute') + Math.round(phase * MEANS_WITHIN_MS),
    }))
    this.#timers = [setInterval(() => this.#report(), TICK_MS), setInterval(() => this.#tend(), TEND_MS), this.#dial()]
    await Promise.resolve()
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer)
    const until = performance.now() + LAST_ANSWERS_MS
    while (this.#meter.pending > 0 && this.#meter.connected > 0 && performance.now() < until) await new Promise(resolve => setTimeout(resolve, 20))
    for (const { dialling } of this.#reporters.splice(0)) dialling.stop()
  }

  stats(): LinkFleetStats {
    return this.#meter.stats()
  }

  #dial(): NodeJS.Timeout {
    let next = 0
    const dialling = setInterval(() => {
      for (const { dialling } of this.#reporters.slice(next, next + CONNECTS_A_SECOND / 20)) dialling.start()
      next += CONNECTS_A_SECOND / 20
      if (next >= this.#reporters.length) clearInterval(dialling)
    }, 50)
    return dialling
  }

  #report(): void {
    const now = this.#options.now()
    const everyMs = 1000 / this.#options.rate
    for (const reporter of this.#reporters) {
      if (now - reporter.dueAt > CATCH_UP_MS + everyMs) {
        const left = Math.floor((now - reporter.dueAt) / everyMs)
        this.#meter.skipped += left
        reporter.dueAt += left * everyMs
      }
      while (reporter.dueAt <= now) {
        // DataTime has whole seconds: faster than one a second, reports would be of one time.
        if (reporter.dialling.isUp) reporter.dialling.realTime(Math.floor(reporter.dueAt / 1000) * 1000)
        reporter.dueAt += everyMs
      }
      if (reporter.meansAt <= now) this.#means(reporter, now)
    }
  }

  /** The minute that has ended, and the hour and the day where they ended with it. While it is cut off a station keeps them to itself. */
  #means(reporter: Reporter, now: EpochMs): void {
    const { dialling, station } = reporter
    const minute = station.startOf('minute', now)
    for (const period of ['minute', 'hour', 'day'] as const) {
      const end = station.startOf(period, now)
      if (end === minute && dialling.isUp) dialling.means(period, end - station.lengthOf(period))
    }
    reporter.meansAt = minute + station.lengthOf('minute') + Math.round(reporter.phase * MEANS_WITHIN_MS)
  }

  #tend(): void {
    const now = performance.now()
    for (const { dialling } of this.#reporters) dialling.tend(now)
  }
}
