import type { DatabaseSync } from 'node:sqlite'
import { GatewayError } from '../model/errors.ts'
import type { StoredField, StoredKind } from './stored-kind.ts'

/** The layout of the file; one that is higher was written by a newer gateway. */
const LAYOUT = 1

const COLUMN_TYPES = { float: 'REAL', integer: 'INTEGER', boolean: 'INTEGER', string: 'TEXT' } as const

/** The table of a kind. The prefix keeps kinds apart from the store's own tables and from SQLite's. */
export function tableOf(kind: StoredKind): string {
  return `"reading_${kind.id}"`
}

/** A field's column. Field names hold no quotes: `storedKinds` refuses them. */
export function columnOf(field: StoredField): string {
  return `"${field.name}"`
}

/** How the file is opened for writing. */
export function prepareFile(db: DatabaseSync): void {
  // NORMAL: commits do not wait for the disk, `SqliteSeries.flush` does. A checkpoint every 8,000 pages (32 MB) instead of 1,000 writes each changed page less often: 186k instead of
  // 136k rows/s (8 fields, batches of 5,000).
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=8000; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-32000')
}

/** Makes the tables and columns that are missing; takes nothing away. */
export function makeTables(db: DatabaseSync, kinds: Iterable<StoredKind>, file: string): void {
  const layout = Number(db.prepare('PRAGMA user_version').get()?.user_version)
  if (layout > LAYOUT)
    throw new GatewayError('DATA_FOLDER_UNUSABLE', `${file} was written by a newer Citygate (layout ${layout}); start that one, or move the file away`)
  db.exec('BEGIN IMMEDIATE')
  try {
    db.exec('CREATE TABLE IF NOT EXISTS device (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)')
    db.exec('CREATE TABLE IF NOT EXISTS label (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)')
    for (const kind of kinds) makeTable(db, kind)
    db.exec(`PRAGMA user_version=${LAYOUT}`)
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

function makeTable(db: DatabaseSync, kind: StoredKind): void {
  db.exec(`CREATE TABLE IF NOT EXISTS ${tableOf(kind)} (device INTEGER NOT NULL, at INTEGER NOT NULL, sub INTEGER NOT NULL,
    org INTEGER NOT NULL, model INTEGER NOT NULL, received_at INTEGER, flags TEXT, lat REAL, lon REAL,
    PRIMARY KEY (device, at, sub)) WITHOUT ROWID`)
  const present = new Set(
    db
      .prepare(`PRAGMA table_info(${tableOf(kind)})`)
      .all()
      .map(column => String(column.name).toLowerCase()),
  )
  for (const field of kind.fields.values()) {
    if (!present.has(field.name.toLowerCase())) db.exec(`ALTER TABLE ${tableOf(kind)} ADD COLUMN ${columnOf(field)} ${COLUMN_TYPES[field.type]}`)
  }
}
