import type { Kysely } from 'kysely'
import { GatewayError } from '../model/errors.ts'
import { type ColumnTypes, type RegistrySchema, steps } from './schema.ts'

/** What differs between databases when the tables are made. */
export interface MigrationWays {
  readonly types: ColumnTypes
  /** 0 where nothing has been made yet. */
  readonly read: (db: Kysely<RegistrySchema>) => Promise<number>
  readonly write: (db: Kysely<RegistrySchema>, version: number) => Promise<void>
}

/**
 * Brings the database to this program's version, forward only, in one transaction: one that is stopped half-way leaves what was there before. Kysely's own migrator is
 * not used: on SQLite it takes no lock (its adapter counts on being the only connection), and here several gateways and commands may start at the same moment.
 *
 * @throws GatewayError REGISTRY_UNUSABLE for a registry that a newer program has written.
 */
export async function migrate(db: Kysely<RegistrySchema>, { types, read, write }: MigrationWays): Promise<void> {
  if ((await read(db)) === steps.length) return
  await db.transaction().execute(async transaction => {
    // Read again: another program may have been faster, and this transaction has waited for it.
    const version = await read(transaction)
    if (version > steps.length) {
      throw new GatewayError(
        'REGISTRY_UNUSABLE',
        `the registry has version ${version} and this program knows ${steps.length}: use the newer Citygate that wrote it`,
      )
    }
    for (const step of steps.slice(version)) await step(transaction, types)
    await write(transaction, steps.length)
  })
}
