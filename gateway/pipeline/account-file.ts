import { type FileHandle, open } from 'node:fs/promises'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { RejectedFrame } from '../model/account.ts'
import type { RejectReason } from '../model/decoded.ts'
import { GatewayError } from '../model/errors.ts'
import type { JournalOffset } from '../model/frame.ts'
import type { DeviceId } from '../model/ids.ts'
import { type Pace, unhurried } from '../model/pace.ts'
import { decided, type Tally } from './tally.ts'

/** What the file holds; nothing of the cursor when it is new. */
export interface KeptAccount {
  readonly next: JournalOffset | undefined
  readonly base: JournalOffset | undefined
  readonly lost: number
  readonly tallies: Map<DeviceId, Tally>
}

/** What is kept together. */
export interface AccountChange {
  /** Frames before this offset are decided. */
  readonly next: JournalOffset
  /** The first frame that the book knows of. */
  readonly base: JournalOffset
  /** Frames that damage took from the journal before they were decided. */
  readonly lost: number
  readonly tallies: Iterable<readonly [DeviceId, Tally]>
  readonly rejected: readonly RejectedFrame[]
}

/** Rejected frames kept for people to look at: newest of each device, so that one noisy device leaves the others theirs. */
const KEPT_PER_DEVICE = 100
const KEPT_IN_ALL = 20_000

