import { type Generated, type Kysely, sql, type Transaction } from 'kysely'
import { GatewayError } from '../model/errors.ts'

/** The registry's tables. Times are milliseconds since 1970; `simulated` is 0 or 1. */
export interface RegistrySchema {
  organisation: { id: string; created_at: number }
  device: {
    id: string
    org: string
    model: string
    name: string | null
    lat: number | null
    lon: number | null
    behind: string | null
    link_url: string | null
    link_unit: number | null
    link_address: string | null
    simulated: number
    created_at: number
  }
  device_secret: { device: string; salt: Uint8Array; hash: Uint8Array; created_at: number }
  token: { id: string; org: string; kind: string | null; salt: Uint8Array; hash: Uint8Array; created_at: number }
  /** What changed, in order, so that a running gateway reads again only that. `everything` stands for more than is worth listing. */
  change: { seq: Generated<number>; subject: 'device' | 'token' | 'everything'; id: string }
}

/** Each step leads from the version that is its place in the list to the next. Steps that have been published never change. */
const steps: readonly ((db: Transaction<RegistrySchema>) => Promise<void>)[] = [
  async db => {
    await db.schema
      .createTable('organisation')
      .addColumn('id', 'text', column => column.primaryKey().notNull())
      .addColumn('created_at', 'integer', column => column.notNull())
      .execute()
    await db.schema
      .createTable('device')
      .addColumn('id', 'text', column => column.primaryKey().notNull())
      .addColumn('org', 'text', column => column.notNull().references('organisation.id'))
      .addColumn('model', 'text', column => column.notNull())
      .addColumn('name', 'text')
      .addColumn('lat', 'real')
      .addColumn('lon', 'real')
      .addColumn('behind', 'text')
      .addColumn('link_url', 'text')
      .addColumn('link_unit', 'integer')
      .addColumn('simulated', 'integer', column => column.notNull().defaultTo(0))
      .addColumn('created_at', 'integer', column => column.notNull())
      // Checked at commit: an import may name a concentrator after the devices behind it.
      .addForeignKeyConstraint('device_behind', ['behind'], 'device', ['id'], key => key.deferrable().initiallyDeferred())
      .execute()
    await db.schema.createIndex('device_by_behind').on('device').column('behind').execute()
    await db.schema
      .createTable('device_secret')
      .addColumn('device', 'text', column => column.primaryKey().notNull().references('device.id').onDelete('cascade'))
      .addColumn('salt', 'blob', column => column.notNull())
      .addColumn('hash', 'blob', column => column.notNull())
      .addColumn('created_at', 'integer', column => column.notNull())
      .execute()
    await db.schema
      .createTable('token')
      .addColumn('id', 'text', column => column.primaryKey().notNull())
      .addColumn('org', 'text', column => column.notNull().references('organisation.id'))
      .addColumn('kind', 'text')
      .addColumn('salt', 'blob', column => column.notNull())
      .addColumn('hash', 'blob', column => column.notNull())
      .addColumn('created_at', 'integer', column => column.notNull())
      .execute()
    await db.schema
      .createTable('change')
      // Never reuses a number, even after old rows are gone.
      .addColumn('seq', 'integer', column => column.primaryKey().autoIncrement())
      .addColumn('subject', 'text', column => column.notNull())
      .addColumn('id', 'text', column => column.notNull())
      .execute()
  },
  // Meters on a bus that are called by an address of many digits.
  async db => {
    await db.schema.alterTable('device').addColumn('link_address', 'text').execute()
  },
]

/**
 * Brings the file to this program's version, forward only. Kysely's own migrator is not used: on SQLite it takes no lock (its adapter counts on being the only
 * connection), and here the gateway and the command line may start at the same moment.
 *
 * @throws GatewayError REGISTRY_UNUSABLE for a file that a newer program has written.
 */
export async function migrate(db: Kysely<RegistrySchema>): Promise<void> {
  if ((await versionOf(db)) === steps.length) return
  await db.transaction().execute(async transaction => {
    const version = await versionOf(transaction)
    if (version > steps.length) {
      throw new GatewayError(
        'REGISTRY_UNUSABLE',
        `the registry has version ${version} and this program knows ${steps.length}: use the newer Citygate that wrote it`,
      )
    }
    for (const step of steps.slice(version)) await step(transaction)
    await sql.raw(`PRAGMA user_version = ${steps.length}`).execute(transaction)
  })
}

async function versionOf(db: Kysely<RegistrySchema>): Promise<number> {
  const { rows } = await sql<{ user_version: number }>`PRAGMA user_version`.execute(db)
  return rows[0]?.user_version ?? 0
}
