import { randomBytes } from 'node:crypto'
import type { Device, ModelEntry } from '../../../gateway/model/device.ts'
import { GatewayError } from '../../../gateway/model/errors.ts'
import type { EpochMs } from '../../../gateway/model/frame.ts'
import type { BusSpeech } from '../../protocols/bus-speech.ts'
import { cjt188Bus } from '../../protocols/cjt188/bus.ts'
import { dlt645Bus } from '../../protocols/dlt645/bus.ts'
import { Places, placeIn } from '../city/places.ts'
import type { Enrolment } from '../city/simulated-city.ts'
import { SimulatedDtu } from '../dtu/simulated-dtu.ts'
import { GasPipe } from '../further/gas-pipe.ts'
import { HeatLoop } from '../further/heat-loop.ts'
import type { LinkFleet, LinkFleetOptions, LinkFleetStats, LinkMember } from '../link-fleet.ts'
import type { Plant } from '../plant.ts'
import { type Random, seededRandom } from '../random.ts'
import { Cjt188Meter } from './cjt188-meter.ts'
import { Dlt645Meter } from './dlt645-meter.ts'
import { ElectricLoad } from './electricity.ts'
import { loadCurves } from './load-curve.ts'
import { MeterLine } from './meter-line.ts'
import type { SerialMeter } from './serial-meter.ts'
import { WaterPipe } from './water.ts'

/** Meters behind one DTU. */
const METERS_A_LINE = 8
const HEARTBEAT_MS = 30_000
const REDIAL_MS = 2_000
const SECRET_BYTES = 18

/** What is installed of a protocol, in turn. */
interface Installed {
  readonly model: string
  readonly org: string
  readonly plant: (random: Random) => Plant
}

/** How meters of a protocol are made. */
interface Make {
  readonly protocol: string
  readonly speech: BusSpeech
  readonly installed: readonly Installed[]
  /** The address that a meter with this number has printed on it. */
  readonly address: (number: number) => string
  readonly meter: (options: { readonly address: string; readonly entry: ModelEntry; readonly plant: Plant }) => SerialMeter
}

const DLT645: Make = {
  protocol: 'dlt645',
  speech: dlt645Bus,
  installed: [
    { model: 'dlt645-three-phase', org: 'shanghai-power', plant: random => electricLoad(random) },
    { model: 'dlt645-single-phase', org: 'shanghai-power', plant: random => electricLoad(random) },
  ],
  address: number => `2026${String(number).padStart(8, '0')}`,
  meter: options => new Dlt645Meter(options),
}

const CJT188: Make = {
  protocol: 'cjt188',
  speech: cjt188Bus,
  installed: [
    { model: 'cjt188-water-meter', org: 'shanghai-water', plant: random => new WaterPipe(random) },
    { model: 'cjt188-heat-meter', org: 'shanghai-heat', plant: random => new HeatLoop(random) },
    { model: 'cjt188-gas-meter', org: 'shanghai-gas', plant: random => new GasPipe(random) },
  ],
  address: number => `331026${String(number).padStart(8, '0')}`,
  meter: options => new Cjt188Meter(options),
}

function electricLoad(random: Random): ElectricLoad {
  const curve = loadCurves[random.integer(0, loadCurves.length - 1)]
  if (!curve) throw new RangeError('there is no load curve')
  return new ElectricLoad(curve, random)
}

/** Makes DL/T 645 meters behind DTUs that dial in. The gateway asks them, so `rate` has no meaning for them. */
export function makeDlt645Fleet(options: LinkFleetOptions): MeterFleet {
  return new MeterFleet(options, unitsOf(options, DLT645), DLT645)
}

/** Makes CJ/T 188 meters of water, heat and gas behind DTUs that dial in. */
export function makeCjt188Fleet(options: LinkFleetOptions): MeterFleet {
  return new MeterFleet(options, unitsOf(options, CJT188), CJT188)
}

