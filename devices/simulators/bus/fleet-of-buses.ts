import type { EpochMs } from '../../../gateway/model/frame.ts'
import { encodeTelemetry, type TelemetryMessage } from '../../protocols/telemetry/encode.ts'
import type { Member } from '../city/member.ts'
import type { Places } from '../city/places.ts'
import type { Random } from '../random.ts'
import { Bus, type BusSample } from './bus.ts'
import { type BusRoute, layRoute } from './route.ts'

const BUSES_A_ROUTE = 8
/** Three lines of four are in Pudong. */
const HOMES = ['PD', 'PD', 'PD', 'YP', 'PD', 'PD', 'PD', 'XH', 'PD', 'PD', 'PD', 'MH'] as const
const ORGS: Readonly<Record<(typeof HOMES)[number], string>> = { PD: 'pudong-bus', YP: 'yangpu-bus', XH: 'xuhui-bus', MH: 'minhang-bus' }

/** Buses on made-up lines, spread over their round trips. `everyMs` is how often each reports. */
export function makeBuses(count: number, everyMs: number, places: Places, random: Random, startAt: EpochMs): readonly Member[] {
  return putOnLines(count, places, random, startAt).map(({ number, org, name, bus, own }) =>
    member(`sim-bus-${number}`, org, name, bus, everyMs, own.between(0, everyMs)),
  )
}

/** A bus that drives, whatever is built into it to report. */
export interface BusOnLine {
  /** `0001`, by the order in the fleet. */
  readonly number: string
  readonly org: string
  /** Line and number on it. */
  readonly name: string
  readonly bus: Bus
  /** What else is drawn for this bus is drawn from here. */
  readonly own: Random
}

/** Lays lines and puts eight buses on each. */
export function putOnLines(count: number, places: Places, random: Random, startAt: EpochMs): readonly BusOnLine[] {
  const routes: { readonly route: BusRoute; readonly org: string }[] = []
  for (let line = 0; line < Math.ceil(count / BUSES_A_ROUTE); line++) {
    const home = HOMES[line % HOMES.length] ?? 'PD'
    const { district, grid } = places.quarter(home)
    routes.push({ route: layRoute(`SYN-${line + 1}`, district, grid, random.fork(`route ${line}`)), org: ORGS[home] })
  }
  return routes.flatMap(({ route, org }, line) => {
    const onLine = Math.min(BUSES_A_ROUTE, count - line * BUSES_A_ROUTE)
    return Array.from({ length: onLine }, (_, index) => {
      const own = random.fork(`bus ${line} ${index}`)
      const bus = new Bus(route, (index + own.between(0, 0.6)) / onLine, own, startAt)
      const number = String(line * BUSES_A_ROUTE + index + 1).padStart(4, '0')
      return { number, org, name: `${route.id} · ${String(index + 1).padStart(2, '0')}`, bus, own }
    })
  })
}

function member(id: string, org: string, name: string, bus: Bus, everyMs: number, phaseMs: number): Member {
  return {
    device: { id, org, model: 'citygate-bus-unit', name, simulated: true },
    speaks: { type: 'reports', through: id, channel: 'telemetry', everyMs, phaseMs, payload: at => encodeTelemetry(busTelemetry(bus.sample(at))) },
  }
}

/** A sample as the bus unit's message. */
function busTelemetry({ at, position, values }: BusSample): TelemetryMessage {
  return {
    bus: {
      fixTimeMs: at,
      latitude: position.lat,
      longitude: position.lon,
      speedKmh: values.speed,
      headingDeg: values.heading,
      route: values.route,
      trip: values.trip,
      occupancy: values.occupancy,
      odometerKm: values.odometer,
      doorOpen: values.doorOpen,
      satellites: values.satellites,
      fix: 'FIX_3D',
    },
  }
}
