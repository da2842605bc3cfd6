import type { Model } from '../../../gateway/model/device.ts'
import type { DeviceId } from '../../../gateway/model/ids.ts'
import type { Position } from '../../../gateway/model/reading.ts'
import { encodeTelemetry, type TelemetryMessage, type WorksiteSample } from '../../protocols/telemetry/encode.ts'
import type { Member } from '../city/member.ts'
import { type Places, placeIn } from '../city/places.ts'
import { PollingDtu } from '../modbus/dtu.ts'
import type { NumericSample } from '../plant.ts'
import type { Random } from '../random.ts'
import { Site } from './site.ts'
import { WeatherOverCity } from './weather.ts'

/** A station's factory setting on its RS-485 port. */
const STATION_UNIT = 1

/**
 * Construction sites under one weather. Of ten, eight have our own unit, one has a weather and dust station behind a DTU that signs in as the station, and one
 * has such a station on the serial port of the unit before it, which publishes for it.
 */
export function makeWorksites(count: number, everyMs: number, station: Model, places: Places, random: Random): readonly Member[] {
  const weather = new WeatherOverCity(random.integer(0, 0x7fff_ffff))
  const members: Member[] = []
  let neighbour: { readonly id: DeviceId; readonly place: Position; readonly code: string } | undefined
  for (let index = 0; index < count; index++) {
    const own = random.fork(`worksite ${index}`)
    const number = String(index + 1).padStart(4, '0')
    const id = `sim-site-${number}`
    const isBehind = index % 10 === 9 && neighbour !== undefined
    const isStation = isBehind || index % 10 === 4
    const quarter = places.turn(index)
    const code = isBehind && neighbour ? neighbour.code : quarter.code
    const place = isBehind && neighbour ? neighbour.place : placeIn(quarter, own)
    const site = new Site(weather, !isStation && own.chance(0.75), own)
    const through = isBehind && neighbour ? neighbour.id : id
    const dtu = isStation ? new PollingDtu(STATION_UNIT, station, site) : undefined
    members.push({
      device: {
        id,
        org: 'construction-bureau',
        model: isStation ? station.id : 'citygate-worksite-unit',
        name: `${code}-S-${number}`,
        place,
        simulated: true,
        ...(through !== id && { behind: through }),
      },
      speaks: {
        type: 'reports',
        through,
        channel: dtu ? 'modbus' : 'telemetry',
        everyMs,
        phaseMs: own.between(0, everyMs),
        payload: at => dtu?.exchanges(at) ?? encodeTelemetry(worksiteTelemetry(site.sample(at))),
      },
    })
    neighbour = isStation ? undefined : { id, place, code }
  }
  return members
}

const MESSAGE_FIELDS: readonly (readonly [name: Exclude<keyof WorksiteSample, 'timeMs'>, field: string])[] = [
  ['pm25Ugm3', 'pm25'],
  ['pm10Ugm3', 'pm10'],
  ['tspUgm3', 'tsp'],
  ['noiseDba', 'noise'],
  ['windSpeedMps', 'windSpeed'],
  ['windDirectionDeg', 'windDirection'],
  ['temperatureC', 'temperature'],
  ['humidityPercent', 'humidity'],
  ['pressureKpa', 'pressure'],
  ['illuminanceLux', 'illuminance'],
  ['rainMm', 'rain'],
  ['craneLoadT', 'craneLoad'],
  ['craneMomentPercent', 'craneMoment'],
]

/** A sample of a site as the worksite unit's message. */
function worksiteTelemetry({ at, values }: NumericSample): TelemetryMessage {
  const measured = MESSAGE_FIELDS.flatMap(([name, field]) => (values[field] === undefined ? [] : [[name, values[field]] as const]))
  return { worksite: { timeMs: at, ...Object.fromEntries(measured) } }
}
