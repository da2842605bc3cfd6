import type { Transaction } from 'kysely'
import type { Actor, Deed } from '../../model/audit.ts'
import { chunks } from '../reading-changes.ts'
import type { RegistrySchema } from '../schema.ts'
import { type AuditRow, beginning, chained } from './chain.ts'
import { auditHead } from './head.ts'
import { factsText, plainText } from './plain-facts.ts'

/**
 * Writes down what is being done, in the transaction that does it: either both are there afterwards or neither is. Transactions that write follow one another (see
 * {@link RegistryDatabase}), so the entry that is the last one now still is at the commit.
 */
export async function appendAudit(
  transaction: Transaction<RegistrySchema>,
  { actor, now }: { readonly actor: Actor; readonly now: number },
  deeds: readonly Deed[],
): Promise<void> {
  const last = await auditHead(transaction)
  const by = { actor_type: actor.type, actor_name: plainText(actor.name), address: actor.address === undefined ? null : plainText(actor.address) }
  let { seq, hash } = last ?? { seq: 0, hash: beginning }
  for (const part of chunks(deeds)) {
    const rows: AuditRow[] = []
    for (const { action, subject, org, before, after } of part) {
      const row = chained({
        seq: ++seq,
        at: now,
        ...by,
        action: plainText(action),
        subject: plainText(subject),
        org: org === undefined ? null : plainText(org),
        before: before === undefined ? null : factsText(before),
        after: after === undefined ? null : factsText(after),
        previous_hash: hash,
      })
      rows.push(row)
      hash = row.hash
    }
    await transaction.insertInto('audit').values(rows).execute()
  }
}
