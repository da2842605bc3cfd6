import { existsSync, renameSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { GatewayError } from '../model/errors.ts'
import type { DeviceId } from '../model/ids.ts'
import type { Log } from '../model/log.ts'
import type { DeviceState } from './device-state.ts'
import { readState, writeState } from './state-record.ts'

/** What is written in one go. */
export interface StateChanges {
  readonly changed: ReadonlySet<DeviceState>
  readonly removed: ReadonlySet<DeviceId>
  /** Of live state as a whole. */
  readonly revision: number
}

/** What the file held when it was opened. */
export interface StoredStates {
  readonly states: readonly DeviceState[]
  readonly revision: number
  /** The file was missing or damaged: nothing is known from before. */
  readonly empty: boolean
}

/** Version of the layout; a file of any other is put aside like a damaged one. */
const LAYOUT = 1

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS state (device TEXT PRIMARY KEY, revision INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  PRAGMA user_version = ${LAYOUT};
`

/** Rows written before the event loop gets a turn: about a millisecond's worth. */
const ROWS_PER_TURN = 20

/** SQLite's primary result codes for a file that is damaged (SQLITE_CORRUPT) or no database (SQLITE_NOTADB); https://sqlite.org/rescode.html */
const DAMAGED: ReadonlySet<number> = new Set([11, 26])

/** The SQLite file that live state is kept in between two starts. It may be lost: everything in it can be had again from the readings. */
export class StateFile {
  readonly #file: string
  readonly #log: Log
  #db: DatabaseSync | undefined

  constructor(options: { readonly file: string; readonly log: Log }) {
    this.#file = options.file
    this.#log = options.log
  }

  /** Opens or makes the file and reads it. A damaged one is put aside. Throws `DATA_FOLDER_UNUSABLE` when the folder can not be written. */
  open(): StoredStates {
    try {
      const existed = existsSync(this.#file)
      this.#db = openDatabase(this.#file)
      return { ...this.#read(this.#db), empty: !existed }
    } catch (error) {
      if (!isDamage(error)) throw unusable(this.#file, error)
      this.replace(error)
      return { states: [], revision: 0, empty: true }
    }
  }

  /** Puts the file aside and begins a new one. */
  replace(cause: unknown): void {
    this.close()
    const aside = freeName(this.#file)
    for (const suffix of ['', '-wal', '-shm']) if (existsSync(this.#file + suffix)) renameSync(this.#file + suffix, aside + suffix)
    this.#log.error(
      { file: this.#file, aside, err: cause },
      'The file of last known states is damaged. It was put aside and a new one begun; states come back from readings',
    )
    try {
      this.#db = openDatabase(this.#file)
    } catch (error) {
      throw unusable(this.#file, error)
    }
  }

  /** Writes in one transaction, giving the event loop a turn now and then. Nobody else may use the file meanwhile. */
  async write(changes: StateChanges): Promise<void> {
    const db = this.#db
    if (db === undefined) throw new GatewayError('STOPPED', 'Live state is not started')
    try {
      db.exec('BEGIN IMMEDIATE')
      await writeRows(db, changes)
      db.exec('COMMIT')
    } catch (error) {
      if (db.isOpen && db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    this.#db?.close()
    this.#db = undefined
  }

  #read(db: DatabaseSync): { states: DeviceState[]; revision: number } {
    const states: DeviceState[] = []
    const damaged: string[] = []
    for (const row of db.prepare('SELECT device, revision, body FROM state').iterate()) {
      const device = String(row.device)
      const state = readState(device, Number(row.revision), String(row.body))
      if (state) states.push(state)
      else damaged.push(device)
    }
    if (damaged.length > 0) {
      this.#log.warn(
        { count: damaged.length, devices: damaged.slice(0, 20) },
        'Last known states that could not be read were left out; they come back with the next reading',
      )
    }
    const meta = db.prepare("SELECT value FROM meta WHERE name = 'revision'").get()
    return { states, revision: Number(meta?.value ?? 0) }
  }
}

/** Whether SQLite says that the file itself is at fault. */
export function isDamage(error: unknown): boolean {
  if (error instanceof DamageError) return true
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && DAMAGED.has(error.errcode & 0xff)
}

class DamageError extends Error {}

function openDatabase(file: string): DatabaseSync {
  const db = new DatabaseSync(file)
  try {
    const version = Number(db.prepare('PRAGMA user_version').get()?.user_version)
    if (version !== 0 && version !== LAYOUT) throw new DamageError(`layout ${version} is not ${LAYOUT}`)
    // NORMAL: a power cut may undo the newest transactions, never tear the file; https://sqlite.org/pragma.html#pragma_synchronous
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    const [check] = db.prepare('PRAGMA quick_check(1)').all()
    if (check?.quick_check !== 'ok') throw new DamageError(String(check?.quick_check))
    db.exec(SCHEMA)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

async function writeRows(db: DatabaseSync, { changed, removed, revision }: StateChanges): Promise<void> {
  const put = db.prepare('INSERT INTO state VALUES (?, ?, ?) ON CONFLICT (device) DO UPDATE SET revision = excluded.revision, body = excluded.body')
  const remove = db.prepare('DELETE FROM state WHERE device = ?')
  for (const device of removed) remove.run(device)
  let rows = 0
  for (const state of changed) {
    put.run(state.parts.device, state.revision, writeState(state))
    if (++rows % ROWS_PER_TURN === 0) await nextTurn()
  }
  db.prepare("INSERT INTO meta VALUES ('revision', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value").run(revision)
}

function unusable(file: string, cause: unknown): GatewayError {
  const message = `The file of last known states, ${file}, can not be opened. Check that its folder exists and that the gateway may write there`
  return new GatewayError('DATA_FOLDER_UNUSABLE', message, { cause })
}

function freeName(file: string): string {
  for (let number = 1; ; number++) {
    const name = `${file}.damaged-${number}`
    if (!existsSync(name)) return name
  }
}
