import type { Model } from '../../../gateway/model/device.ts'
import type { EpochMs } from '../../../gateway/model/frame.ts'
import type { Position } from '../../../gateway/model/reading.ts'
import { encodeTelemetry, type TelemetryMessage } from '../../protocols/telemetry/encode.ts'
import type { Member } from '../city/member.ts'
import { type Places, placeIn, placeNear, type Quarter } from '../city/places.ts'
import type { NumericSample, Plant } from '../plant.ts'
import type { Random } from '../random.ts'
import { ElectricLoad } from './electricity.ts'
import { type LoadCurve, loadCurves } from './load-curve.ts'
import { WaterPipe } from './water.ts'

/** What is installed, in turn: half are electricity meters on a bus, three of ten water meters on a bus, two of ten push by themselves. */
const INSTALLED = ['sdm630', 'tuf2000m', 'sdm630', 'push', 'sdm630', 'tuf2000m', 'sdm630', 'push', 'sdm630', 'tuf2000m'] as const
/** Meters behind one RS-485 gateway. */
const UNITS_A_LINE = 16

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
    if (installed === 'push') {
      const quarter = places.turn(index)
      const place = placeIn(quarter, own)
      members.push(pushing(`sim-meter-${number}`, `${quarter.code}-E-${number}`, place, new ElectricLoad(curve, own), everyMs, own.between(0, everyMs)))
      continue
    }
    if (polled % UNITS_A_LINE === 0 || !estate) {
      const quarter = places.turn(polled / UNITS_A_LINE)
      estate = { quarter, middle: placeIn(quarter, own) }
    }
    const isWater = installed === 'tuf2000m'
    const model = isWater ? models.water : models.electricity
    const plant: Plant = isWater ? new WaterPipe(own) : new ElectricLoad(curve, own)
    members.push({
      device: {
        id: `sim-meter-${number}`,
        org: isWater ? 'shanghai-water' : 'shanghai-power',
        model: model.id,
        name: `${estate.quarter.code}-${isWater ? 'W' : 'E'}-${number}`,
        place: placeNear(estate.quarter, estate.middle, own),
        simulated: true,
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

function pushing(id: string, name: string, place: Position, plant: ElectricLoad, everyMs: number, phaseMs: number): Member {
  return {
    device: { id, org: 'shanghai-power', model: 'citygate-meter-unit', name, place, simulated: true },
    speaks: {
      type: 'reports',
      through: id,
      channel: 'telemetry',
      everyMs,
      phaseMs,
      payload: (at: EpochMs) => encodeTelemetry(meterTelemetry(plant.sample(at))),
    },
  }
}

/** Value groups C.D.E of OBIS for electricity (IEC 62056-61), as proto/README.md lists them. */
const OBIS: readonly (readonly [name: string, field: string])[] = [
  ['32.7.0', 'voltageL1'],
  ['52.7.0', 'voltageL2'],
  ['72.7.0', 'voltageL3'],
  ['31.7.0', 'currentL1'],
  ['51.7.0', 'currentL2'],
  ['71.7.0', 'currentL3'],
  ['1.7.0', 'activePower'],
  ['3.7.0', 'reactivePower'],
  ['13.7.0', 'powerFactor'],
  ['14.7.0', 'frequency'],
  ['1.8.0', 'importEnergy'],
  ['2.8.0', 'exportEnergy'],
]

/** A sample of an electric load as the meter unit's message. */
export function meterTelemetry({ at, values }: NumericSample): TelemetryMessage {
  const registers = OBIS.flatMap(([name, field]) => {
    const value = values[field]
    return value === undefined ? [] : [{ name, value }]
  })
  return { meter: { timeMs: at, registers } }
}
