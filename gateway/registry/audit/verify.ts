import { setImmediate as turn } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { AuditHead, AuditVerdict } from '../../model/audit.ts'
import type { RegistrySchema } from '../schema.ts'
import { type AuditRow, beginning, firstAction, hashOf } from './chain.ts'
import { auditHead } from './head.ts'
import { recordOf } from './record.ts'

/** Entries read at a time: a few milliseconds of hashing. */
const pageRows = 1_000

/**
 * Reads all entries in order and makes every hash again. Finds what was changed, removed, added in between or moved. What it can not find: a chain that somebody who may
 * write to the database made anew from some entry on, or cut off at its end; a head that was kept elsewhere finds both.
 */
export async function verifyAudit(
  db: Kysely<RegistrySchema>,
  progress: (done: number, all: number) => void = () => undefined,
  expectedHead?: string,
): Promise<AuditVerdict> {
  const last = await auditHead(db)
  const all = last?.seq ?? 0
  let head: AuditHead = { seq: 0, hash: beginning }
  let expectedSeen = expectedHead === undefined
  for (;;) {
    const next = db.selectFrom('audit').selectAll().orderBy('seq').limit(pageRows)
    // The first page has no lower end: somebody may have put an entry before the first.
    const rows = await (head.seq === 0 ? next : next.where('seq', '>', head.seq)).execute()
    for (const row of rows) {
      const problem = problemOf(row, head)
      if (problem !== undefined) return { whole: false, entries: head.seq, ...problem, found: recordOf(row) }
      head = { seq: row.seq, hash: row.hash }
      expectedSeen ||= row.hash === expectedHead
    }
    progress(head.seq, Math.max(all, head.seq))
    if (rows.length < pageRows) break
    await turn()
  }
  if (head.seq === 0) return { whole: false, entries: 0, seq: 1, problem: 'there is no entry at all, and every audit has a first one: all were removed' }
  if (!expectedSeen) {
    const problem = `no entry has the expected hash ${expectedHead}: the end was cut off or made anew, or the hash is of another registry`
    return { whole: false, entries: head.seq, seq: head.seq + 1, problem }
  }
  return { whole: true, entries: head.seq, head }
}

/** What is wrong with an entry that follows this one. */
function problemOf(row: AuditRow, before: AuditHead): { readonly seq: number; readonly problem: string } | undefined {
  const seq = before.seq + 1
  if (row.seq < seq) return { seq: row.seq, problem: 'it stands before the first entry: it was added' }
  if (row.seq > seq) return { seq, problem: `it is missing: the next one is ${row.seq}` }
  if (row.previous_hash !== before.hash)
    return {
      seq,
      problem: `it follows an entry with the hash ${row.previous_hash}, and the one before it has ${before.hash}: one of them was changed, moved or added`,
    }
  const hash = hashOf(row)
  if (row.hash !== hash) return { seq, problem: `its content has the hash ${hash}, and it was written with ${row.hash}: it was changed, moved or added` }
  if (seq === 1 && row.action !== firstAction) return { seq, problem: `the first entry is no ${firstAction}: those before it were removed` }
  return undefined
}
