import { randomBytes } from 'node:crypto'
import type { Device } from '../../../gateway/model/device.ts'
import { GatewayError } from '../../../gateway/model/errors.ts'
import type { EpochMs } from '../../../gateway/model/frame.ts'
import { Births } from '../../protocols/sparkplug/births.ts'
import { parseTopic } from '../../protocols/sparkplug/topic.ts'
import { Places, placeIn } from '../city/places.ts'
import type { Enrolment } from '../city/simulated-city.ts'
import type { LinkFleet, LinkFleetOptions, LinkFleetStats, LinkMember } from '../link-fleet.ts'
import { ElectricLoad } from '../meter/electricity.ts'
import { loadCurves } from '../meter/load-curve.ts'
import { TrafficMeter } from '../mqtt/traffic-meter.ts'
import { UnitConnection } from '../mqtt/unit-connection.ts'
import { hash32, type Random, seededRandom } from '../random.ts'
import { EdgeNode } from './edge-node.ts'

const MODEL = 'sparkplug-energy-node'
const GROUP = 'shanghai'
const TICK_MS = 50
const SECRET_BYTES = 18
const LAST_ACKS_MS = 2_000

interface Unit {
  readonly enrolment: Enrolment
  readonly node: EdgeNode
  readonly phase: number
}

/** Makes edge nodes, each with an electricity meter of its own. */
export function makeSparkplugFleet(options: LinkFleetOptions): NodeFleet {
  const random = seededRandom(`${options.seed}/sparkplug`)
  const places = new Places(random.fork('places'))
  if (!options.catalogue.model(MODEL)) throw new GatewayError('SIMULATION_FAILED', `the catalogue has no model ${MODEL}, which simulated nodes are made of`)
  return new NodeFleet(
    options,
    Array.from({ length: options.count }, (_, index) => unitOf(index, places, random.fork(`node ${index}`))),
  )
}

function unitOf(index: number, places: Places, own: Random): Unit {
  const number = String(index + 1).padStart(5, '0')
  const quarter = places.turn(index)
  const id = `sim-sparkplug-${number}`
  const device: Device = { id, org: 'shanghai-power', model: MODEL, name: `${quarter.code}-N-${number}`, place: placeIn(quarter, own), simulated: true }
  const curve = loadCurves[own.integer(0, loadCurves.length - 1)]
  if (!curve) throw new RangeError('there is no load curve')
  const node = new EdgeNode({ group: GROUP, node: id, plant: new ElectricLoad(curve, own) })
  return { enrolment: { device, secret: randomBytes(SECRET_BYTES).toString('base64url') }, node, phase: own.between(0, 1) }
}

/** Simulated Sparkplug edge nodes, each with a connection of its own to the gateway's MQTT port. */
export class NodeFleet implements LinkFleet {
  readonly enrolments: readonly Enrolment[]
  readonly members: readonly LinkMember[]
  readonly #options: LinkFleetOptions
  readonly #units: readonly Unit[]
  readonly #meter = new TrafficMeter()
  #running: { readonly connection: UnitConnection; readonly node: EdgeNode; dueAt: EpochMs }[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(options: LinkFleetOptions, units: readonly Unit[]) {
    this.#options = options
    this.#units = units
    this.enrolments = units.map(({ enrolment }) => enrolment)
    this.members = units.map(({ enrolment, node }) => {
      const births = new Births()
      return { device: enrolment.device, channel: 'sparkplug', frame: at => kept(births, node, at) }
    })
  }

  async start(): Promise<void> {
    const { host, port, now, rate } = this.#options
    const startAt = now()
    this.#running = this.#units.map(({ enrolment, node, phase }) => {
      const { id } = enrolment.device
      const connection = new UnitConnection({
        url: `mqtt://${host}:${port}`,
        device: id,
        secret: enrolment.secret,
        meter: this.#meter,
        spread: (hash32(id) % 1000) / 1000,
        will: node.death(),
        subscribe: { filter: node.commands, heard: payload => node.command(payload) },
        connected: () => node.reborn(),
      })
      connection.start()
      return { connection, node, dueAt: startAt + Math.round((phase * 1000) / rate) }
    })
    this.#timer = setInterval(() => this.#report(), TICK_MS)
    await Promise.resolve()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    const until = performance.now() + LAST_ACKS_MS
    while (this.#meter.pending > 0 && this.#meter.connected > 0 && performance.now() < until) await new Promise(resolve => setTimeout(resolve, 20))
    await Promise.all(this.#running.splice(0).map(({ connection }) => connection.stop()))
  }

  stats(): LinkFleetStats {
    return this.#meter.stats()
  }

  #report(): void {
    const now = this.#options.now()
    for (const each of this.#running) {
      if (each.dueAt > now) continue
      each.dueAt = Math.max(each.dueAt + 1000 / this.#options.rate, now)
      if (!each.connection.wasUp) continue
      const { topic, payload } = each.node.next(now)
      each.connection.publish(topic, payload)
    }
  }
}

function kept(births: Births, node: EdgeNode, at: EpochMs): Uint8Array {
  const { topic, payload } = node.next(at)
  const parsed = parseTopic(topic)
  return parsed ? births.take(parsed, payload).frame : payload
}
