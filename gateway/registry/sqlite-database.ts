import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { GatewayError } from '../model/errors.ts'
import type { RegistryDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import type { RegistrySchema } from './schema.ts'
import { NodeSqliteDialect } from './sqlite-dialect.ts'

/** How long a writer waits for another process to finish writing. */
const busyTimeoutMs = 5_000

/**
 * Opens the file, makes it when it is missing, and brings it to this program's version.
 *
 * @throws GatewayError REGISTRY_UNUSABLE when the folder can not be written or the file is not a registry.
 */
export async function openSqlite(file: string): Promise<RegistryDatabase> {
  let database: DatabaseSync | undefined
  try {
    makeFolder(dirname(file))
    database = new DatabaseSync(file, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true })
    await turnOnWriteAheadLog(database)
    // Changes are few, and a secret is printed only once: what was answered must outlive a power cut.
    database.exec('PRAGMA synchronous = FULL')
    const db = new Kysely<RegistrySchema>({ dialect: new NodeSqliteDialect(database) })
    await migrate(db, { types, read: versionOf, write: writeVersion })
    const version = database.prepare('PRAGMA data_version')
    const opened = database
    return {
      db,
      name: file,
      // Own commits do not count (sqlite.org/pragma.html#pragma_data_version).
      version: () => Number(version.get()?.data_version),
      explain: cause => (cause instanceof GatewayError ? cause : unusable(file, cause)),
      close: () => Promise.resolve(opened.close()),
    }
  } catch (cause) {
    if (database?.isOpen === true) database.close()
    throw cause instanceof GatewayError ? cause : unusable(file, cause)
  }
}

const types = { database: 'sqlite', bytes: 'blob', moment: 'integer', degrees: 'real', counted: 'integer' } as const

async function versionOf(db: Kysely<RegistrySchema>): Promise<number> {
  const { rows } = await sql<{ user_version: number }>`PRAGMA user_version`.execute(db)
  return rows[0]?.user_version ?? 0
}

async function writeVersion(db: Kysely<RegistrySchema>, version: number): Promise<void> {
  await sql.raw(`PRAGMA user_version = ${version}`).execute(db)
}

function unusable(file: string, cause: unknown): GatewayError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new GatewayError('REGISTRY_UNUSABLE', `the registry ${file} can not be used: ${why}. ${advice(why)}`, { cause, retryable: isLocked(why) })
}

/** Node's recursive `mkdir` never returns where a file system answers ENOENT although the parent is there, as procfs does; this tries each level once. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    // Another process may have been faster.
    if (!existsSync(folder)) throw error
  }
}

function advice(why: string): string {
  if (/not a database|malformed|corrupt/i.test(why)) return 'The file is damaged or no registry: put back a backup, or move it away to start with an empty one'
  if (/locked|busy/i.test(why)) return 'Another program has been writing for longer than a registry takes: see which one holds the file'
  if (/full/i.test(why)) return 'Free some disk space'
  return 'Check that the data folder exists and that this user may write in it and to the file'
}

function isLocked(why: string): boolean {
  return /locked|busy/i.test(why)
}

/** Readers and a writer at the same time. Changing the mode needs the file alone and does not wait by itself, so programs that start together try again. */
async function turnOnWriteAheadLog(database: DatabaseSync): Promise<void> {
  const deadline = Date.now() + busyTimeoutMs
  for (;;) {
    try {
      const mode = database.prepare('PRAGMA journal_mode').get()?.journal_mode
      if (mode !== 'wal') database.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (!(error instanceof Error) || !isLocked(error.message) || Date.now() > deadline) throw error
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
}
