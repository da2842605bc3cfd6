import { setImmediate as turn } from 'node:timers/promises'
import { type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely'
import type { AuditPage, AuditQuery, AuditRecord } from '../../model/audit.ts'
import type { RegistrySchema } from '../schema.ts'
import { auditHead } from './head.ts'
import { recordOf } from './record.ts'

/** Entries that one statement looks through: SQLite answers on the event loop, and this many take a few milliseconds. */
const windowRows = 5_000
/** Entries that one search looks through; whoever wants older ones goes on. */
const mostRows = 200_000

/** The newest entries to which all of the query applies, a window of the table at a time. */
export async function searchAudit(db: Kysely<RegistrySchema>, query: AuditQuery): Promise<AuditPage> {
  if (query.orgs?.length === 0) return { entries: [] }
  const last = await auditHead(db)
  let below = Math.min(query.before ?? Number.POSITIVE_INFINITY, (last?.seq ?? 0) + 1)
  // Entries of one subject are found by an index, however many others there are.
  const step = query.subject === undefined ? windowRows : below
  const floor = query.subject === undefined ? Math.max(1, below - mostRows) : 1
  const entries: AuditRecord[] = []
  while (below > floor && entries.length < query.limit) {
    const from = Math.max(floor, below - step)
    const rows = await db
      .selectFrom('audit')
      .selectAll()
      .where('seq', '>=', from)
      .where('seq', '<', below)
      .where(row => row.and(conditions(row, query)))
      .orderBy('seq', 'desc')
      .limit(query.limit - entries.length)
      .execute()
    entries.push(...rows.map(recordOf))
    // A full page ends at its last entry; another search goes on below it.
    below = entries.length >= query.limit ? (entries.at(-1)?.seq ?? from) : from
    await turn()
  }
  return { entries, ...(below > 1 && { next: below }) }
}

function conditions(row: ExpressionBuilder<RegistrySchema, 'audit'>, { actor, action, subject, org, orgs, since, until, text }: AuditQuery) {
  return [
    ...(actor === undefined ? [] : [row('actor_name', '=', actor)]),
    ...(action === undefined ? [] : [row.or([row('action', '=', action), like(row, 'action', `${escaped(action)}.%`)])]),
    ...(subject === undefined ? [] : [row('subject', '=', subject)]),
    ...(org === undefined ? [] : [row('org', '=', org)]),
    ...(orgs === undefined ? [] : [row('org', 'in', orgs)]),
    ...(since === undefined ? [] : [row('at', '>=', since)]),
    ...(until === undefined ? [] : [row('at', '<', until)]),
    ...(text === undefined ? [] : [row.or(searched.map(column => like(row, column, `%${escaped(text)}%`)))]),
  ]
}

const searched = ['subject', 'actor_name', 'address', 'before', 'after'] as const

/** Both databases are told the escape: they do not have the same one by themselves. SQLite folds the case of A to Z alone, PostgreSQL of more. */
function like(row: ExpressionBuilder<RegistrySchema, 'audit'>, column: 'action' | (typeof searched)[number], pattern: string) {
  return sql<SqlBool>`lower(${row.ref(column)}) like lower(${pattern}) escape '!'`
}

function escaped(text: string): string {
  return text.replaceAll(/[!%_]/g, character => `!${character}`)
}
