import type { Kysely } from 'kysely'
import type { AuditHead } from '../../model/audit.ts'
import type { RegistrySchema } from '../schema.ts'

/** The last entry; undefined where somebody has removed all. */
export async function auditHead(db: Kysely<RegistrySchema>): Promise<AuditHead | undefined> {
  return await db.selectFrom('audit').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1).executeTakeFirst()
}
