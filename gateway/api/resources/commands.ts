import { z } from 'zod'
import type { CommandRecord } from '../../model/command.ts'
import { timeText } from '../device-json.ts'
import type { ApiSources } from '../options.ts'
import { idParameter, integerParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { Answer, type Route, route } from '../route.ts'
import { FieldValueSchema, TimeSchema } from '../schemas.ts'
import { Scope } from '../scope.ts'

const USUAL_EXPIRY_SECONDS = 60
const LONGEST_EXPIRY_SECONDS = 86_400

const CommandSchema = z
  .object({
    id: z.int(),
    device: z.string(),
    name: z.string().meta({ example: 'valveOpen' }),
    value: FieldValueSchema.optional(),
    state: z.enum(['pending', 'sent', 'confirmed', 'refused', 'expired', 'told']).meta({
      description:
        '`pending`: not on its way yet. `sent`: on its way, and not known to be done. `confirmed`: done, as the device says. `refused`: the device says no. `expired`: its time is over; `detail` says whether it was sent. `told`: it went out, and nobody answers such an order. The last four are final.',
    }),
    detail: z.string().optional().meta({ description: 'Why, for people.' }),
    givenAt: TimeSchema,
    expiresAt: TimeSchema,
    sentAt: TimeSchema.optional(),
    settledAt: TimeSchema.optional(),
  })
  .meta({ id: 'Command', description: 'An order to a device, and what became of it.' })

const DefinitionSchema = z
  .object({
    name: z.string(),
    title: z.object({ en: z.string(), zh: z.string() }),
    value: z
      .object({
        type: z.enum(['number', 'boolean', 'string']),
        unit: z.string().optional(),
        range: z.tuple([z.number(), z.number()]).optional(),
        values: z.array(FieldValueSchema).optional(),
      })
      .optional()
      .meta({ description: 'What the order carries; absent: nothing.' }),
  })
  .meta({ id: 'CommandDefinition', description: 'An order the device takes, as its model names it. Nothing else is ever sent.' })

const GivenSchema = z.object({
  name: z.string().min(1).max(64).meta({ description: 'One of the orders the device takes.', example: 'valveOpen' }),
  value: FieldValueSchema.optional(),
  expiresInSeconds: z
    .number()
    .min(1)
    .max(LONGEST_EXPIRY_SECONDS)
    .default(USUAL_EXPIRY_SECONDS)
    .meta({ description: 'After this time it is not sent any more, and not looked at any longer.' }),
})

const orderId = z
  .string()
  .regex(/^\d{1,15}$/, 'must be the number of an order')
  .transform(Number)
  .meta({ type: 'integer', minimum: 1, description: 'The order’s number.', pattern: undefined })

/** Orders to devices. */
export function commandRoutes(sources: ApiSources): readonly Route[] {
  const { commands } = sources
  const params = z.object({ device: idParameter('A device’s id.') })
  const list = z
    .object({ device: z.string(), takes: z.array(DefinitionSchema), commands: z.array(CommandSchema).meta({ description: 'The newest first.' }) })
    .meta({ id: 'CommandList' })
  return [
    route({
      method: 'get',
      path: '/api/v1/devices/{device}/commands',
      id: 'listCommands',
      tag: 'Devices',
      summary: 'The orders a device takes, and those it was given',
      for: 'read',
      caching: 'no-store',
      problems: [404],
      params,
      query: z.object({ limit: integerParameter({ least: 1, most: 1000, usual: 50, description: 'Orders in the answer.' }) }),
      response: list,
      handle: ({ params: { device }, query, asker }) => {
        const { id } = new Scope(asker, sources).device(device).device
        return { device: id, takes: commands.definitions(id).map(plain), commands: commands.of(id, query.limit).map(commandJson) }
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/devices/{device}/commands',
      id: 'giveCommand',
      tag: 'Devices',
      summary: 'Gives a device an order',
      description: 'The answer comes at once; what becomes of the order is read at its address. An order is sent once and never tried again by itself.',
      for: 'command',
      caching: 'no-store',
      problems: [404, 503],
      params,
      body: GivenSchema,
      response: CommandSchema,
      alsoStatus: { 202: 'Taken; its state tells what becomes of it.' },
      handle: async ({ params: { device }, body, asker, actor }) => {
        const { id } = new Scope(asker, sources, 'command').device(device).device
        const { name, value, expiresInSeconds } = body
        const given = await commands.give({ device: id, name, ...(value !== undefined && { value }), expiresInMs: 1000 * expiresInSeconds, by: actor })
        return Answer.json(commandJson(given), { status: 202 })
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/devices/{device}/commands/{id}',
      id: 'getCommand',
      tag: 'Devices',
      summary: 'One order, and what became of it',
      for: 'read',
      caching: 'no-store',
      problems: [404],
      params: z.object({ device: idParameter('A device’s id.'), id: orderId }),
      response: CommandSchema,
      handle: ({ params, asker }) => {
        const { id } = new Scope(asker, sources).device(params.device).device
        const found = commands.get(params.id)
        if (found?.device !== id) throw new Problem(404, 'NOT_FOUND', `There is no order ${params.id} to “${id}”, or it is so old that it is no longer kept.`)
        return commandJson(found)
      },
    }),
  ]
}

function commandJson({ id, device, name, value, state, detail, givenAt, expiresAt, sentAt, settledAt }: CommandRecord): z.input<typeof CommandSchema> {
  return {
    id,
    device,
    name,
    ...(value !== undefined && { value }),
    state,
    ...(detail !== undefined && { detail }),
    givenAt: timeText(givenAt),
    expiresAt: timeText(expiresAt),
    ...(sentAt !== undefined && { sentAt: timeText(sentAt) }),
    ...(settledAt !== undefined && { settledAt: timeText(settledAt) }),
  }
}

function plain({ name, title, value }: ReturnType<ApiSources['commands']['definitions']>[number]): z.input<typeof DefinitionSchema> {
  if (!value) return { name, title: { ...title } }
  const { type, unit, range, values } = value
  return {
    name,
    title: { ...title },
    value: { type, ...(unit !== undefined && { unit }), ...(range && { range: [range[0], range[1]] }), ...(values && { values: [...values] }) },
  }
}
