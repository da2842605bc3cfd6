import type { SchemaModule } from 'kysely'
import type { Organisation } from '../../model/organisation.ts'

/** An organisation as it is kept. Times are milliseconds since 1970. */
export interface OrganisationRow {
  id: string
  created_at: number
  name_zh: string | null
  name_en: string | null
  retired_at: number | null
}

/** An organisation as it is kept, read back. */
export function organisationOf({ id, created_at: createdAt, name_zh: zh, name_en: en, retired_at: retiredAt }: OrganisationRow): Organisation {
  return { id, name: { ...(zh !== null && { zh }), ...(en !== null && { en }) }, createdAt, ...(retiredAt !== null && { retiredAt }) }
}

/** A step of the schema: organisations were ids alone. Part of a published migration: it never changes. */
export async function organisationNames(db: { readonly schema: SchemaModule }, types: { readonly moment: 'integer' | 'bigint' }): Promise<void> {
  for (const column of ['name_zh', 'name_en']) await db.schema.alterTable('organisation').addColumn(column, 'text').execute()
  await db.schema.alterTable('organisation').addColumn('retired_at', types.moment).execute()
}
