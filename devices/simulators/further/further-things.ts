import type { Catalogue } from '../../../gateway/model/device.ts'
import type { ModelId, OrgId } from '../../../gateway/model/ids.ts'
import type { Member } from '../city/member.ts'
import { type Places, placeIn } from '../city/places.ts'
import type { Plant } from '../plant.ts'
import type { Random } from '../random.ts'
import { AirOverStreet } from './air-over-street.ts'
import { GasPipe } from './gas-pipe.ts'
import { HeatLoop } from './heat-loop.ts'
import { LiftShaft } from './lift-shaft.ts'
import { SoilBed } from './soil-bed.ts'
import { TowerCrane } from './tower-crane.ts'

/** What is installed, in turn, each polled over Modbus with a line of its own. */
const INSTALLED: readonly {
  readonly model: ModelId
  readonly org: OrgId
  readonly letter: string
  readonly plant: (random: Random) => Plant
}[] = [
  { model: 'citygate-gas-rtu', org: 'shanghai-gas', letter: 'G', plant: random => new GasPipe(random) },
  { model: 'citygate-heat-rtu', org: 'shanghai-heat', letter: 'H', plant: random => new HeatLoop(random) },
  { model: 'citygate-environment-rtu', org: 'environment-bureau', letter: 'A', plant: random => new AirOverStreet(random) },
  { model: 'citygate-crane-rtu', org: 'construction-bureau', letter: 'C', plant: random => new TowerCrane(random) },
  { model: 'citygate-lift-rtu', org: 'shanghai-lifts', letter: 'L', plant: random => new LiftShaft(random) },
  { model: 'dfrobot-sen0604', org: 'shanghai-parks', letter: 'B', plant: random => new SoilBed(random) },
]

/** Things of the kinds that are neither buses, meters of electricity and water, nor worksites. `firstLine`: the first Modbus line that is free. */
export function makeFurtherThings(count: number, catalogue: Catalogue, firstLine: number, places: Places, random: Random): readonly Member[] {
  return Array.from({ length: count }, (_, index): Member[] => {
    const own = random.fork(`further ${index}`)
    const installed = INSTALLED[index % INSTALLED.length]
    const model = installed && catalogue.model(installed.model)?.model
    if (!installed || !model) return []
    const number = String(index + 1).padStart(4, '0')
    const quarter = places.turn(index)
    return [
      {
        device: {
          id: `sim-${installed.letter.toLowerCase()}-${number}`,
          org: installed.org,
          model: model.id,
          name: `${quarter.code}-${installed.letter}-${number}`,
          place: placeIn(quarter, own),
          simulated: true,
        },
        speaks: { type: 'polled', model, line: firstLine + index, unit: 1, plant: installed.plant(own) },
      },
    ]
  }).flat()
}
