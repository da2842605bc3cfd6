import type { DatabaseSync } from 'node:sqlite'
import { tableOf } from './sqlite-tables.ts'
import type { StoredKind } from './stored-kind.ts'

/** Rows one step deletes at most (more only when more bear one millisecond), and how long a step looks for some. */
const ROWS_A_STEP = 1_000
const STEP_MS = 10

/** Deletes what is older than a moment in short steps; the caller takes one step at a time between writes. */
export class SqliteRetention {
  readonly #db: DatabaseSync
  readonly #work: (readonly [StoredKind, number])[]
  readonly #before: number

  constructor(db: DatabaseSync, kinds: Iterable<StoredKind>, devices: readonly number[], before: number) {
    this.#db = db
    this.#work = [...kinds].flatMap(kind => devices.map(device => [kind, device] as const))
    this.#before = before
  }

  /** One step: how many rows it deleted, and whether all is done. */
  step(): { readonly deleted: number; readonly done: boolean } {
    const until = performance.now() + STEP_MS
    while (performance.now() < until) {
      const next = this.#work.at(-1)
      if (next === undefined) return { deleted: 0, done: true }
      const deleted = this.#delete(...next)
      if (deleted < ROWS_A_STEP) this.#work.pop()
      if (deleted > 0) return { deleted, done: this.#work.length === 0 }
    }
    return { deleted: 0, done: false }
  }

  #delete(kind: StoredKind, device: number): number {
    const table = tableOf(kind)
    // Rows lie in the order of their key, so the oldest of a device stand together.
    const edge = this.#db.prepare(`SELECT at FROM ${table} WHERE device = ? AND at < ? ORDER BY at LIMIT 1 OFFSET ${ROWS_A_STEP - 1}`).get(device, this.#before)
    const last = edge === undefined ? this.#before - 1 : Number(edge.at)
    return Number(this.#db.prepare(`DELETE FROM ${table} WHERE device = ? AND at <= ?`).run(device, last).changes)
  }
}
