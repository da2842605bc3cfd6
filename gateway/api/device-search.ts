import { z } from 'zod'
import { type Device, lifeCycles, stages } from '../model/device.ts'
import { alarmFields, isFlagged } from '../model/flagged.ts'
import { type BoundingBox, boundingBoxParameter, inside } from './bounding-box.ts'
import { lastHours, minutesOutOfRange } from './completeness.ts'
import { conditionOf, lifeCycleOf } from './device-json.ts'
import type { ApiSources } from './options.ts'
import { idParameter } from './parameters.ts'
import type { KnownDevice, Scope } from './scope.ts'
import { filterInTurns } from './turns.ts'

/** What there may be to look at. */
const troubles = ['flagged', 'outOfRange', 'rejected', 'clock'] as const
const sortNames = ['id', 'name', 'org', 'kind', 'model', 'state', 'lastReceivedAt', 'rejected', 'outOfRange', 'clock'] as const
const sorts = sortNames.flatMap(name => [name, `-${name}` as const])

/** Which devices are asked for. */
export const deviceFilterParameters = {
  org: z.string().max(64, 'is longer than 64').optional().meta({ description: 'Only this organisation’s.' }),
  kind: idParameter('Only of this kind.').optional(),
  model: idParameter('Only of this model.').optional(),
  group: z.string().max(128, 'is longer than 128').optional().meta({ description: 'Only of this group.' }),
  tag: z.string().max(32, 'is longer than 32').optional().meta({ description: 'Only those with this tag.' }),
  stage: z.enum(stages).optional().meta({ description: 'Only in this stage.' }),
  lifeCycle: z.enum(lifeCycles).optional().meta({ description: 'Only at this point of their life.' }),
  state: z.enum(['ok', 'stale', 'silent']).optional().meta({ description: 'Only in this state, retired and planned ones too.' }),
  with: z.enum(troubles).optional().meta({
    description:
      'Only those that are flagged now (see `flagged`), with a value out of range in the last 24 hours, with rejected frames, or with a clock that is off.',
  }),
  bbox: boundingBoxParameter,
  q: z.string().max(100, 'is longer than 100').optional().meta({ description: 'Only those whose id or name holds this text, in upper or lower case.' }),
}

const filterSchema = z.object(deviceFilterParameters)
/** Which devices, after the schema. */
export type DeviceFilter = z.output<typeof filterSchema>

/** In which order. */
export const sortParameter = z
  .enum(sorts, `is one of ${sortNames.join(', ')}, the highest first with a - before it`)
  .default('id')
  .meta({ description: 'In this order; with a `-` before it the other way round. Equal ones by id.' })
/** The order, after the schema. */
export type DeviceSort = z.output<typeof sortParameter>

/** Finds the devices an asker may see and that fit. Answers them by id, as they are handed over, or in another order. */
export async function searchDevices(
  sources: ApiSources,
  scope: Scope,
  devices: Iterable<Device>,
  filter: DeviceFilter,
  sort: DeviceSort,
): Promise<readonly Device[]> {
  const found = await filterInTurns(devices, fits(sources, scope, filter), 2_000)
  const descending = sort.startsWith('-')
  const name = descending ? sort.slice(1) : sort
  if (name === 'id') return descending ? found.reverse() : found
  const keyOf = sortKey(sources, scope, name)
  const keyed = found.map(device => ({ device, key: keyOf(device) }))
  keyed.sort((a, b) => (descending ? -compare(a.key, b.key) : compare(a.key, b.key)))
  return keyed.map(({ device }) => device)
}

function fits(sources: ApiSources, scope: Scope, filter: DeviceFilter): (device: Device) => boolean {
  const text = filter.q?.toLowerCase()
  const now = sources.now()
  const window = lastHours(24, sources.hours.since, now)
  return device => {
    if (filter.org !== undefined && device.org !== filter.org) return false
    if (filter.model !== undefined && device.model !== filter.model) return false
    if (filter.group !== undefined && device.group !== filter.group) return false
    if (filter.tag !== undefined && !device.tags?.includes(filter.tag)) return false
    if (filter.stage !== undefined && (device.stage ?? 'enrolled') !== filter.stage) return false
    if (text !== undefined && !device.id.toLowerCase().includes(text) && !device.name?.toLowerCase().includes(text)) return false
    if (!scope.sees(device)) return false
    const kind = scope.kindOf(device)
    if (filter.kind !== undefined && kind?.id !== filter.kind) return false
    const live = sources.live.get(device.id)
    if (filter.state !== undefined && conditionOf(live, kind, now) !== filter.state) return false
    if (filter.lifeCycle !== undefined && lifeCycleOf(device, conditionOf(live, kind, now)) !== filter.lifeCycle) return false
    if (filter.bbox !== undefined && !isInside(filter.bbox, live?.position ?? device.place)) return false
    switch (filter.with) {
      case 'flagged':
        return live !== undefined && isFlagged(live, alarmFields(kind))
      case 'outOfRange':
        return minutesOutOfRange(sources.hours.of(device.id), window) > 0
      case 'rejected':
        return sources.account.of(device.id).rejected > 0
      case 'clock':
        return sources.clocks.get(device.id) !== undefined
      case undefined:
        return true
    }
  }
}

function isInside(box: BoundingBox, position: { readonly lat: number; readonly lon: number } | undefined): boolean {
  return position !== undefined && inside(box, position)
}

const STATES = { ok: 0, stale: 1, silent: 2 } as const

function sortKey(sources: ApiSources, scope: Scope, name: string): (device: Device) => string | number {
  const now = sources.now()
  switch (name) {
    case 'name':
      return device => (device.name ?? device.id).toLowerCase()
    case 'org':
      return device => device.org
    case 'kind':
      return device => scope.kindOf(device)?.id ?? ''
    case 'model':
      return device => device.model
    case 'state':
      return device => STATES[conditionOf(sources.live.get(device.id), scope.kindOf(device), now)]
    case 'lastReceivedAt':
      return device => sources.account.of(device.id).lastReceivedAt ?? 0
    case 'rejected':
      return device => sources.account.of(device.id).rejected
    case 'outOfRange': {
      const window = lastHours(24, sources.hours.since, now)
      return device => minutesOutOfRange(sources.hours.of(device.id), window)
    }
    default:
      return device => Math.abs(sources.clocks.get(device.id)?.offsetMs ?? 0)
  }
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** What a list says of a device beside the device itself, where there is something to say. */
export function troublesOf(sources: ApiSources, { device, kind }: KnownDevice): { flagged?: true; rejected?: number; minutesOutOfRange?: number } {
  const live = sources.live.get(device.id)
  const { rejected } = sources.account.of(device.id)
  const minutes = minutesOutOfRange(sources.hours.of(device.id), lastHours(24, sources.hours.since, sources.now()))
  return {
    ...(live !== undefined && isFlagged(live, alarmFields(kind)) && { flagged: true as const }),
    ...(rejected > 0 && { rejected }),
    ...(minutes > 0 && { minutesOutOfRange: minutes }),
  }
}
