import type { Catalogue, ModelEntry } from '../../../gateway/model/device.ts'
import type { ModelId, OrgId } from '../../../gateway/model/ids.ts'
import type { Member } from '../city/member.ts'
import { type Places, placeIn } from '../city/places.ts'
import { QuarterAir } from '../hj212/quarter-air.ts'
import { River } from '../hj212/river.ts'
import { Station } from '../hj212/station.ts'
import type { Plant } from '../plant.ts'
import type { Random } from '../random.ts'
import { Site } from '../worksite/site.ts'
import { WeatherOverCity } from '../worksite/weather.ts'
import { AirOverStreet } from './air-over-street.ts'
import { GasPipe } from './gas-pipe.ts'
import { HeatLoop } from './heat-loop.ts'
import { LiftShaft } from './lift-shaft.ts'
import { SoilBed } from './soil-bed.ts'
import { TowerCrane } from './tower-crane.ts'

/** What is installed, in turn: polled over Modbus with a line of its own, or with a system code (`st`) an HJ 212 station whose packets come over MQTT. */
const INSTALLED: readonly {
  readonly model: ModelId
  readonly org: OrgId
  readonly letter: string
  readonly st?: string
  readonly plant: (random: Random, weather: WeatherOverCity) => Plant
}[] = [
  { model: 'citygate-gas-rtu', org: 'shanghai-gas', letter: 'G', plant: random => new GasPipe(random) },
  { model: 'citygate-heat-rtu', org: 'shanghai-heat', letter: 'H', plant: random => new HeatLoop(random) },
  { model: 'citygate-environment-rtu', org: 'environment-bureau', letter: 'A', plant: random => new AirOverStreet(random) },
  { model: 'citygate-crane-rtu', org: 'construction-bureau', letter: 'C', plant: random => new TowerCrane(random) },
  { model: 'citygate-lift-rtu', org: 'shanghai-lifts', letter: 'L', plant: random => new LiftShaft(random) },
  { model: 'dfrobot-sen0604', org: 'shanghai-parks', letter: 'B', plant: random => new SoilBed(random) },
  { model: 'hj212-air-station', org: 'shanghai-environment', letter: 'Q', st: '22', plant: (random, weather) => new QuarterAir(weather, random) },
  { model: 'hj212-water-station', org: 'shanghai-environment', letter: 'R', st: '21', plant: random => new River(random) },
  { model: 'hj212-worksite-dust', org: 'construction-bureau', letter: 'D', st: '39', plant: (random, weather) => new Site(weather, false, random) },
]

/** Where further things stand, and how they are asked. */
export interface FurtherPlan {
  readonly catalogue: Catalogue
  /** The first Modbus line that is free. */
  readonly firstLine: number
  /** From one report to the next of those that report. */
  readonly everyMs: number
  readonly places: Places
}

/** Things of the kinds that are neither buses, meters of electricity and water, nor plain worksites. */
export function makeFurtherThings(count: number, { catalogue, firstLine, everyMs, places }: FurtherPlan, random: Random): readonly Member[] {
  const weather = new WeatherOverCity(random.fork('weather').integer(0, 0x7fff_ffff))
  return Array.from({ length: count }, (_, index): Member[] => {
    const own = random.fork(`further ${index}`)
    const installed = INSTALLED[index % INSTALLED.length]
    const entry = installed && catalogue.model(installed.model)
    if (!installed || !entry) return []
    const number = String(index + 1).padStart(4, '0')
    const quarter = places.turn(index)
    const id = `sim-${installed.letter.toLowerCase()}-${number}`
    const device = {
      id,
      org: installed.org,
      model: entry.model.id,
      name: `${quarter.code}-${installed.letter}-${number}`,
      place: placeIn(quarter, own),
      simulated: true as const,
    }
    const plant = installed.plant(own, weather)
    if (installed.st === undefined) return [{ device, speaks: { type: 'polled', model: entry.model, line: firstLine + index, unit: 1, plant } }]
    return [{ device, speaks: reporting(id, `SIM${installed.letter}${number}`, installed.st, entry, plant, everyMs, own) }]
  }).flat()
}

function reporting(through: string, mn: string, st: string, entry: ModelEntry, plant: Plant, everyMs: number, random: Random): Member['speaks'] {
  const station = new Station({ mn, st, entry, plant })
  return {
    type: 'reports',
    through,
    channel: 'hj212',
    everyMs,
    phaseMs: random.between(0, everyMs),
    payload: at => station.payload(at - everyMs, at),
  }
}
