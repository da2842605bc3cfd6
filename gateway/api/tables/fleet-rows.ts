import type { DeviceId } from '../../model/ids.ts'
import type { Kind } from '../../model/kind.ts'
import { fieldType } from '../../model/kind.ts'
import type { LiveState } from '../../model/live.ts'
import type { SeriesStore } from '../../model/series.ts'
import { addShares, lastHours } from '../completeness.ts'
import { conditionOf } from '../device-json.ts'
import { growthOf } from '../growth.ts'
import type { ApiSources } from '../options.ts'
import { inTurns } from '../turns.ts'
import { counterBuckets } from './counter-buckets.ts'
import type { Grid } from './period.ts'
import type { Progress } from './survey-desk.ts'
import { surveyDevices } from './survey-devices.ts'
import type { TableDevice } from './table-devices.ts'

const DAY_MS = 86_400_000
/** Worked out in one go: a few milliseconds. */
const DEVICES_A_TURN = 100
/** Texts that say on which line a vehicle runs; the first that a kind has. */
const ROUTE_FIELDS = ['route', 'line']

/** How a vehicle is now. */
export interface VehicleNow {
  /** `late`: not heard of for longer than its kind allows; `silent`: not for a day, or never. */
  readonly state: 'inService' | 'late' | 'silent'
  readonly route: string | undefined
  readonly lastHeardAt: number | undefined
  readonly speed: number | undefined
  /** Of the readings due in the last 24 hours. */
  readonly due: number
  readonly received: number
}

/** How a vehicle is, from what is known without asking the store. */
export function vehicleNow(sources: Pick<ApiSources, 'live' | 'hours' | 'now'>, kind: Kind, { device }: TableDevice): VehicleNow {
  const now = sources.now()
  const state = sources.live.get(device.id)
  const hours = sources.hours.of(device.id)
  const shares = Array.from({ length: 24 }, () => ({ expected: 0, received: 0 }))
  if (hours) addShares(hours, kind, lastHours(24, sources.hours.since, now), shares)
  return {
    state: conditionOf(state, kind, now) === 'ok' ? 'inService' : state !== undefined && now - state.receivedAt < DAY_MS ? 'late' : 'silent',
    route: routeOf(kind, state),
    lastHeardAt: state?.receivedAt,
    speed: numberOf(state, speedField(kind)),
    due: shares.reduce((sum, share) => sum + share.expected, 0),
    received: shares.reduce((sum, share) => sum + share.received, 0),
  }
}

function routeOf(kind: Kind, state: LiveState | undefined): string | undefined {
  const name = ROUTE_FIELDS.find(field => kind.fields[field] !== undefined && fieldType(kind.fields[field]) === 'string')
  const value = name === undefined ? undefined : state?.values[name]?.value
  return typeof value === 'string' && value !== '' ? value : undefined
}

function speedField(kind: Kind): string | undefined {
  return Object.entries(kind.fields).find(([, field]) => field.unit === 'km/h' && fieldType(field) === 'number')?.[0]
}

function numberOf(state: LiveState | undefined, field: string | undefined): number | undefined {
  const value = field === undefined ? undefined : state?.values[field]?.value
  return typeof value === 'number' ? value : undefined
}

/** What the odometers of vehicles grew by, in km. */
export async function distances(
  series: SeriesStore,
  question: { readonly kind: string; readonly odometer: string; readonly devices: readonly DeviceId[]; readonly grid: Grid },
  progress: Progress,
  signal: AbortSignal,
): Promise<ReadonlyMap<DeviceId, number>> {
  const { kind, odometer, devices, grid } = question
  const rows = await surveyDevices(series, { kind, field: odometer, functions: ['first', 'last', 'min', 'max'], devices, runs: grid.runs }, signal, progress)
  const found = new Map<DeviceId, number>()
  for await (const [device, of] of inTurns(rows, DEVICES_A_TURN)) found.set(device, growthOf(counterBuckets(of)).total)
  return found
}
