import { DatabaseSync } from 'node:sqlite'
import { GatewayError } from '../model/errors.ts'
import type { JournalOffset } from '../model/frame.ts'
import { clockRules } from './clock-rules.ts'
import { ClockWatch, type KnownClock } from './clock-watch.ts'
import { type Twin, Twins } from './twins.ts'

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS twin (id INTEGER PRIMARY KEY, device TEXT, at INTEGER, print INTEGER, sub INTEGER);
  CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY, device TEXT, from_offset INTEGER, since INTEGER, fault TEXT, offset_ms INTEGER, stuck_at INTEGER);
`
/** Rows kept in the file, as many as memory holds. */
const MOST_TWINS = 100_000
const MOST_CLOCKS = 200_000

/**
 * What decoding has found out that the frames before a restart's first one would not tell again: keys of readings whose own was taken, and estimates of clocks.
 * Kept in a file before a reading that depends on it is handed on, so that decoding again gives the same rows. Without a path it is kept in memory alone.
 */
export class DecodingFacts {
  readonly #path: string
  #database: DatabaseSync | undefined
  #twins = new Twins()
  #clocks: ClockWatch
  readonly #retentionDays: number

  constructor(options: { readonly path?: string; readonly retentionDays: number }) {
    this.#path = options.path ?? ':memory:'
    this.#retentionDays = options.retentionDays
    this.#clocks = new ClockWatch(clockRules(options.retentionDays).tooOldMs)
  }

  /** Reads what is kept. Throws `DATA_FOLDER_UNUSABLE`. */
  open(): void {
    this.#read(false)
  }

  /** The same, to look at it while a gateway may be writing. */
  look(): void {
    this.#read(true)
  }

  #read(readOnly: boolean): void {
    try {
      const database = new DatabaseSync(this.#path, { timeout: 5000, readOnly })
      if (!readOnly) database.exec(SCHEMA)
      this.#database = database
      this.#twins = new Twins(database.prepare('SELECT * FROM twin ORDER BY id').all().map(twinOf))
      this.#clocks = new ClockWatch(clockRules(this.#retentionDays).tooOldMs, database.prepare('SELECT * FROM clock ORDER BY id').all().map(clockOf))
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new GatewayError(
        'DATA_FOLDER_UNUSABLE',
        `${this.#path} cannot be opened (${reason}): make the data folder writable, or choose another with --data`,
        { cause },
      )
    }
  }

  close(): void {
    this.#database?.close()
    this.#database = undefined
  }

  get twins(): Twins {
    return this.#twins
  }

  get clocks(): ClockWatch {
    return this.#clocks
  }

  /** Keeps the keys that were found; to be called before the readings are handed on. Costs nothing when there are none. Throws a retryable `DATA_FOLDER_UNUSABLE`. */
  keepTwins(): void {
    const { unkept } = this.#twins
    if (unkept.length === 0) return
    this.#write(database => {
      const insert = database.prepare('INSERT INTO twin (device, at, print, sub) VALUES (?, ?, ?, ?)')
      for (const twin of unkept) insert.run(twin.device, twin.at, twin.print, twin.sub)
      database.exec(`DELETE FROM twin WHERE id <= (SELECT max(id) FROM twin) - ${MOST_TWINS}`)
    })
    this.#twins.kept()
  }

  /** Keeps what was found of clocks; it holds for frames from the end of the journal on. Throws a retryable `DATA_FOLDER_UNUSABLE`. */
  keepClocks(end: JournalOffset): void {
    const found = this.#clocks.foundBefore(end)
    if (found.length === 0) return
    this.#write(database => {
      const insert = database.prepare('INSERT INTO clock (device, from_offset, since, fault, offset_ms, stuck_at) VALUES (?, ?, ?, ?, ?, ?)')
      for (const clock of found) insert.run(clock.device, clock.from, clock.since, clock.fault, clock.offsetMs, clock.stuckAt ?? null)
      database.exec(`DELETE FROM clock WHERE id <= (SELECT max(id) FROM clock) - ${MOST_CLOCKS}`)
    })
    this.#clocks.kept(found)
  }

  #write(work: (database: DatabaseSync) => void): void {
    const database = this.#database
    if (!database) throw new GatewayError('STOPPED', 'what decoding finds out can not be kept: the gateway is stopping', { retryable: true })
    try {
      database.exec('BEGIN IMMEDIATE')
      work(database)
      database.exec('COMMIT')
    } catch (cause) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw new GatewayError('DATA_FOLDER_UNUSABLE', `${this.#path} cannot be written: free space on the disk of the data folder`, { retryable: true, cause })
    }
  }
}

type Row = Record<string, unknown>

function twinOf(row: Row): Twin {
  return { device: String(row.device), at: Number(row.at), print: Number(row.print), sub: Number(row.sub) }
}

function clockOf(row: Row): KnownClock {
  return {
    device: String(row.device),
    from: Number(row.from_offset),
    since: Number(row.since),
    fault: row.fault as KnownClock['fault'],
    offsetMs: Number(row.offset_ms),
    ...(row.stuck_at !== null && { stuckAt: Number(row.stuck_at) }),
  }
}
