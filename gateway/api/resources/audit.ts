import { z } from 'zod'
import { type AuditRecord, actorTypes } from '../../model/audit.ts'
import type { OrgId } from '../../model/ids.ts'
import { orgsWith } from '../../model/rights.ts'
import { everyOrg } from '../../model/roles.ts'
import type { Asker } from '../access.ts'
import { auditCsv } from '../audit-csv.ts'
import { timeText } from '../device-json.ts'
import type { ApiSources } from '../options.ts'
import { integerParameter, momentParameter, offsetParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { Answer, type Route, route } from '../route.ts'
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
    previousHash: z.string().optional(),
    hash: z.string().optional().meta({
      description:
        'SHA-256 over the entry and the hash of the one before, in hexadecimal. Hashes are for those alone who administer every organisation: others could try by them what the entry before says.',
    }),
  })
  .meta({ id: 'AuditEntry', description: 'What somebody did. Entries are never changed or removed.' })

const text = (description: string) => z.string().min(1).max(256).optional().meta({ description })

/** How many are usual depends on what they are for: a page is read, a table is kept. */
const limitParameter = (mostRows: number) =>
  integerParameter({ least: 1, most: mostRows, usual: 0, description: '' }).removeDefault().optional().meta({
    type: 'integer',
    minimum: 1,
    maximum: mostRows,
    description: 'Entries on a page: 100 unless given, and as CSV as many as there may be.',
    pattern: undefined,
  })

const querySchema = (mostRows: number) =>
  z.object({
    actor: text('The name of whoever did it.'),
    action: text('What was done, such as `device.add`, or all of one kind: `device`.'),
    subject: text('To which, such as `device:bus-0417`.'),
    org: text('To what belongs to this organisation.'),
    since: momentParameter('Included. From the beginning unless given.', '1970-01-01T00:00:00Z'),
    until: momentParameter('Excluded. Up to the end unless given.', '9999-01-01T00:00:00Z'),
    text: text('Anywhere in who, to which, before or after.'),
    limit: limitParameter(mostRows),
    before: offsetParameter('Only entries before this number: the `next` of the page before.'),
    format: z.enum(['json', 'csv']).default('json').meta({ description: 'CSV is for spreadsheets.' }),
  })

/** Who did what. */
export function auditRoutes({ audit, exports: { rows: mostRows }, now }: ApiSources): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/audit',
      id: 'listAudit',
      tag: 'Operation',
      summary: 'Who did what to which, from where; the newest first',
      description:
        'What belongs to the organisations that you administer; what belongs to none is for those who administer every one. A page may hold fewer entries than `limit`, or none, and yet have a `next`: a search looks through so many entries at a time. As CSV the address of the next page stands in the `Link` header.',
      for: 'administer',
      caching: 'no-store',
      problems: [503],
      headers: { Link: 'The address of the next page, `rel="next"` (RFC 8288); as CSV alone.' },
      texts: { 'text/csv': 'The same entries, with a header line; what was before and after as JSON.' },
      query: querySchema(mostRows),
      response: z
        .object({
          entries: z.array(EntrySchema),
          next: z.int().optional().meta({ description: 'The `before` of the next page; absent on the last.' }),
        })
        .meta({ id: 'AuditPage' }),
      handle: async ({ query, asker }) => {
        const { actor, action, subject, org, since, until, text: within, limit, before, format } = query
        const sight = sightOf(asker)
        const { entries, next } = await audit.search({
          ...(actor !== undefined && { actor }),
          ...(action !== undefined && { action }),
          ...(subject !== undefined && { subject }),
          ...(org !== undefined && { org }),
          ...(sight.orgs !== undefined && { orgs: sight.orgs }),
          ...(within !== undefined && { text: within }),
          ...(before !== undefined && { before }),
          since: resolveMoment(since, now()),
          until: resolveMoment(until, now()),
          limit: limit ?? (format === 'csv' ? mostRows : Math.min(100, mostRows)),
        })
        if (format === 'csv') {
          const headers: Record<string, string> = { 'Content-Disposition': 'attachment; filename="audit.csv"' }
          if (next !== undefined) headers.Link = `<${nextAddress(query, next, now())}>; rel="next"`
          return Answer.text(auditCsv(entries, sight.orgs === undefined), { mediaType: 'text/csv; header=present', headers })
        }
        return { entries: entries.map(entry => entryJson(entry, sight)), ...(next !== undefined && { next }) }
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/audit/{seq}',
      id: 'getAuditEntry',
      tag: 'Operation',
      summary: 'One entry of the audit',
      for: 'administer',
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
      handle: async ({ params: { seq }, asker }) => {
        const sight = sightOf(asker)
        const entry = await audit.get(seq)
        if (entry === undefined || !sees(sight, entry)) throw new Problem(404, 'NOT_FOUND', `The audit has no entry ${seq}, or it is not yours to see.`)
        return entryJson(entry, sight)
      },
    }),
  ]
}

/** What somebody sees of the audit. Without organisations: all of it. */
interface Sight {
  readonly orgs?: readonly OrgId[]
}

function sightOf(asker: Asker): Sight {
  const orgs = asker.type === 'nobody' ? [] : orgsWith(asker, 'administer')
  return orgs.includes(everyOrg) ? {} : { orgs }
}

function sees({ orgs }: Sight, { org }: AuditRecord): boolean {
  return orgs === undefined || (org !== undefined && orgs.includes(org))
}

function entryJson({ at, actor, before, after, previousHash, hash, ...entry }: AuditRecord, { orgs }: Sight): z.input<typeof EntrySchema> {
  return {
    ...entry,
    at: timeText(at),
    actor: { ...actor },
    ...(before && { before: { ...before } }),
    ...(after && { after: { ...after } }),
    ...(orgs === undefined && { previousHash, hash }),
  }
}

/** The same question about older entries, with times that do not move along with the clock. */
function nextAddress(query: z.output<ReturnType<typeof querySchema>>, next: number, now: number): string {
  const [since, until] = [query.since, query.until].map(moment => timeText(resolveMoment(moment, now)))
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...query, since, until, before: next })) if (value !== undefined) parameters.set(name, String(value))
  return `/api/v1/audit?${parameters.toString()}`
}
