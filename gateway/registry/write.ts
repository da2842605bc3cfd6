import type { Kysely, Transaction } from 'kysely'
import type { Actor, Deed } from '../model/audit.ts'
import { appendAudit } from './audit/append.ts'
import type { RegistrySchema } from './schema.ts'

/** Where something is written, by whom and when. */
export interface Writing {
  readonly db: Kysely<RegistrySchema>
  readonly actor: Actor
  readonly now: number
}

/** Changes the registry. The work answers what it did, and that is written down in its transaction: nothing changes without an entry. */
export async function recorded(writing: Writing, work: (transaction: Transaction<RegistrySchema>) => Promise<readonly Deed[]>): Promise<void> {
  await writing.db.transaction().execute(async transaction => {
    await appendAudit(transaction, writing, await work(transaction))
  })
}

/** Writes down what the gateway saw, such as when a token was used last. Nobody does this on purpose, so it is not in the audit; what somebody decided belongs into `recorded`. */
export async function observed(db: Kysely<RegistrySchema>, work: (transaction: Transaction<RegistrySchema>) => Promise<void>): Promise<void> {
  await db.transaction().execute(work)
}
