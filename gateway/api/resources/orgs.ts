import { z } from 'zod'
import type { OrgId } from '../../model/ids.ts'
import type { Organisation } from '../../model/organisation.ts'
import { orgsWith } from '../../model/rights.ts'
import { everyOrg } from '../../model/roles.ts'
import type { Asker } from '../access.ts'
import { timeText } from '../device-json.ts'
import type { ApiSources } from '../options.ts'
import { orgHoldings } from '../org-holdings.ts'
import { idParameter, integerParameter } from '../parameters.ts'
import { type Route, route } from '../route.ts'
import { TimeSchema } from '../schemas.ts'

const OrganisationSchema = z
  .object({
    id: z.string(),
    name: z
      .object({ zh: z.string().optional(), en: z.string().optional() })
      .meta({ description: 'What it is called, in the languages in which somebody said so.', example: { zh: '浦东公交', en: 'Pudong Bus' } }),
    createdAt: TimeSchema,
    retiredAt: TimeSchema.optional().meta({ description: 'Since then nothing new is registered for it.' }),
  })
  .meta({ id: 'Organisation', description: 'Whoever runs devices here.' })

const HoldingsSchema = z
  .object({
    org: z.string(),
    devices: z.int(),
    people: z.int().meta({ description: 'With a role in it.' }),
    tokens: z.int(),
    provisioningKeys: z.int().meta({ description: 'Those that are over among them.' }),
  })
  .meta({ id: 'OrganisationHoldings' })

const name = z.string().max(200, 'is longer than 200 characters')
const params = z.object({ org: idParameter('An organisation’s id.') })

/** Organisations: everybody sees their own, and administrators of the whole gateway look after them. */
export function orgRoutes(sources: ApiSources): readonly Route[] {
  const { orgs } = sources
  const govern = { tag: 'People', for: 'administer', overall: true, caching: 'no-store' } as const
  return [
    route({
      method: 'get',
      path: '/api/v1/orgs',
      id: 'listOrgs',
      tag: 'People',
      summary: 'The organisations of whoever asks, and what they are called; in the order of their ids',
      for: 'read',
      caching: 'revalidate',
      query: z.object({ limit: integerParameter({ least: 1, most: 10_000, usual: 1000, description: 'How many are listed.' }) }),
      response: z.object({ orgs: z.array(OrganisationSchema), total: z.int() }).meta({ id: 'OrganisationList' }),
      handle: ({ query: { limit }, asker }) => {
        const own = ownOf(asker, orgs.list())
        return { orgs: own.slice(0, limit).map(orgJson), total: own.length }
      },
    }),
    route({
      ...govern,
      method: 'get',
      // Not below /orgs: an organisation may be called 'holdings'.
      path: '/api/v1/org-holdings',
      id: 'listOrgHoldings',
      summary: 'How much belongs to each organisation; in the order of their ids',
      description: 'One to which nothing belongs can be removed.',
      problems: [503],
      response: z.object({ orgs: z.array(HoldingsSchema) }).meta({ id: 'OrganisationHoldingsList' }),
      handle: async () => {
        const holdings = await orgHoldings(sources)
        return { orgs: orgs.list().map(({ id }) => ({ org: id, ...(holdings.get(id) ?? { devices: 0, people: 0, tokens: 0, provisioningKeys: 0 }) })) }
      },
    }),
    route({
      ...govern,
      method: 'post',
      path: '/api/v1/orgs',
      id: 'addOrg',
      summary: 'Adds an organisation',
      description: 'One is also there as soon as a device, a token or a provisioning key belongs to it.',
      problems: [400, 409, 503],
      body: z.strictObject({ id: z.string(), name: z.strictObject({ zh: name.optional(), en: name.optional() }).optional() }),
      response: OrganisationSchema,
      handle: async ({ body: { id, name: { zh, en } = {} }, actor }) =>
        orgJson(await orgs.add(id, { ...(zh !== undefined && { zh }), ...(en !== undefined && { en }) }, actor)),
    }),
    route({
      ...govern,
      method: 'patch',
      path: '/api/v1/orgs/{org}',
      id: 'changeOrg',
      summary: 'Changes what an organisation is called, or retires it',
      description: 'What is absent stays, null takes a name away. What belongs to an organisation that is retired goes on; nothing new is registered for it.',
      problems: [400, 404, 503],
      params,
      body: z.strictObject({
        name: z.strictObject({ zh: name.nullable().optional(), en: name.nullable().optional() }).optional(),
        retired: z.boolean().optional(),
      }),
      response: OrganisationSchema,
      handle: async ({ params: { org }, body, actor }) => orgJson(await orgs.change(org, body, actor)),
    }),
    route({
      ...govern,
      method: 'delete',
      path: '/api/v1/orgs/{org}',
      id: 'removeOrg',
      summary: 'Removes an organisation to which nothing belongs',
      description: 'Neither a device, nor a token, a provisioning key or a role. What the audit tells of it stays.',
      problems: [404, 409, 503],
      params,
      response: z.object({ removed: z.string() }).meta({ id: 'RemovedOrganisation' }),
      handle: async ({ params: { org }, actor }) => {
        await orgs.remove(org, actor)
        return { removed: org }
      },
    }),
  ]
}

/** Those of which somebody may see anything at all. */
function ownOf(asker: Asker, all: readonly Organisation[]): readonly Organisation[] {
  if (asker.type === 'nobody') return []
  // A token of one kind reaches its organisation, too.
  const own: readonly OrgId[] = asker.type === 'token' ? [asker.org] : orgsWith(asker, 'read')
  return own.includes(everyOrg) ? all : all.filter(({ id }) => own.includes(id))
}

function orgJson({ id, name: called, createdAt, retiredAt }: Organisation): z.input<typeof OrganisationSchema> {
  return { id, name: { ...called }, createdAt: timeText(createdAt), ...(retiredAt !== undefined && { retiredAt: timeText(retiredAt) }) }
}
