import { z } from 'zod'
import { isId } from '../../model/ids.ts'
import { may } from '../../model/rights.ts'
import { isTokenTitle, longestTokenTitle, type TokenInfo } from '../../model/tokens.ts'
import type { Asker } from '../access.ts'
import { timeText } from '../device-json.ts'
import type { ApiSources } from '../options.ts'
import { integerParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'
import { TimeSchema } from '../schemas.ts'
import { readMoment } from '../time.ts'

const TokenSchema = z
  .object({
    id: z.string().meta({ description: 'The part of the token between its underscores.' }),
    org: z.string(),
    kind: z.string().optional().meta({ description: 'Only devices of this kind; absent: of every kind.' }),
    command: z.literal(true).optional().meta({ description: 'It gives orders too.' }),
    title: z.string().optional().meta({ description: 'What it is for.' }),
    createdAt: TimeSchema,
    expiresAt: TimeSchema.optional().meta({ description: 'From then on it lets nobody in; absent: it does not end by itself.' }),
    expired: z.literal(true).optional().meta({ description: 'It is over.' }),
    lastUsedAt: TimeSchema.optional().meta({ description: 'Within a minute; absent: it was never used.' }),
  })
  .meta({ id: 'Token', description: 'What an integrator signs in with, without its secret.' })

const CreatedSchema = z
  .object({ token: TokenSchema, secret: z.string().meta({ description: 'The token as it is sent: `cgt_…`. This is the only time it can be read.' }) })
  .meta({ id: 'CreatedToken' })

const idMember = (what: string) => z.string().refine(isId, 'must be 1 to 64 of A–Z a–z 0–9 . _ -').meta({ description: what })

const expiryMember = z
  .string()
  .transform((text, context) => {
    const moment = readMoment(text)
    if (typeof moment !== 'string' && 'at' in moment) return moment.at
    context.addIssue({ code: 'custom', message: typeof moment === 'string' ? moment : 'must be a time such as 2027-06-01T00:00:00+08:00' })
    return z.NEVER
  })
  .meta({ description: 'From then on it lets nobody in, RFC 3339 with its offset; it never ends by itself if left out.', example: '2027-06-01T00:00:00+08:00' })

const BodySchema = z.object({
  org: idMember('Whose devices it reaches.'),
  kind: idMember('Only those of this kind.').optional(),
  command: z.boolean().optional().meta({ description: 'Whether it gives orders too.' }),
  expiresAt: expiryMember.optional(),
  title: z.string().refine(isTokenTitle, `must be 1 to ${longestTokenTitle} characters without control characters`).optional(),
})

/** What integrators sign in with. Administrators look after those of their organisation; a token never makes another. */
export function tokenRoutes({ tokens, catalogue, now }: ApiSources): readonly Route[] {
  const common = { tag: 'People', for: 'administer', caching: 'no-store' } as const
  const json = (info: TokenInfo): z.input<typeof TokenSchema> => tokenJson(info, now())
  return [
    route({
      ...common,
      method: 'get',
      path: '/api/v1/tokens',
      id: 'listTokens',
      summary: 'What integrators sign in with, of the organisations that the asker administers; oldest first, without secrets',
      query: z.object({
        limit: integerParameter({ least: 1, most: 10_000, usual: 1000, description: 'How many are listed.' }),
      }),
      response: z.object({ tokens: z.array(TokenSchema), total: z.int() }).meta({ id: 'TokenList' }),
      handle: ({ query: { limit }, asker }) => {
        const own = tokens.list().filter(({ org }) => administers(asker, org))
        return { tokens: own.slice(0, limit).map(json), total: own.length }
      },
    }),
    route({
      ...common,
      method: 'post',
      path: '/api/v1/tokens',
      id: 'createToken',
      summary: 'Makes a token',
      description:
        'It reads what the devices of an organisation, or those of one kind, report; with `command` it gives them orders too. Its secret is answered this once.',
      problems: [400, 409, 503],
      body: BodySchema,
      response: CreatedSchema,
      handle: async ({ body: { org, kind, command, expiresAt, title }, asker, actor }) => {
        if (!administers(asker, org)) throw new Problem(403, 'FORBIDDEN', `You do not administer “${org}”.`)
        if (kind !== undefined && catalogue.kind(kind) === undefined) {
          const known = [...catalogue.kinds()].map(one => one.id).join(', ')
          throw wrong('kind', `there is no kind “${kind}”; there are ${known}`)
        }
        if (expiresAt !== undefined && expiresAt <= now()) throw wrong('expiresAt', 'must be a moment that is still to come')
        const { info, token } = await tokens.add(
          {
            org,
            ...(kind !== undefined && { kind }),
            ...(command === true && { command }),
            ...(expiresAt !== undefined && { expiresAt }),
            ...(title !== undefined && { title }),
          },
          actor,
        )
        return { token: json(info), secret: token }
      },
    }),
    route({
      ...common,
      method: 'delete',
      path: '/api/v1/tokens/{token}',
      id: 'removeToken',
      summary: 'Makes a token worthless',
      description: 'Requests with it are refused from now on, and its MQTT connections are closed within a second or two.',
      problems: [404, 503],
      params: z.object({ token: z.string().max(64, 'is longer than 64 characters').meta({ description: 'A token’s id, not its secret.' }) }),
      response: z.object({ removed: z.string() }).meta({ id: 'RemovedToken' }),
      handle: async ({ params: { token: id }, asker, actor }) => {
        const known = tokens.list().find(one => one.id === id)
        // The same for both: an administrator does not learn what others have.
        if (known === undefined || !administers(asker, known.org))
          throw new Problem(404, 'TOKEN_UNKNOWN', 'There is no such token, or it is not yours to remove.')
        await tokens.remove(id, actor)
        return { removed: id }
      },
    }),
  ]
}

function administers(asker: Asker, org: string): boolean {
  return asker.type !== 'nobody' && may(asker, 'administer', org)
}

function wrong(field: string, problem: string): Problem {
  return new Problem(400, 'QUERY_INVALID', `The request’s “${field}” can not be used; see errors.`, { errors: [{ field, in: 'body', problem }] })
}

/** Named one by one, so that what is added to a token is published on purpose. */
function tokenJson({ id, org, kind, command, title, createdAt, expiresAt, lastUsedAt }: TokenInfo, now: number): z.input<typeof TokenSchema> {
  return {
    id,
    org,
    ...(kind !== undefined && { kind }),
    ...(command && { command }),
    ...(title !== undefined && { title }),
    createdAt: timeText(createdAt),
    ...(expiresAt !== undefined && { expiresAt: timeText(expiresAt) }),
    ...(expiresAt !== undefined && expiresAt <= now && { expired: true as const }),
    ...(lastUsedAt !== undefined && { lastUsedAt: timeText(lastUsedAt) }),
  }
}
