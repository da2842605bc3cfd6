import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  type TransactionSettings,
} from 'kysely'

/** The lock that writers of a registry hold, any number that nobody else uses: "citygate" in ASCII, the first six letters. */
const writersLock = 0x63_69_74_79_67_61

/**
 * PostgreSQL with writers one after the other. Numbers of the list of changes are drawn before the commit: without the lock, a change with a lower number could become
 * visible after a reader had gone past it, and would be missed (PostgreSQL 15 manual, 9.17: sequences are not rolled back and promise no order of commits).
 */
export class OneWriterPostgresDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig

  constructor(config: PostgresDialectConfig) {
    super(config)
    this.#config = config
  }

  override createDriver(): Driver {
    return new OneWriterDriver(this.#config)
  }
}

class OneWriterDriver extends PostgresDriver {
  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    await super.beginTransaction(connection, settings)
    try {
      await connection.executeQuery(CompiledQuery.raw(`select pg_advisory_xact_lock(${writersLock})`))
    } catch (error) {
      // Kysely rolls back only what has begun; a connection must not go back to the pool inside a transaction.
      await this.rollbackTransaction(connection).catch(() => undefined)
      throw error
    }
  }
}