/** Rows between two looks at the time. */
const ROWS_A_LOOK = 50

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA wal_autocheckpoint = 4000;
  CREATE TABLE IF NOT EXISTS cursor (one INTEGER PRIMARY KEY CHECK (one = 1), next INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS span (one INTEGER PRIMARY KEY CHECK (one = 1), base INTEGER NOT NULL, lost INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS tally (device TEXT PRIMARY KEY, stored INTEGER, duplicate INTEGER, flagged INTEGER, rejected TEXT, last_received_at INTEGER) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS rejected (offset INTEGER PRIMARY KEY, device TEXT, channel TEXT, received_at INTEGER, payload BLOB, payload_bytes INTEGER, reason TEXT, detail TEXT);
  CREATE INDEX IF NOT EXISTS rejected_by_device ON rejected (device, offset);
`

type Statements = Record<'cursor' | 'span' | 'tally' | 'reject' | 'trimDevice' | 'trimAll', StatementSync>

/** The account on disk: tallies, rejected frames and the cursor they belong to, changed together or not at all. */
export class AccountFile {
  readonly #path: string
  #database: DatabaseSync | undefined
  #statements: Statements | undefined
  /** The write-ahead log, to be synced. */
  #log: FileHandle | undefined
  readonly #pace: Pace

  constructor(path: string, pace: Pace = unhurried) {
    this.#path = path
    this.#pace = pace
  }

  /** Opens the file to look at it, while a gateway may be writing it. Answers what it holds. Throws `DATA_FOLDER_UNUSABLE`. */
  look(): KeptAccount {
    try {
      const database = new DatabaseSync(this.#path, { readOnly: true, timeout: 5000 })
      this.#database = database
      // Tallies and cursor of one moment.
      database.exec('BEGIN')
      const kept = this.#load(database)
      database.exec('COMMIT')
      return kept
    } catch (error) {
      throw unusable(this.#path, error)
    }
  }

  /** Opens the file; answers what it holds. Throws `DATA_FOLDER_UNUSABLE`. */
  async open(): Promise<KeptAccount> {
    try {
      const database = new DatabaseSync(this.#path, { timeout: 5000 })
      database.exec(SCHEMA)
      this.#database = database
      this.#statements = {
        cursor: database.prepare('INSERT INTO cursor (one, next) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET next = excluded.next'),
        span: database.prepare('INSERT OR REPLACE INTO span (one, base, lost) VALUES (1, ?, ?)'),
        tally: database.prepare('INSERT OR REPLACE INTO tally VALUES (?, ?, ?, ?, ?, ?)'),
        reject: database.prepare('INSERT OR REPLACE INTO rejected VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
        trimDevice: database.prepare(
          `DELETE FROM rejected WHERE device = ?1 AND offset <= (SELECT offset FROM rejected WHERE device = ?1 ORDER BY offset DESC LIMIT 1 OFFSET ${KEPT_PER_DEVICE})`,
        ),
        trimAll: database.prepare(`DELETE FROM rejected WHERE offset <= (SELECT offset FROM rejected ORDER BY offset DESC LIMIT 1 OFFSET ${KEPT_IN_ALL})`),
      }
      const kept = this.#load(database)
      // There is none yet beside a file that was closed well: the first write makes it.
      database.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS opened (times INTEGER); DELETE FROM opened; INSERT INTO opened VALUES (1); COMMIT')
      this.#log = await open(`${this.#path}-wal`, 'r+')
      return kept
    } catch (error) {
      throw unusable(this.#path, error)
    }
  }

  /**
   * Keeps changed tallies and new rejected frames with the cursor they are true for, in one transaction, safe when it resolves. In slices, and synced beside the thread: in
   * WAL mode a commit is safe once the bytes of the WAL are on disk, whoever sees to it (SQLite, "Write-Ahead Logging", § 2.3: `synchronous=NORMAL` leaves out nothing but
   * that sync). One call at a time.
   */
  async keep({ next, base, lost, tallies, rejected }: AccountChange): Promise<void> {
    const { database, statements, log } = this.#opened()
    try {
      database.exec('BEGIN IMMEDIATE')
      let row = 0
      for (const [device, tally] of tallies) {
        const reasons = tally.rejected.length === 0 ? '{}' : JSON.stringify(Object.fromEntries(tally.rejected))
        statements.tally.run(device, tally.stored, tally.duplicate, tally.flagged, reasons, tally.lastReceivedAt)
        if (++row % ROWS_A_LOOK === 0 && this.#pace.spent) await this.#pace.rest()
      }
      for (const one of rejected) {
        statements.reject.run(one.offset, one.device, one.channel, one.receivedAt, one.payload, one.payloadBytes ?? null, one.reason, one.detail)
        if (++row % ROWS_A_LOOK === 0 && this.#pace.spent) await this.#pace.rest()
      }
      for (const device of new Set(rejected.map(one => one.device))) statements.trimDevice.run(device)
      if (rejected.length > 0) statements.trimAll.run()
      statements.cursor.run(next)
      statements.span.run(base, lost)
      database.exec('COMMIT')
      await log.datasync()
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw new GatewayError('DATA_FOLDER_UNUSABLE', 'the account cannot be written: free space on the disk of the data folder', {
        retryable: true,
        cause: error,
      })
    }
  }

  /** Newest first. */
  rejected(device: DeviceId | undefined, before: JournalOffset, limit: number): RejectedFrame[] {
    const database = this.#database
    if (!database) throw new GatewayError('STOPPED', 'the account is closed')
    const of = device === undefined ? '' : 'device = ? AND '
    const rows = database
      .prepare(`SELECT * FROM rejected WHERE ${of} offset < ? ORDER BY offset DESC LIMIT ?`)
      .all(...(device === undefined ? [] : [device]), before, limit)
    return rows.map(row => ({
      offset: Number(row.offset),
      device: String(row.device),
      channel: String(row.channel),
      receivedAt: Number(row.received_at),
      payload: row.payload instanceof Uint8Array ? row.payload : new Uint8Array(),
      ...(row.payload_bytes !== null && { payloadBytes: Number(row.payload_bytes) }),
      reason: row.reason as RejectReason,
      detail: String(row.detail),
    }))
  }

  async close(): Promise<void> {
    await this.#log?.close()
    this.#log = undefined
    this.#database?.close()
    this.#database = undefined
  }

  #load(database: DatabaseSync): KeptAccount {
    const tallies = new Map<DeviceId, Tally>()
    for (const row of database.prepare('SELECT * FROM tally').iterate()) {
      const tally: Tally = {
        received: 0,
        stored: Number(row.stored),
        duplicate: Number(row.duplicate),
        flagged: Number(row.flagged),
        rejected: Object.entries(JSON.parse(String(row.rejected)) as object) as Tally['rejected'],
        lastReceivedAt: Number(row.last_received_at),
      }
      // What came in after the cursor is counted again from the journal.
      tally.received = decided(tally)
      tallies.set(String(row.device), tally)
    }
    const next = database.prepare('SELECT next FROM cursor').get()
    const span = database.prepare('SELECT base, lost FROM span').get()
    return { next: next && Number(next.next), base: span ? Number(span.base) : next && 0, lost: Number(span?.lost ?? 0), tallies }
  }

  #opened(): { readonly database: DatabaseSync; readonly statements: Statements; readonly log: FileHandle } {
    if (!this.#database || !this.#statements || !this.#log) throw new GatewayError('STOPPED', 'the account is closed')
    return { database: this.#database, statements: this.#statements, log: this.#log }
  }
}

function unusable(path: string, cause: unknown): GatewayError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new GatewayError(
    'DATA_FOLDER_UNUSABLE',
    `the account ${path} cannot be opened (${reason}): make the data folder writable, or choose another with --data`,
    { cause },
  )
}
