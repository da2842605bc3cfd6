import { existsSync, renameSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { GatewayError } from '../model/errors.ts'
import type { DeviceId } from '../model/ids.ts'
import type { Log } from '../model/log.ts'
import type { Pace } from '../model/pace.ts'
import { MinuteRing } from './minute-ring.ts'

/** What the file held when it was opened. */
export interface KeptHours {
  readonly since: number | undefined
  readonly rings: Map<DeviceId, MinuteRing>
}

/** Version of the layout; a file of any other is put aside like a damaged one. */
const LAYOUT = 1
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS ring (device TEXT PRIMARY KEY, first_at INTEGER NOT NULL, newest INTEGER NOT NULL, heard BLOB NOT NULL, out_of_range BLOB) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  PRAGMA user_version = ${LAYOUT};
`
/** Rows written between two looks at whether it is the turn of others. */
const ROWS_A_LOOK = 20

/** The SQLite file that hours are kept in between two starts. It may be lost: what the journal still holds comes back from it. */
export class HourFile {
  readonly #file: string
  readonly #log: Log
  readonly #pace: Pace
  #db: DatabaseSync | undefined

  constructor(options: { readonly file: string; readonly log: Log; readonly pace: Pace }) {
    this.#file = options.file
    this.#log = options.log
    this.#pace = options.pace
  }

  /** Opens or makes the file and reads it. One that cannot be read is put aside. Throws `DATA_FOLDER_UNUSABLE` when none can be made. */
  open(): KeptHours {
    try {
      this.#db = openDatabase(this.#file)
      return read(this.#db)
    } catch (error) {
      this.close()
      if (existsSync(this.#file)) this.#putAside(error)
      try {
        this.#db = openDatabase(this.#file)
        return read(this.#db)
      } catch (cause) {
        throw unusable(this.#file, cause)
      }
    }
  }

  /** Writes in one transaction, giving others their turn. Throws `DATA_FOLDER_UNUSABLE`, retryable. */
  async write(changes: {
    readonly since: number
    readonly changed: Iterable<readonly [DeviceId, MinuteRing]>
    readonly removed: Iterable<DeviceId>
  }): Promise<void> {
    const db = this.#db
    if (db === undefined) throw new GatewayError('STOPPED', 'The book of hours is not started')
    try {
      db.exec('BEGIN IMMEDIATE')
      const remove = db.prepare('DELETE FROM ring WHERE device = ?')
      for (const device of changes.removed) remove.run(device)
      const put = db.prepare('INSERT OR REPLACE INTO ring VALUES (?, ?, ?, ?, ?)')
      let rows = 0
      for (const [device, ring] of changes.changed) {
        const { firstAt, newest, heard, outOfRange } = ring.parts
        put.run(device, firstAt, newest, bytesOf(heard), outOfRange ? bytesOf(outOfRange) : null)
        if (++rows % ROWS_A_LOOK === 0 && this.#pace.spent) await this.#pace.rest()
      }
      db.prepare("INSERT OR REPLACE INTO meta VALUES ('since', ?)").run(changes.since)
      db.exec('COMMIT')
    } catch (error) {
      if (db.isOpen && db.isTransaction) db.exec('ROLLBACK')
      throw unusable(this.#file, error)
    }
  }

  close(): void {
    this.#db?.close()
    this.#db = undefined
  }

  /** One is kept to be looked at; the one before it goes. */
  #putAside(cause: unknown): void {
    const aside = `${this.#file}.damaged`
    for (const suffix of ['', '-wal', '-shm']) {
      rmSync(aside + suffix, { force: true })
      if (existsSync(this.#file + suffix)) renameSync(this.#file + suffix, aside + suffix)
    }
    this.#log.error(
      { file: this.#file, aside, err: cause },
      'The file of hours is damaged. It was put aside; hours come back from the journal as far as it reaches',
    )
  }
}

function openDatabase(file: string): DatabaseSync {
  const db = new DatabaseSync(file)
  try {
    const version = Number(db.prepare('PRAGMA user_version').get()?.user_version)
    if (version !== 0 && version !== LAYOUT) throw new GatewayError('DATA_FOLDER_UNUSABLE', `layout ${version} is not ${LAYOUT}`)
    // NORMAL: a power cut may undo the newest transactions, never tear the file; https://sqlite.org/pragma.html#pragma_synchronous
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    db.exec(SCHEMA)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function read(db: DatabaseSync): KeptHours {
  const rings = new Map<DeviceId, MinuteRing>()
  for (const row of db.prepare('SELECT device, first_at, newest, heard, out_of_range FROM ring').iterate()) {
    const outOfRange = row.out_of_range instanceof Uint8Array ? row.out_of_range : undefined
    const ring = row.heard instanceof Uint8Array ? MinuteRing.read(Number(row.first_at), Number(row.newest), row.heard, outOfRange) : undefined
    if (ring) rings.set(String(row.device), ring)
  }
  const since = db.prepare("SELECT value FROM meta WHERE name = 'since'").get()
  return { since: since === undefined ? undefined : Number(since.value), rings }
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
}

function unusable(file: string, cause: unknown): GatewayError {
  return new GatewayError('DATA_FOLDER_UNUSABLE', `The file of hours, ${file}, can not be used. Check space and rights of its folder`, {
    retryable: true,
    cause,
  })
}
