import type { DatabaseSync } from 'node:sqlite'
import { GatewayError } from '../model/errors.ts'
import type { KindId } from '../model/ids.ts'
import type { Pace } from '../model/pace.ts'
import type { Reading, Refuse } from '../model/reading.ts'
import { keyProblem } from './kept-reading.ts'
import type { Refusals } from './refusals.ts'
import { SqliteInsert } from './sqlite-insert.ts'
import type { SqliteNames } from './sqlite-names.ts'
import type { StoredKind } from './stored-kind.ts'

/** Rows between two looks at whether it is the turn of others. */
const ROWS_A_LOOK = 32

/** Writes batches, each in one transaction. One at a time: the caller sees to that. */
export class SqliteWriter {
  readonly #db: DatabaseSync
  readonly #devices: SqliteNames
  readonly #labels: SqliteNames
  readonly #refusals: Refusals
  readonly #pace: Pace
  readonly #inserts: ReadonlyMap<KindId, SqliteInsert>

  constructor(options: {
    readonly db: DatabaseSync
    readonly kinds: Iterable<StoredKind>
    readonly devices: SqliteNames
    readonly labels: SqliteNames
    readonly refusals: Refusals
    readonly pace: Pace
  }) {
    this.#db = options.db
    this.#devices = options.devices
    this.#labels = options.labels
    this.#refusals = options.refusals
    this.#pace = options.pace
    this.#inserts = new Map([...options.kinds].map(kind => [kind.id, new SqliteInsert(options.db, kind, options.refusals)]))
  }

  /** All of the batch or nothing of it, but for what has no place in the file and is told to `refuse`. Resolves when it is on disk. */
  async write(readings: readonly Reading[], signal: AbortSignal, refuse?: Refuse): Promise<void> {
    try {
      this.#db.exec('BEGIN IMMEDIATE')
      for (const [index, reading] of readings.entries()) {
        if (index % ROWS_A_LOOK === 0 && this.#pace.spent) await this.#pace.rest()
        if (signal.aborted) throw new GatewayError('STOPPED', 'the batch was given up before it was written', { retryable: true })
        this.#insert(reading, refuse)
      }
      this.#db.exec('COMMIT')
    } catch (error) {
      this.#undo()
      throw error
    }
  }

  #insert(reading: Reading, refuse: Refuse | undefined): void {
    const insert = this.#inserts.get(reading.kind)
    const problem = insert === undefined ? 'its kind is unknown' : keyProblem(reading)
    if (insert === undefined || problem !== undefined) {
      this.#refusals.note(`a reading was left out: ${problem}`, 1, { device: reading.device })
      refuse?.(reading, problem ?? 'its kind is unknown')
    } else insert.run(reading, this.#devices.number(reading.device), this.#labels.number(reading.org), this.#labels.number(reading.model))
  }

  #undo(): void {
    // SQLite itself rolls back on some errors, such as a full disk (SQLite, "Transaction control", § 3.1).
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
    this.#devices.load()
    this.#labels.load()
  }
}