interface Unit {
  readonly device: Device
  readonly address: string
  readonly entry: ModelEntry
  readonly meter: SerialMeter
}

function unitsOf({ seed, count, catalogue }: LinkFleetOptions, { protocol, installed, address, meter }: Make): readonly Unit[] {
  const random = seededRandom(`${seed}/${protocol}`)
  const places = new Places(random.fork('places'))
  return Array.from({ length: count }, (_, index): Unit => {
    const one = installed[index % installed.length]
    const entry = one && catalogue.model(one.model)
    if (!one || !entry) throw new GatewayError('SIMULATION_FAILED', `the catalogue has no model ${one?.model}, which simulated meters are made of`)
    const own = random.fork(`meter ${index}`)
    const number = String(index + 1).padStart(5, '0')
    const quarter = places.turn(Math.floor(index / METERS_A_LINE))
    const printed = address(index + 1)
    const device: Device = {
      id: `sim-${protocol}-${number}`,
      org: one.org,
      model: one.model,
      name: `${quarter.code}-${protocol}-${number}`,
      place: placeIn(quarter, own),
      link: { url: `dtu://${dtuOf(protocol, index)}`, address: printed },
      simulated: true,
    }
    return { device, address: printed, entry, meter: meter({ address: printed, entry, plant: one.plant(own) }) }
  })
}

function dtuOf(protocol: string, index: number): string {
  return `SIM-${protocol.toUpperCase()}-${String(Math.floor(index / METERS_A_LINE) + 1).padStart(4, '0')}`
}

/** Simulated meters of one protocol on serial lines, each behind a DTU that dials in. */
export class MeterFleet implements LinkFleet {
  readonly enrolments: readonly Enrolment[]
  readonly members: readonly LinkMember[]
  readonly #lines: readonly MeterLine[]
  readonly #dtus: readonly SimulatedDtu[]

  constructor({ host, port, now }: LinkFleetOptions, units: readonly Unit[], { protocol, speech }: Make) {
    this.enrolments = units.map(({ device }) => ({ device, secret: randomBytes(SECRET_BYTES).toString('base64url') }))
    this.members = units.map(unit => ({ device: unit.device, channel: protocol, frame: at => exchanges(unit, speech, at) }))
    const behind = Map.groupBy(units, unit => unit.device.link?.url.slice('dtu://'.length) ?? '')
    this.#lines = [...behind.values()].map(some => new MeterLine({ meters: some.map(({ meter }) => meter), now }))
    this.#dtus = [...behind.keys()].flatMap((id, index) => {
      const line = this.#lines[index]
      const heartbeat = { bytes: Buffer.from('ping'), everyMs: HEARTBEAT_MS }
      return line ? [new SimulatedDtu({ host, port, registration: Buffer.from(`${id}\r\n`), heartbeat, line, redialMs: REDIAL_MS })] : []
    })
  }

  async start(): Promise<void> {
    for (const dtu of this.#dtus) dtu.start()
    await Promise.resolve()
  }

  async stop(): Promise<void> {
    for (const dtu of this.#dtus) dtu.stop()
    await Promise.resolve()
  }

  stats(): LinkFleetStats {
    const answered = this.#lines.reduce((sum, line) => sum + line.answered, 0)
    return {
      connected: this.#dtus.filter(({ connected }) => connected).length,
      published: answered,
      acknowledged: answered,
      pending: 0,
      reconnects: this.#dtus.reduce((sum, { connections }) => sum + Math.max(0, connections - 1), 0),
      latencyMs: { p50: Number.NaN, p99: Number.NaN },
    }
  }
}

/** What a line's journal holds of a meter that was asked everything. */
function exchanges({ address, entry, meter }: Unit, speech: BusSpeech, at: EpochMs): Uint8Array {
  return Buffer.concat(
    speech.polls(entry.model).flatMap(poll => {
      const request = poll.request(address)
      return [request, meter.hear(request, at)?.answer ?? new Uint8Array()]
    }),
  )
}
