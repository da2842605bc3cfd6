import { z } from 'zod'
import type { Newcomer, ProvisioningInfo } from '../../model/first-contact.ts'
import { deviceJson, timeText } from '../device-json.ts'
import type { ApiSources } from '../options.ts'
import { idParameter, integerParameter } from '../parameters.ts'
import { type Route, route } from '../route.ts'
import { DeviceSchema, TimeSchema } from '../schemas.ts'
import { Scope } from '../scope.ts'
import { reachOf } from '../upkeep-rights.ts'

const EnrolmentSchema = z
  .object({
    device: z.string().meta({ description: 'The id it calls itself.' }),
    org: z.string(),
    model: z.string(),
    key: z.string().meta({ description: 'The id of the provisioning key it came with.' }),
    state: z.enum(['waiting', 'refused']),
    firstAt: TimeSchema,
    lastAt: TimeSchema,
    address: z.string().meta({ description: 'Where it came from last.' }),
    contested: z
      .int()
      .meta({ description: 'How often somebody came with this id and another secret: two devices of one name, or an impostor. Look before you approve.' }),
  })
  .meta({ id: 'Enrolment', description: 'A device that nobody registered and that came with a provisioning key.' })

const KeySchema = z
  .object({
    id: z.string(),
    org: z.string(),
    model: z.string(),
    accept: z.boolean().meta({ description: 'Devices that come with it are registered at once; otherwise they wait.' }),
    pattern: z.string().optional().meta({ description: 'Ids it is for; absent: any.', example: 'bus-*' }),
    most: z.int().meta({ description: 'Devices at most.' }),
    used: z.int().meta({ description: 'Devices that came with it.' }),
    createdAt: TimeSchema,
    expiresAt: TimeSchema,
  })
  .meta({ id: 'ProvisioningKey', description: 'With which new devices announce themselves, without its secret.' })

/** Devices that announced themselves, for whoever maintains the organisation of their key. */
export function enrolmentRoutes(sources: ApiSources): readonly Route[] {
  const { enrolments } = sources
  const params = z.object({ device: idParameter('The id the device calls itself.') })
  return [
    route({
      method: 'get',
      path: '/api/v1/enrolments',
      id: 'listEnrolments',
      tag: 'Devices',
      summary: 'Devices that announced themselves and wait to be approved, or were refused, in the order in which they came',
      description: 'Those of the organisations that you maintain: a device belongs to that of the key it came with.',
      for: 'maintain',
      caching: 'no-store',
      problems: [503],
      query: z.object({
        state: z.enum(['waiting', 'refused']).optional().meta({ description: 'Only those.' }),
        limit: integerParameter({ least: 1, most: 10_000, usual: 1000, description: 'How many are listed.' }),
      }),
      response: z.object({ enrolments: z.array(EnrolmentSchema), total: z.int() }).meta({ id: 'EnrolmentList' }),
      handle: async ({ query: { state, limit }, asker }) => {
        const { maintains } = reachOf(asker)
        const all = (await enrolments.list()).filter(one => maintains(one.org) && (state === undefined || one.state === state))
        return { enrolments: all.slice(0, limit).map(enrolmentJson), total: all.length }
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/provisioning-keys',
      id: 'listProvisioningKeys',
      tag: 'Devices',
      summary: 'The keys with which new devices announce themselves, of the organisations that you maintain; oldest first, without secrets',
      description: 'They are made on the gateway’s machine: `citygate provisioning add`.',
      for: 'maintain',
      caching: 'no-store',
      problems: [503],
      response: z.object({ keys: z.array(KeySchema) }).meta({ id: 'ProvisioningKeyList' }),
      handle: async ({ asker }) => {
        const { maintains } = reachOf(asker)
        return { keys: (await enrolments.keys()).filter(key => maintains(key.org)).map(keyJson) }
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/enrolments/{device}/approve',
      id: 'approveEnrolment',
      tag: 'Devices',
      summary: 'Registers a device that waits, or was refused, with the secret it came with',
      description: 'It is let in when it comes the next time. A name, a group or a place are given with `PATCH /api/v1/devices/{device}`.',
      for: 'maintain',
      caching: 'no-store',
      problems: [404, 503],
      params,
      response: DeviceSchema,
      handle: async ({ params: { device }, asker, actor }) => {
        await enrolments.approve([device], actor, reachOf(asker).maintains)
        return deviceJson(new Scope(asker, sources).device(device), sources)
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/enrolments/{device}/refuse',
      id: 'refuseEnrolment',
      tag: 'Devices',
      summary: 'Refuses a device that waits',
      description: 'It is turned away as long as it keeps coming, and forgotten thirty days after it last did.',
      for: 'maintain',
      caching: 'no-store',
      problems: [404, 503],
      params,
      response: z.object({ refused: z.string() }).meta({ id: 'RefusedEnrolment' }),
      handle: async ({ params: { device }, asker, actor }) => {
        await enrolments.refuse([device], actor, reachOf(asker).maintains)
        return { refused: device }
      },
    }),
  ]
}

function enrolmentJson({ firstAt, lastAt, ...rest }: Newcomer): z.input<typeof EnrolmentSchema> {
  return { ...rest, firstAt: timeText(firstAt), lastAt: timeText(lastAt) }
}

/** Named one by one, so that what is added to a key is published on purpose. */
function keyJson({ id, org, model, accept, pattern, most, used, createdAt, expiresAt }: ProvisioningInfo): z.input<typeof KeySchema> {
  return {
    id,
    org,
    model,
    accept,
    ...(pattern !== undefined && { pattern }),
    most,
    used,
    createdAt: timeText(createdAt),
    expiresAt: timeText(expiresAt),
  }
}
