import { z } from 'zod'
import { type Device, stages } from '../../model/device.ts'
import { changedDevice } from '../../model/device-upkeep.ts'
import type { Asker } from '../access.ts'
import { deviceJson, timeText } from '../device-json.ts'
import type { ApiSources } from '../options.ts'
import { idParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'
import { DeviceSchema, PositionSchema, TimeSchema } from '../schemas.ts'
import { Scope } from '../scope.ts'
import { checkSaid } from '../upkeep-rights.ts'

const LinkSchema = z
  .strictObject({
    url: z.string().meta({ description: 'Such as `modbus-tcp://10.0.0.5:502`, `dtu://ID`, `jt808://PHONE`: see `citygate device add --help`.' }),
    unit: z.int().optional().meta({ description: 'The Modbus unit on that line, 1 to 247.' }),
    address: z.string().optional().meta({ description: 'Its address on that line, when it is not a Modbus unit.' }),
  })
  .meta({ id: 'Link', description: 'How a device is reached, or known, that does not sign in to MQTT.' })

/** What may be said of a device. Lengths and forms are checked by the registry, by the same rules as a list of devices. */
const said = {
  name: z.string(),
  group: z.string(),
  tags: z.array(z.string()),
  sim: z.string(),
  place: PositionSchema,
  behind: z.string(),
  link: LinkSchema,
}
const StageSchema = z.enum(stages, `must be one of ${stages.join(', ')}`)

const CreatedSchema = z
  .object({
    device: DeviceSchema,
    secret: z.string().optional().meta({
      description: 'What it signs in with. This is the only time it can be read. Absent where a device does not sign in: by a link, or behind another.',
    }),
  })
  .meta({ id: 'CreatedDevice' })

const SecretSchema = z
  .object({
    device: z.string(),
    secret: z.string().meta({ description: 'This is the only time it can be read.' }),
    previousUntil: TimeSchema.meta({ description: 'Until when the secret before is taken.' }),
  })
  .meta({ id: 'DeviceSecret' })

/** Some people carry a secret to a device by hand: a month is long enough. */
const longestGraceSeconds = 31 * 86_400
const usualGraceSeconds = 86_400

/** Registers devices, changes and removes them one by one. */
export function deviceUpkeepRoutes(sources: ApiSources): readonly Route[] {
  const { upkeep } = sources
  const params = z.object({ device: idParameter('A device’s id.') })
  const shown = (id: string, asker: Asker): z.input<typeof DeviceSchema> => deviceJson(new Scope(asker, sources).device(id), sources)
  const kept = (id: string, asker: Asker): Device => new Scope(asker, sources, 'maintain').device(id).device
  return [
    route({
      method: 'post',
      path: '/api/v1/devices',
      id: 'createDevice',
      tag: 'Devices',
      summary: 'Registers a device',
      description: 'Answers the secret that was made for it.',
      for: 'maintain',
      caching: 'no-store',
      problems: [400, 503],
      body: z.strictObject({
        id: z.string().meta({ description: '1 to 64 of `A-Z a-z 0-9 . _ -`.' }),
        org: z.string(),
        model: z.string(),
        stage: StageSchema.optional(),
        ...z.object(said).partial().shape,
      }),
      response: CreatedSchema,
      handle: async ({ body: { id, org, model, ...more }, asker, actor }) => {
        checkSaid(asker, org, more, sources)
        const secret = await upkeep.add(changedDevice({ id, org, model }, more), actor)
        return { device: shown(id, asker), ...(more.link === undefined && more.behind === undefined && { secret }) }
      },
    }),
    route({
      method: 'patch',
      path: '/api/v1/devices/{device}',
      id: 'changeDevice',
      tag: 'Devices',
      summary: 'Changes what is said about a device',
      description: 'A JSON merge patch (RFC 7396): what is absent stays, null takes a value away. The id and the organisation stay what they are.',
      for: 'maintain',
      caching: 'no-store',
      problems: [400, 404, 503],
      params,
      body: z.strictObject({ model: z.string().optional(), stage: StageSchema.optional(), ...nullable(said) }),
      response: DeviceSchema,
      handle: async ({ params: { device }, body, asker, actor }) => {
        checkSaid(asker, kept(device, asker).org, body, sources)
        await upkeep.change([device], body, actor)
        return shown(device, asker)
      },
    }),
    route({
      method: 'delete',
      path: '/api/v1/devices/{device}',
      id: 'removeDevice',
      tag: 'Devices',
      summary: 'Takes a device out of the registry',
      description:
        'It is disconnected and can not sign in any more. What it has sent stays stored. To keep it in the lists, give it the stage `retired` instead.',
      for: 'maintain',
      caching: 'no-store',
      problems: [400, 404, 503],
      params,
      response: z.object({ removed: z.string() }).meta({ id: 'RemovedDevice' }),
      handle: async ({ params: { device }, asker, actor }) => {
        kept(device, asker)
        await upkeep.remove(device, actor)
        return { removed: device }
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/devices/{device}/secret',
      id: 'renewDeviceSecret',
      tag: 'Devices',
      summary: 'Gives a device another secret',
      description: 'The one before is taken for a while longer, so that nothing is interrupted. At most two are ever taken.',
      for: 'maintain',
      caching: 'no-store',
      problems: [400, 404, 503],
      params,
      body: z.strictObject({
        graceSeconds: z
          .int()
          .min(0)
          .max(longestGraceSeconds)
          .optional()
          .meta({ description: 'How long the secret before is still taken; 0 ends it at once. Usual: a day.' }),
      }),
      response: SecretSchema,
      handle: async ({ params: { device }, body: { graceSeconds = usualGraceSeconds }, asker, actor }) => {
        const { link, behind } = kept(device, asker)
        if (link !== undefined || behind !== undefined)
          throw new Problem(
            400,
            'DEVICE_INVALID',
            `${device} does not sign in by itself: it is reached by its link or its concentrator, and has no use for a secret.`,
          )
        const { secret, previousUntil } = await upkeep.renewSecret(device, graceSeconds * 1000, actor)
        return { device, secret, previousUntil: timeText(previousUntil) }
      },
    }),
  ]
}

/** The same members, each of which may be left out or null. */
function nullable(members: typeof said) {
  return {
    name: members.name.nullable().optional(),
    group: members.group.nullable().optional(),
    tags: members.tags.nullable().optional(),
    sim: members.sim.nullable().optional(),
    place: members.place.nullable().optional(),
    behind: members.behind.nullable().optional(),
    link: members.link.nullable().optional(),
  }
}
