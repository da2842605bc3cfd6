import { z } from 'zod'
import { type Device, type LifeCycle, lifeCycles, stages } from '../../model/device.ts'
import { isId } from '../../model/ids.ts'
import { conditionOf, deviceJson, lifeCycleOf } from '../device-json.ts'
import { SortedDevices } from '../device-list.ts'
import type { ApiSources } from '../options.ts'
import { idParameter, integerParameter } from '../parameters.ts'
import { type Route, route } from '../route.ts'
import { DeviceSchema } from '../schemas.ts'
import { Scope } from '../scope.ts'

/** The devices themselves. */
export function deviceRoutes(sources: ApiSources): readonly Route[] {
  const sorted = new SortedDevices(sources.directory)
  return [
    route({
      method: 'get',
      path: '/api/v1/devices',
      id: 'listDevices',
      tag: 'Devices',
      summary: 'Devices in the order of their ids, a page at a time',
      description: 'A token sees the devices of its organisation, and of its kind if it has one.',
      for: 'read',
      caching: 'no-store',
      query: z.object({
        org: z.string().max(64, 'is longer than 64').optional().meta({ description: 'Only this organisation’s.' }),
        kind: idParameter('Only of this kind.').optional(),
        model: idParameter('Only of this model.').optional(),
        group: z.string().max(128, 'is longer than 128').optional().meta({ description: 'Only of this group.' }),
        tag: z.string().max(32, 'is longer than 32').optional().meta({ description: 'Only those with this tag.' }),
        stage: z.enum(stages).optional().meta({ description: 'Only in this stage.' }),
        lifeCycle: z.enum(lifeCycles).optional().meta({ description: 'Only at this point of their life.' }),
        q: z.string().max(100, 'is longer than 100').optional().meta({ description: 'Only those whose id or name holds this text, in upper or lower case.' }),
        cursor: cursorParameter,
        limit: integerParameter({ least: 1, most: 1000, usual: 100, description: 'Devices on a page.' }),
      }),
      response: z
        .object({
          devices: z.array(DeviceSchema),
          total: z.int().meta({ description: 'How many there are on all pages.' }),
          next: z.string().optional().meta({ description: 'The `cursor` of the next page; absent on the last.' }),
        })
        .meta({ id: 'DeviceList' }),
      handle: ({ query, asker }) => {
        const scope = new Scope(asker, sources)
        if (query.kind !== undefined) scope.checkKinds([query.kind], 'kind')
        const text = query.q?.toLowerCase()
        const lifeCycleNow = (device: Device): LifeCycle => lifeCycleOf(device, conditionOf(sources.live.get(device.id), scope.kindOf(device), sources.now()))
        const matching = sorted.all().filter(device => {
          if (query.org !== undefined && device.org !== query.org) return false
          if (query.model !== undefined && device.model !== query.model) return false
          if (query.group !== undefined && device.group !== query.group) return false
          if (query.tag !== undefined && !device.tags?.includes(query.tag)) return false
          if (query.stage !== undefined && (device.stage ?? 'enrolled') !== query.stage) return false
          if (text !== undefined && !device.id.toLowerCase().includes(text) && !device.name?.toLowerCase().includes(text)) return false
          if (query.lifeCycle !== undefined && lifeCycleNow(device) !== query.lifeCycle) return false
          return scope.sees(device) && (query.kind === undefined || scope.kindOf(device)?.id === query.kind)
        })
        const after = query.cursor
        const rest = after === undefined ? matching : matching.filter(device => device.id > after)
        const page = rest.slice(0, query.limit)
        const last = page.at(-1)
        return {
          devices: page.map(device => deviceJson({ device, kind: scope.kindOf(device) }, sources)),
          total: matching.length,
          ...(last !== undefined && rest.length > page.length && { next: Buffer.from(last.id).toString('base64url') }),
        }
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/devices/{device}',
      id: 'getDevice',
      tag: 'Devices',
      summary: 'One device',
      for: 'read',
      caching: 'no-store',
      problems: [404],
      params: z.object({ device: idParameter('A device’s id.') }),
      response: DeviceSchema,
      handle: ({ params, asker }) => deviceJson(new Scope(asker, sources).device(params.device), sources),
    }),
  ]
}

/** The last id of the page before, in Base64 so that nobody takes it for an id to count on. */
const cursorParameter = z
  .string()
  .regex(/^[A-Za-z0-9_-]{2,100}$/, 'must be the `next` of an earlier page')
  .transform(text => Buffer.from(text, 'base64url').toString())
  .refine(isId, 'must be the `next` of an earlier page')
  .optional()
  .meta({ description: 'The `next` of the page before.' })
