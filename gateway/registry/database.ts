import type { Kysely } from 'kysely'
import type { GatewayError } from '../model/errors.ts'
import type { RegistrySchema } from './schema.ts'

/** A database on a PostgreSQL server. */
export interface PostgresPlace {
  /** `postgres://host:5432/database`, without user name and password: URLs are logged. */
  readonly url: string
  readonly username: string
  readonly password?: string
}

/** Where a registry is kept: in a file of SQLite, or in a database that several gateways may share. */
export type RegistryPlace = { readonly file: string } | { readonly postgres: PostgresPlace }

/** An open registry database, whatever it runs on. Transactions that write follow one another: the list of changes has the order of the commits. */
export interface RegistryDatabase {
  readonly db: Kysely<RegistrySchema>
  /** For people: the file or the URL. */
  readonly name: string
  /** A number that differs from the last one when somebody else has committed meanwhile. */
  version(): number | Promise<number>
  /** Says what is wrong in the words of whoever has to repair it, and whether trying again can help. */
  explain(cause: unknown): GatewayError
  close(): Promise<void>
}
