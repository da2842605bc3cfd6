import { randomBytes } from 'node:crypto'
import type { Catalogue, Model } from '../../gateway/model/device.ts'
import { GatewayError } from '../../gateway/model/errors.ts'
import type { EpochMs } from '../../gateway/model/frame.ts'
import type { DeviceId, ModelId } from '../../gateway/model/ids.ts'
import { makeBuses } from './bus/fleet-of-buses.ts'
import type { Member } from './city/member.ts'
import type { ModbusPlace } from './city/modbus-lines.ts'
import { Places } from './city/places.ts'
import { SimulatedCity } from './city/simulated-city.ts'
import { makeFurtherThings } from './further/further-things.ts'
import { makeMeters } from './meter/meters.ts'
import { seededRandom } from './random.ts'
import { makeWorksites } from './worksite/worksites.ts'

export type { Member } from './city/member.ts'
export type { CityStats, Enrolment, SimulatedCity } from './city/simulated-city.ts'

/** What a city is made of. */
export interface CityOptions {
  /** The same seed gives the same city: routes, places, loads, weather. Not the secrets. */
  readonly seed: string
  readonly buses: number
  readonly meters: number
  readonly worksites: number
  /** Things of the further kinds, such as gas and heat meters and stations for air and water; none unless given. */
  readonly others?: number
  /** Reports a second of each bus. A worksite reports a tenth as often, a meter that pushes a thirtieth. */
  readonly rate: number
  readonly now: () => EpochMs
  /** For the products' register maps. */
  readonly catalogue: Catalogue
  /** 127.0.0.1 from port 15020 on unless given. */
  readonly modbus?: Partial<ModbusPlace>
  /** Secrets from an earlier enrolment. Devices without one get a new random one. */
  readonly secrets?: ReadonlyMap<DeviceId, string>
}

const WORKSITE_PART = 10
const METER_PART = 30
/** Above the ports Linux hands out least, below those it hands out for outgoing connections. */
const FIRST_MODBUS_PORT = 15_020
const MOST_DEVICES = 100_000
const SECRET_BYTES = 18

/** Makes a city. Nothing is opened before `open` or `start`. Throws SIMULATION_FAILED that says what can not be made. */
export function createCity(options: CityOptions): SimulatedCity {
  checkNumbers(options)
  const startAt = options.now()
  const random = seededRandom(options.seed)
  const places = new Places(random.fork('places'))
  const everyMs = 1000 / options.rate
  const models = { electricity: modelOf(options.catalogue, 'eastron-sdm630'), water: modelOf(options.catalogue, 'tuf-2000m') }
  const meters = makeMeters(options.meters, METER_PART * everyMs, models, places, random.fork('meters'))
  const members = [
    ...makeBuses(options.buses, everyMs, places, random.fork('buses'), startAt),
    ...meters,
    ...makeWorksites(options.worksites, WORKSITE_PART * everyMs, modelOf(options.catalogue, 'renke-rs-fsxcs-n01'), places, random.fork('worksites')),
    ...makeFurtherThings(
      options.others ?? 0,
      { catalogue: options.catalogue, firstLine: linesOf(meters), everyMs: WORKSITE_PART * everyMs, places },
      random.fork('further'),
    ),
  ]
  const secrets = new Map(members.map(({ device }) => [device.id, options.secrets?.get(device.id) ?? randomBytes(SECRET_BYTES).toString('base64url')]))
  const modbus: ModbusPlace = { host: '127.0.0.1', listen: '127.0.0.1', port: FIRST_MODBUS_PORT, ...options.modbus }
  return new SimulatedCity({ members, secrets, modbus, now: options.now, startAt })
}

/** How many Modbus lines are taken. */
function linesOf(members: readonly Member[]): number {
  return members.reduce((lines, { speaks }) => (speaks.type === 'polled' ? Math.max(lines, speaks.line + 1) : lines), 0)
}

function checkNumbers({ buses, meters, worksites, others = 0, rate }: CityOptions): void {
  for (const [name, count] of Object.entries({ buses, meters, worksites, others })) {
    if (!Number.isInteger(count) || count < 0 || count > MOST_DEVICES) {
      throw new GatewayError('SIMULATION_FAILED', `${name}: expected a whole number from 0 to ${MOST_DEVICES}, not ${count}`)
    }
  }
  if (!(rate >= 0.001 && rate <= 50)) throw new GatewayError('SIMULATION_FAILED', `rate: expected 0.001 to 50 reports a second, not ${rate}`)
}

function modelOf(catalogue: Catalogue, id: ModelId): Model {
  const entry = catalogue.model(id)
  if (!entry) throw new GatewayError('SIMULATION_FAILED', `the catalogue has no model ${id}, which simulated devices are made of`)
  return entry.model
}
