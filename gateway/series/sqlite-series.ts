import { mkdirSync } from 'node:fs'
import { open as openFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { GatewayError } from '../model/errors.ts'
import type { DeviceId, KindId } from '../model/ids.ts'
import type { Kind } from '../model/kind.ts'
import type { Log } from '../model/log.ts'
import { type Pace, unhurried } from '../model/pace.ts'
import type { Reading, Refuse } from '../model/reading.ts'
import type { SeriesQuery, SeriesRow, SeriesStore, SurveyQuery, SurveyRow, VisitorsQuery } from '../model/series.ts'
import { checkQuery, checkVisitors } from './checked-query.ts'
import { checkSurvey } from './checked-survey.ts'
import { Refusals } from './refusals.ts'
import { readBuckets } from './sqlite-buckets.ts'
import { SqliteNames } from './sqlite-names.ts'
import { readPoints } from './sqlite-points.ts'
import { openingProblem, readProblem, writeProblem } from './sqlite-problem.ts'
import { SqliteRetention } from './sqlite-retention.ts'
import { surveySqlite } from './sqlite-survey.ts'
import { makeTables, prepareFile } from './sqlite-tables.ts'
import { findVisitors } from './sqlite-visitors.ts'
import { SqliteWriter } from './sqlite-writer.ts'
import { type StoredKind, storedKinds } from './stored-kind.ts'
import { Turns } from './turns.ts'

const RETENTION_EVERY_MS = 600_000
const DAY_MS = 86_400_000
/** SQLite waits for another program's lock without giving up the event loop: so not for long. */
const LOCK_WAIT_MS = 250

/** What is there between start and stop. */
interface Open {
  readonly db: DatabaseSync
  /** A second connection: it never sees a batch that is half written. */
  readonly reader: DatabaseSync
  readonly kinds: ReadonlyMap<KindId, StoredKind>
  readonly devices: SqliteNames
  readonly writer: SqliteWriter
  readonly timer: NodeJS.Timeout | undefined
}

/** Time series in one SQLite file: nothing to install. A table a kind, a row a reading, keyed (device, at, sub). */
export class SqliteSeries implements SeriesStore {
  readonly description: string
  readonly #file: string
  readonly #kinds: readonly Kind[]
  readonly #retentionDays: number
  readonly #log: Log
  readonly #pace: Pace
  readonly #now: () => number
  readonly #refusals: Refusals
  readonly #turns = new Turns()
  #open: Open | undefined

  /** `retentionDays`: older readings are deleted; 0 keeps all. */
  constructor(options: {
    readonly file: string
    readonly kinds: readonly Kind[]
    readonly retentionDays: number
    readonly log: Log
    readonly now?: () => number
    /** When to let receipts have their turn. */
    readonly pace?: Pace
  }) {
    this.#file = options.file
    this.#kinds = options.kinds
    this.#retentionDays = options.retentionDays
    this.#log = options.log
    this.#pace = options.pace ?? unhurried
    this.#now = options.now ?? Date.now
    this.#refusals = new Refusals({ log: options.log, now: this.#now })
    this.description = `SQLite file ${options.file}`
  }

  /** Opens the file and makes missing tables and columns. Throws `DATA_FOLDER_UNUSABLE` when it cannot be written or read, `MODEL_INVALID` for a kind it cannot keep. */
  async start(): Promise<void> {
    if (this.#open) return
    const kinds = storedKinds(this.#kinds)
    let db: DatabaseSync | undefined
    let reader: DatabaseSync | undefined
    try {
      mkdirSync(dirname(this.#file), { recursive: true })
      db = new DatabaseSync(this.#file, { timeout: LOCK_WAIT_MS })
      prepareFile(db)
      makeTables(db, kinds.values(), this.#file)
      reader = new DatabaseSync(this.#file, { timeout: LOCK_WAIT_MS, readOnly: true })
      const devices = new SqliteNames(db, 'device')
      const labels = new SqliteNames(db, 'label')
      devices.load()
      labels.load()
      const writer = new SqliteWriter({ db, kinds: kinds.values(), devices, labels, refusals: this.#refusals, pace: this.#pace })
      this.#open = { db, reader, kinds, devices, writer, timer: this.#retentionTimer() }
    } catch (error) {
      reader?.close()
      db?.close()
      throw openingProblem(error, this.#file)
    }
  }

  async stop(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    clearInterval(open?.timer)
    await this.#turns.take(async () => {
      open?.reader.close()
      open?.db.close()
    })
  }

  async write(readings: readonly Reading[], signal: AbortSignal, refuse?: Refuse): Promise<void> {
    await this.#turns.take(async () => {
      try {
        await this.#opened().writer.write(readings, signal, refuse)
      } catch (error) {
        throw writeProblem(error, this.#file)
      }
    })
  }

  /**
   * Syncs what was written. SQLite itself would do so with each batch, and hold the thread for it; in WAL mode a commit is safe once the bytes of the WAL are on disk, whoever sees to it
   * (SQLite, "Write-Ahead Logging", § 2.3 and 3.2: `synchronous=NORMAL` leaves out nothing but this sync). Throws `SERIES_WRITE_FAILED`.
   */
  async flush(): Promise<void> {
    if (this.#open === undefined) return
    try {
      const log = await openFile(`${this.#file}-wal`, 'r+')
      try {
        await log.datasync()
      } finally {
        await log.close()
      }
    } catch (error) {
      throw writeProblem(error, this.#file)
    }
  }

  async read(query: SeriesQuery): Promise<readonly SeriesRow[]> {
    const open = this.#opened()
    const checked = checkQuery(query, open.kinds)
    const device = open.devices.find(query.device)
    if (device === undefined || checked.fields.length === 0) return []
    try {
      return await (checked.buckets ? readBuckets(open.reader, checked, checked.buckets, device) : readPoints(open.reader, checked, device))
    } catch (error) {
      throw readProblem(error, this.#file)
    }
  }

  async survey(query: SurveyQuery): Promise<ReadonlyMap<DeviceId, readonly SurveyRow[]>> {
    const open = this.#opened()
    const checked = checkSurvey(query, open.kinds)
    try {
      return await surveySqlite(open.reader, checked, device => open.devices.find(device))
    } catch (error) {
      throw readProblem(error, this.#file)
    }
  }

  async visitors(query: VisitorsQuery): Promise<ReadonlySet<DeviceId>> {
    const open = this.#opened()
    const checked = checkVisitors(query, open.kinds)
    try {
      return await findVisitors(open.reader, checked, open.devices)
    } catch (error) {
      throw readProblem(error, this.#file)
    }
  }

  async ping(): Promise<void> {
    const open = this.#opened()
    try {
      open.reader.prepare('SELECT count(*) FROM sqlite_schema').get()
    } catch (error) {
      throw readProblem(error, this.#file)
    }
  }

  /** Deletes what is older than the retention now, step by step between writes; answers how many rows. Runs by itself every ten minutes. */
  async expire(): Promise<number> {
    if (this.#retentionDays <= 0) return 0
    const { db, kinds, devices } = this.#opened()
    const retention = new SqliteRetention(db, kinds.values(), devices.values(), this.#now() - this.#retentionDays * DAY_MS)
    let total = 0
    for (;;) {
      const { deleted, done } = await this.#turns.take(async () => {
        if (this.#open?.db !== db) return { deleted: 0, done: true }
        try {
          return retention.step()
        } catch (error) {
          throw writeProblem(error, this.#file)
        }
      })
      total += deleted
      if (done) return total
      // Writers wait in line for their turn; this lets live data go first.
      await pause(5)
    }
  }

  #retentionTimer(): NodeJS.Timeout | undefined {
    if (this.#retentionDays <= 0) return undefined
    const timer = setInterval(() => {
      this.expire().then(
        deleted => this.#log.debug({ deleted, retentionDays: this.#retentionDays }, 'old readings deleted'),
        (error: unknown) => this.#log.warn({ err: error }, 'old readings could not be deleted; tried again in ten minutes'),
      )
    }, RETENTION_EVERY_MS)
    return timer.unref()
  }

  #opened(): Open {
    if (this.#open === undefined) throw new GatewayError('SERIES_UNREACHABLE', `${this.#file} is not open`, { retryable: true })
    return this.#open
  }
}
