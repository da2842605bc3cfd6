import { Kysely, sql } from 'kysely'
import { GatewayError } from '../model/errors.ts'
import type { PostgresPlace, RegistryDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { OneWriterPostgresDialect } from './postgres-dialect.ts'
import { postgresPool } from './postgres-pool.ts'
import { lastChange } from './reading-changes.ts'
import type { RegistrySchema } from './schema.ts'

/**
 * Opens the database and makes its tables when they are missing. The database itself is made by whoever runs the server.
 *
 * @throws GatewayError REGISTRY_UNUSABLE, retryable while the server is away or busy.
 */
export async function openPostgres(place: PostgresPlace): Promise<RegistryDatabase> {
  const db = new Kysely<RegistrySchema>({ dialect: new OneWriterPostgresDialect({ pool: postgresPool(place) }) })
  const explain = (cause: unknown): GatewayError => (cause instanceof GatewayError ? cause : unusable(place, cause))
  try {
    await migrate(db, { types, read: versionOf, write: writeVersion })
    return { db, name: place.url, version: () => lastChange(db), explain, close: () => db.destroy() }
  } catch (cause) {
    await db.destroy()
    throw explain(cause)
  }
}

const types = { database: 'postgres', bytes: 'bytea', moment: 'bigint', degrees: 'double precision', counted: 'bigserial' } as const

async function versionOf(db: Kysely<RegistrySchema>): Promise<number> {
  // Not `to_regclass`: within a transaction it goes on denying a table that another one has made meanwhile, from its connection's cache.
  const { rows: found } =
    await sql`select 1 from pg_catalog.pg_tables where tablename = 'citygate_schema' and schemaname = any(current_schemas(false))`.execute(db)
  if (found.length === 0) return 0
  const { rows } = await sql<{ version: number }>`select version from citygate_schema`.execute(db)
  return rows[0]?.version ?? 0
}

async function writeVersion(db: Kysely<RegistrySchema>, version: number): Promise<void> {
  await sql`create table if not exists citygate_schema (version integer not null)`.execute(db)
  await sql`delete from citygate_schema`.execute(db)
  await sql`insert into citygate_schema (version) values (${version})`.execute(db)
}

/** What to do, by SQLSTATE (PostgreSQL 15 manual, appendix A) or by the error of the network. */
const advice: readonly (readonly [form: RegExp, advice: string, retryable: boolean])[] = [
  [/^28/, 'Check registry.username and registry.password, and pg_hba.conf on the server', false],
  [/^3D000$/, 'Make the database: createdb with the owner that registry.username names', false],
  [/^42501$/, 'The user must own the database, or may create tables in its schema public', false],
  [/^42P0|^42703$/, 'The tables are not those of a registry: give Citygate a database of its own', false],
  [/^53|^57P0|^08|^40|^55P03$|^57014$/, 'The server is busy, starting or stopping: try again', true],
  [/^(?:ECONN|EHOST|ENET|ETIMEDOUT|EPIPE|EAI_AGAIN)/, 'Check that PostgreSQL runs and can be reached from here; it is tried again', true],
  [/^ENOTFOUND$/, 'Check the host name in registry.url', true],
]

function unusable(place: PostgresPlace, cause: unknown): GatewayError {
  const why = cause instanceof Error ? cause.message || codeOf(cause) : String(cause)
  const code = codeOf(cause)
  // pg names no code for its own time-outs and for lines that break in the middle of a statement.
  const lost = /timeout|terminated|ended|not queryable/i.test(why)
  const [, hint, retryable] = advice.find(([form]) => form.test(code)) ?? [undefined, lost ? 'PostgreSQL did not answer; it is tried again' : '', lost]
  const more = /client password must be/.test(why) ? 'Set registry.password' : hint
  return new GatewayError('REGISTRY_UNUSABLE', `the registry ${place.url} can not be used: ${why}.${more === '' ? '' : ` ${more}`}`, { cause, retryable })
}

function codeOf(cause: unknown): string {
  // A name with several addresses fails with all their errors at once.
  if (cause instanceof AggregateError) return codeOf(cause.errors[0])
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
}
