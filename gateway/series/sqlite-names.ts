import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** A table of names with small numbers for them, so that a row holds a number instead of a text. All of it stays in memory. */
export class SqliteNames {
  readonly #numbers = new Map<string, number>()
  readonly #all: StatementSync
  readonly #insert: StatementSync

  constructor(db: DatabaseSync, table: 'device' | 'label') {
    this.#all = db.prepare(`SELECT id, name FROM ${table}`)
    this.#insert = db.prepare(`INSERT INTO ${table} (name) VALUES (?)`)
  }

  /** Takes the names from the file: at start, and after a rollback took new ones away. */
  load(): void {
    this.#numbers.clear()
    for (const row of this.#all.iterate()) this.#numbers.set(String(row.name), Number(row.id))
  }

  /** The number of a known name. */
  find(name: string): number | undefined {
    return this.#numbers.get(name)
  }

  /** The number of a name, given out in the open transaction when it is new. */
  number(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    const number = Number(this.#insert.run(name).lastInsertRowid)
    this.#numbers.set(name, number)
    return number
  }

  values(): readonly number[] {
    return [...this.#numbers.values()]
  }
}
