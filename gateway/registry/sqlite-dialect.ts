import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { CompiledQuery, type DatabaseConnection, type Driver, SqliteDialect, type SqliteDialectConfig, SqliteDriver, type SqliteStatement } from 'kysely'

/** Kysely over Node's own SQLite: Kysely's SQLite dialect asks for the four methods of better-sqlite3 that it uses, and `node:sqlite` has them under other names. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig

  constructor(database: DatabaseSync) {
    const config: SqliteDialectConfig = {
      database: { close: () => database.close(), prepare: sql => statementOf(database, sql) },
    }
    super(config)
    this.#config = config
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.#config)
  }
}

/**
 * Takes the write lock when a transaction begins, not at its first write: a reader that turns writer while another process has written fails at once with
 * SQLITE_BUSY, whatever the busy timeout (sqlite.org/lang_transaction.html, section 2.2).
 */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

function statementOf(database: DatabaseSync, sql: string): SqliteStatement {
  const statement = database.prepare(sql)
  return {
    // A statement without result columns answers nothing when it is read.
    reader: statement.columns().length > 0,
    all: parameters => statement.all(...parameters.map(bindable)),
    run: parameters => statement.run(...parameters.map(bindable)),
    iterate: parameters => statement.iterate(...parameters.map(bindable)),
  }
}

function bindable(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint8Array) return value
  throw new TypeError(`SQLite can not hold a ${typeof value}`)
}
