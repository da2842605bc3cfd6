import { makeHj212Fleet } from './hj212/fleet.ts'
import { makeJt808Fleet } from './jt808/fleet.ts'
import type { LinkFleetEntry } from './link-fleet.ts'
import { makeCjt188Fleet, makeDlt645Fleet } from './meter/meter-fleet.ts'
import { makeSparkplugFleet } from './sparkplug/fleet.ts'

/** Fleets of one protocol, by its id. A new one is one line. */
export const linkFleets: readonly LinkFleetEntry[] = [
  { id: 'jt808', title: 'JT/T 808 vehicle terminals', usualPort: 8808, make: makeJt808Fleet },
  { id: 'hj212', title: 'HJ 212 environment stations', usualPort: 8212, make: makeHj212Fleet },
  { id: 'dlt645', title: 'DL/T 645 electricity meters behind DTUs', usualPort: 8502, make: makeDlt645Fleet },
  { id: 'cjt188', title: 'CJ/T 188 water, heat and gas meters behind DTUs', usualPort: 8502, make: makeCjt188Fleet },
  { id: 'sparkplug', title: 'Sparkplug B edge nodes, over MQTT', usualPort: 1883, make: makeSparkplugFleet },
]
