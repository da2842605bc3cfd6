import type { Device, Model } from '../../../gateway/model/device.ts'
import type { EpochMs } from '../../../gateway/model/frame.ts'
import type { DeviceId } from '../../../gateway/model/ids.ts'
import type { Position } from '../../../gateway/model/reading.ts'
import { encodeTelemetry, type TelemetryMessage } from '../../protocols/telemetry/encode.ts'
import type { Member, Reporting } from '../city/member.ts'
import { type Places, placeIn, placeNear, type Quarter } from '../city/places.ts'
import type { NumericSample } from '../plant.ts'
import type { Random } from '../random.ts'
import { ElectricLoad } from './electricity.ts'
import { type LoadCurve, loadCurves } from './load-curve.ts'
import { WaterPipe } from './water.ts'

/** What is installed, in turn: of ten, five electricity and three water meters are read over Modbus, and one of each pushes by itself. */
const INSTALLED = ['sdm630', 'tuf2000m', 'sdm630', 'electricityUnit', 'sdm630', 'tuf2000m', 'sdm630', 'waterUnit', 'sdm630', 'tuf2000m'] as const
/** Meters behind one RS-485 gateway. */
const UNITS_A_LINE = 4

/** The models that meters are made of. */
export interface MeterModels {
  readonly electricity: Model
  readonly water: Model
}

/** Meters of buildings: those of one line stand on one estate and share one Modbus server. `everyMs` is how often those that push report. */
export function makeMeters(count: number, everyMs: number, models: MeterModels, places: Places, random: Random): readonly Member[] {
  const members: Member[] = []
  let polled = 0
  let estate: { readonly quarter: Quarter; readonly middle: Position } | undefined
  for (let index = 0; index < count; index++) {
    const own = random.fork(`meter ${index}`)
    const installed = INSTALLED[index % INSTALLED.length] ?? 'sdm630'
    const number = String(index + 1).padStart(4, '0')
    const curve = curveFor(own)
    const isWater = installed === 'tuf2000m' || installed === 'waterUnit'
    const plant = isWater ? new WaterPipe(own) : new ElectricLoad(curve, own)
    const common = { id: `sim-meter-${number}`, org: isWater ? 'shanghai-water' : 'shanghai-power', simulated: true } as const
    if (installed === 'electricityUnit' || installed === 'waterUnit') {
      const quarter = places.turn(index)
      const model = isWater ? 'citygate-water-unit' : 'citygate-meter-unit'
      const device: Device = { ...common, model, name: `${quarter.code}-${isWater ? 'W' : 'E'}-${number}`, place: placeIn(quarter, own) }
      members.push({ device, speaks: pushing(device.id, plant, isWater ? WATER_NAMES : OBIS, everyMs, own.between(0, everyMs)) })
      continue
    }
    if (polled % UNITS_A_LINE === 0 || !estate) {
      const quarter = places.turn(polled / UNITS_A_LINE)
      estate = { quarter, middle: placeIn(quarter, own) }
    }
    const model = isWater ? models.water : models.electricity
    members.push({
      device: {
        ...common,
        model: model.id,
        name: `${estate.quarter.code}-${isWater ? 'W' : 'E'}-${number}`,
        place: placeNear(estate.quarter, estate.middle, own),
      },
      speaks: { type: 'polled', model, line: Math.floor(polled / UNITS_A_LINE), unit: (polled % UNITS_A_LINE) + 1, plant },
    })
    polled++
  }
  return members
}

function curveFor(random: Random): LoadCurve {
  const curve = loadCurves[random.integer(0, loadCurves.length - 1)]
  if (!curve) throw new RangeError('there is no load curve')
  return curve
}

function pushing(id: DeviceId, plant: ElectricLoad | WaterPipe, names: RegisterNames, everyMs: number, phaseMs: number): Reporting {
  const payload = (at: EpochMs): Uint8Array => encodeTelemetry(meterTelemetry(plant.sample(at), names))
  return { type: 'reports', through: id, channel: 'telemetry', everyMs, phaseMs, payload }
}

/** The name of a register in the message, and the field it carries. */
type RegisterNames = readonly (readonly [name: string, field: string])[]

/** Value groups C.D.E of OBIS for electricity (IEC 62056-61), as proto/README.md lists them. */
const OBIS: RegisterNames = [
  ['32.7.0', 'voltageL1'],
  ['52.7.0', 'voltageL2'],
  ['72.7.0', 'voltageL3'],
  ['31.7.0', 'currentL1'],
  ['51.7.0', 'currentL2'],
  ['71.7.0', 'currentL3'],
  ['36.7.0', 'powerL1'],
  ['56.7.0', 'powerL2'],
  ['76.7.0', 'powerL3'],
  ['16.7.0', 'activePower'],
  ['3.7.0', 'reactivePower'],
  ['13.7.0', 'powerFactor'],
  ['14.7.0', 'frequency'],
  ['1.8.0', 'importEnergy'],
  ['2.8.0', 'exportEnergy'],
]

/** The same for water (EN 13757-1), and plain names where OBIS has none. */
const WATER_NAMES: RegisterNames = [
  ['1.0.0', 'total'],
  ['2.0.0', 'flow'],
  ['temperature', 'temperature'],
  ['velocity', 'velocity'],
  ['pressure', 'pressure'],
  ['signal-quality', 'signalQuality'],
]

/** A sample as the meter unit's message. */
function meterTelemetry({ at, values }: NumericSample, names: RegisterNames): TelemetryMessage {
  const registers = names.flatMap(([name, field]) => {
    const value = values[field]
    return value === undefined ? [] : [{ name, value }]
  })
  return { meter: { timeMs: at, registers } }
}
