import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Device } from '../../model/device.ts'
import type { Kind } from '../../model/kind.ts'
import type { Position } from '../../model/reading.ts'
import type { Asker } from '../access.ts'
import { boundingBoxParameter, inside } from '../bounding-box.ts'
import type { ApiSources } from '../options.ts'
import { idParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { Scope } from '../scope.ts'
import { inTurns } from '../turns.ts'

/** Devices of one table. */
const MOST_DEVICES = 20_000

/** Which devices a table is of. */
export const tableDeviceParameters = {
  kind: idParameter('The kind.'),
  org: z.string().max(64, 'is longer than 64').optional().meta({ description: 'Only this organisation’s.' }),
  district: z.string().max(64, 'is longer than 64').optional().meta({ description: 'Only those in this district; `none`: in no district that is known.' }),
  bbox: boundingBoxParameter,
  q: z.string().max(100, 'is longer than 100').optional().meta({ description: 'Only those whose id or name holds this text, in upper or lower case.' }),
}

const filterSchema = z.object(tableDeviceParameters)
type TableFilter = z.output<typeof filterSchema>

/** A device as tables show it, with where it is. */
export interface TableDevice {
  readonly device: Device
  readonly position: Position | undefined
  readonly district: string | undefined
}

/** What a table is of. */
export interface TableDevices {
  readonly kind: Kind
  readonly devices: readonly TableDevice[]
  /** Names this set of devices. */
  readonly hash: string
}

/** The devices in service that an asker may see and that fit, by id. Throws `QUERY_INVALID` for an unknown kind, and for more than can be worked out at once. */
export async function tableDevices(sources: ApiSources, asker: Asker, filter: TableFilter): Promise<TableDevices> {
  const scope = new Scope(asker, sources)
  scope.checkKinds([filter.kind], 'kind')
  const kind = sources.catalogue.kind(filter.kind)
  if (kind === undefined) throw new Problem(404, 'KIND_UNKNOWN', `There is no kind “${filter.kind}”.`)
  const text = filter.q?.toLowerCase()
  const devices: TableDevice[] = []
  for await (const { device, kind: own } of inTurns(scope.devices())) {
    if (own?.id !== kind.id || device.stage !== undefined) continue
    if (filter.org !== undefined && device.org !== filter.org) continue
    if (text !== undefined && !device.id.toLowerCase().includes(text) && !device.name?.toLowerCase().includes(text)) continue
    const position = sources.live.get(device.id)?.position ?? device.place
    if (filter.bbox !== undefined && (position === undefined || !inside(filter.bbox, position))) continue
    const district = position && sources.districts?.at(position)
    if (filter.district !== undefined && (district ?? 'none') !== filter.district) continue
    devices.push({ device, position, district })
  }
  if (devices.length > MOST_DEVICES) {
    throw new Problem(400, 'QUERY_INVALID', 'These are too many devices for one table; see errors.', {
      errors: [{ field: 'kind', in: 'query', problem: `${devices.length} devices fit, and a table holds ${MOST_DEVICES}: narrow it by org, district or bbox` }],
    })
  }
  devices.sort((a, b) => (a.device.id < b.device.id ? -1 : 1))
  const hash = createHash('sha256')
  for (const { device } of devices) hash.update(device.id).update(' ')
  return { kind, devices, hash: hash.digest('base64url') }
}

/** What every row of a table begins with. */
export const tableRowShape = {
  device: z.string(),
  name: z.string().optional(),
  org: z.string(),
  district: z.string().optional(),
  place: z.object({ lat: z.number(), lon: z.number() }).optional(),
}

const rowHeadSchema = z.object(tableRowShape)
/** The beginning of a row. */
export type RowHead = z.input<typeof rowHeadSchema>

/** The same of a device. */
export function rowHead({ device, district, position }: TableDevice): RowHead {
  return {
    device: device.id,
    ...(device.name !== undefined && { name: device.name }),
    org: device.org,
    ...(district !== undefined && { district }),
    ...(position && { place: { lat: position.lat, lon: position.lon } }),
  }
}
