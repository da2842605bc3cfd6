import { z } from 'zod'
import { type AuditRecord, actorTypes } from '../../model/audit.ts'
import { timeText } from '../device-json.ts'
import type { ApiSources } from '../options.ts'
import { integerParameter, momentParameter, offsetParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'
import { TimeSchema } from '../schemas.ts'
import { resolveMoment } from '../time.ts'

const facts = z.record(z.string(), z.unknown())

const EntrySchema = z
  .object({
    seq: z.int().meta({ description: '1 for the first entry, without a gap.' }),
    at: TimeSchema,
    actor: z
      .object({
        type: z.enum(actorTypes),
        name: z.string(),
        address: z.string().optional().meta({ description: 'From where: a network address, or a machine’s name.' }),
      })
      .meta({ description: 'Who did it.' }),
    action: z.string().meta({ example: 'device.add' }),
    subject: z.string().meta({ description: 'To which, as `type:id`.', example: 'device:bus-0417' }),
    org: z.string().optional(),
    before: facts.optional().meta({ description: 'What was there before; of a change only what differs.' }),
    after: facts.optional().meta({ description: 'What is there since.' }),
    previousHash: z.string(),
    hash: z.string().meta({ description: 'SHA-256 over the entry and the hash of the one before, in hexadecimal.' }),
  })
  .meta({ id: 'AuditEntry', description: 'What somebody did. Entries are never changed or removed.' })

const text = (description: string) => z.string().min(1).max(256).optional().meta({ description })

const QuerySchema = z.object({
  actor: text('The name of whoever did it.'),
  action: text('What was done, such as `device.add`, or all of one kind: `device`.'),
  subject: text('To which, such as `device:bus-0417`.'),
  org: text('To what belongs to this organisation.'),
  since: momentParameter('Included. From the beginning unless given.', '1970-01-01T00:00:00Z'),
  until: momentParameter('Excluded. Up to the end unless given.', '9999-01-01T00:00:00Z'),
  text: text('Anywhere in who, to which, before or after.'),
  limit: integerParameter({ least: 1, most: 1000, usual: 100, description: 'Entries on a page.' }),
  before: offsetParameter('Only entries before this number: the `next` of the page before.'),
})

/** Who did what. */
export function auditRoutes({ audit, now }: ApiSources): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/audit',
      id: 'listAudit',
      tag: 'Operation',
      summary: 'Who did what to which, from where; the newest first',
      description: 'A page may hold fewer entries than `limit`, or none, and yet have a `next`: a search looks through so many entries at a time.',
      for: 'administer',
      overall: true,
      caching: 'no-store',
      problems: [503],
      query: QuerySchema,
      response: z
        .object({
          entries: z.array(EntrySchema),
          next: z.int().optional().meta({ description: 'The `before` of the next page; absent on the last.' }),
        })
        .meta({ id: 'AuditPage' }),
      handle: async ({ query: { actor, action, subject, org, since, until, text: within, limit, before } }) => {
        const { entries, next } = await audit.search({
          ...(actor !== undefined && { actor }),
          ...(action !== undefined && { action }),
          ...(subject !== undefined && { subject }),
          ...(org !== undefined && { org }),
          ...(within !== undefined && { text: within }),
          ...(before !== undefined && { before }),
          since: resolveMoment(since, now()),
          until: resolveMoment(until, now()),
          limit,
        })
        return { entries: entries.map(entryJson), ...(next !== undefined && { next }) }
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/audit/{seq}',
      id: 'getAuditEntry',
      tag: 'Operation',
      summary: 'One entry of the audit',
      for: 'administer',
      overall: true,
      caching: 'no-store',
      problems: [404, 503],
      params: z.object({
        seq: z
          .string()
          .regex(/^\d{1,15}$/, 'must be the number of an entry')
          .transform(Number)
          .meta({ type: 'integer', minimum: 1, description: 'The entry’s number.', pattern: undefined }),
      }),
      response: EntrySchema,
      handle: async ({ params: { seq } }) => {
        const entry = await audit.get(seq)
        if (entry === undefined) throw new Problem(404, 'NOT_FOUND', `The audit has no entry ${seq}.`)
        return entryJson(entry)
      },
    }),
  ]
}

function entryJson({ at, actor, before, after, ...entry }: AuditRecord): z.input<typeof EntrySchema> {
  return { ...entry, at: timeText(at), actor: { ...actor }, ...(before && { before: { ...before } }), ...(after && { after: { ...after } }) }
}
