import { randomBytes } from 'node:crypto'
import type { EpochMs } from '../../../gateway/model/frame.ts'
import { encodeFrame } from '../../protocols/jt808/encode.ts'
import { type Edition, locationBody } from '../../protocols/jt808/encode-terminal.ts'
import { MESSAGE } from '../../protocols/jt808/messages.ts'
import { type BusOnLine, putOnLines } from '../bus/fleet-of-buses.ts'
import { Places } from '../city/places.ts'
import type { Enrolment } from '../city/simulated-city.ts'
import type { LinkFleet, LinkFleetOptions, LinkFleetStats, LinkMember } from '../link-fleet.ts'
import { TrafficMeter } from '../mqtt/traffic-meter.ts'
import { hash32, seededRandom } from '../random.ts'
import { Terminal } from './terminal.ts'
import { VehicleUnit } from './vehicle-unit.ts'

const TICK_MS = 50
const TEND_MS = 1000
/** A process that stood still for longer leaves out what it missed. */
const CATCH_UP_MS = 5_000
const CONNECTS_A_SECOND = 500
const LAST_ANSWERS_MS = 2_000
const SECRET_BYTES = 18

/** Makes vehicle terminals: every other one in a bus, the rest in other vehicles; every other one to the edition of 2019, the rest to that of 2013. */
export function makeJt808Fleet(options: LinkFleetOptions): LinkFleet {
  const random = seededRandom(`${options.seed}/jt808`)
  const onLines = putOnLines(options.count, new Places(random.fork('places')), random.fork('buses'), options.now())
  return new Jt808Fleet(
    options,
    onLines.map((onLine, index) => unitOf(onLine, index)),
  )
}

interface Unit {
  readonly enrolment: Enrolment
  readonly phone: string
  readonly edition: Edition
  readonly vehicle: VehicleUnit
  readonly phase: number
}

function unitOf(onLine: BusOnLine, index: number): Unit {
  const { number, org, name, bus, own } = onLine
  const isBus = index % 4 < 2
  const phone = `1064900${number.padStart(5, '0')}`
  return {
    enrolment: {
      device: {
        id: `sim-jt808-${number}`,
        org: isBus ? org : 'city-logistics',
        model: isBus ? 'jt808-bus-terminal' : 'jt808-vehicle-terminal',
        name: isBus ? name : `SYN-V · ${number}`,
        link: { url: `jt808://${phone}` },
        simulated: true,
      },
      secret: randomBytes(SECRET_BYTES).toString('base64url'),
    },
    phone,
    edition: index % 2 === 0 ? 2019 : 2013,
    vehicle: new VehicleUnit(bus, own, isBus),
    phase: own.between(0, 1),
  }
}

class Jt808Fleet implements LinkFleet {
  readonly enrolments: readonly Enrolment[]
  readonly members: readonly LinkMember[]
  readonly #options: LinkFleetOptions
  readonly #units: readonly Unit[]
  readonly #meter = new TrafficMeter()
  #reporters: { readonly terminal: Terminal; readonly vehicle: VehicleUnit; dueAt: EpochMs }[] = []
  #timers: NodeJS.Timeout[] = []

  constructor(options: LinkFleetOptions, units: readonly Unit[]) {
    this.#options = options
    this.#units = units
    this.enrolments = units.map(({ enrolment }) => enrolment)
    this.members = units.map(memberOf)
  }

  async start(): Promise<void> {
    const { host, port, now, rate } = this.#options
    const startAt = now()
    this.#reporters = this.#units.map(({ phone, edition, enrolment, vehicle, phase }, index) => ({
      terminal: new Terminal({
        host,
        port,
        phone,
        edition,
        meter: this.#meter,
        spread: (hash32(phone) % 1000) / 1000,
        locate: () => locationBody(vehicle.location(Math.round(now()))),
        usualMs: 1000 / rate,
        registration: {
          province: 31,
          city: 115,
          maker: 'CGSIM',
          model: 'SIM-808',
          terminalId: String(index + 1).padStart(7, '0'),
          plateColour: 2,
          plate: `沪S${enrolment.device.id.slice(-5)}`,
        },
      }),
      vehicle,
      dueAt: startAt + (phase * 1000) / rate,
    }))
    this.#timers = [setInterval(() => this.#report(), TICK_MS), setInterval(() => this.#tend(), TEND_MS), this.#dial()]
    await Promise.resolve()
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer)
    const until = performance.now() + LAST_ANSWERS_MS
    while (this.#meter.pending > 0 && this.#meter.connected > 0 && performance.now() < until) await new Promise(resolve => setTimeout(resolve, 20))
    for (const { terminal } of this.#reporters.splice(0)) terminal.stop()
  }

  stats(): LinkFleetStats {
    return this.#meter.stats()
  }

  #dial(): NodeJS.Timeout {
    let next = 0
    const dialling = setInterval(() => {
      for (const { terminal } of this.#reporters.slice(next, next + CONNECTS_A_SECOND / 20)) terminal.start()
      next += CONNECTS_A_SECOND / 20
      if (next >= this.#reporters.length) clearInterval(dialling)
    }, 50)
    return dialling
  }

  #report(): void {
    const now = this.#options.now()
    for (const reporter of this.#reporters) {
      const { everyMs } = reporter.terminal
      if (now - reporter.dueAt > CATCH_UP_MS + everyMs) {
        const left = Math.floor((now - reporter.dueAt) / everyMs)
        if (reporter.terminal.wasUp) this.#meter.skipped += left
        reporter.dueAt += left * everyMs
      }
      while (reporter.dueAt <= now) {
        if (reporter.terminal.wasUp) reporter.terminal.report(locationBody(reporter.vehicle.location(Math.round(reporter.dueAt))))
        reporter.dueAt += everyMs
      }
    }
  }

  #tend(): void {
    const now = performance.now()
    for (const { terminal } of this.#reporters) terminal.tend(now)
  }
}

function memberOf({ enrolment, phone, edition, vehicle }: Unit): LinkMember {
  let serial = 0
  return {
    device: enrolment.device,
    channel: 'jt808',
    frame: at => {
      serial = (serial + 1) & 0xffff
      return encodeFrame({ messageId: MESSAGE.location, phone, serial, body: locationBody(vehicle.location(at)), ...(edition === 2019 && { version: 1 }) })
    },
  }
}
