import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Reading } from '../model/reading.ts'
import { flagsText } from './flags-text.ts'
import type { Refusals } from './refusals.ts'
import { columnOf, tableOf } from './sqlite-tables.ts'
import { LAT, LON, type StoredField, type StoredKind, storable } from './stored-kind.ts'

const KEY_COLUMNS = ['device', 'at', 'sub', 'org', 'model', 'received_at', 'flags', 'lat', 'lon']

/** Puts readings of one kind into its table. */
export class SqliteInsert {
  readonly #kind: StoredKind
  readonly #fields: readonly StoredField[]
  readonly #columns: ReadonlyMap<string, number>
  readonly #blank: readonly SQLInputValue[]
  readonly #statement: StatementSync
  readonly #refusals: Refusals

  constructor(db: DatabaseSync, kind: StoredKind, refusals: Refusals) {
    this.#kind = kind
    this.#fields = [...kind.fields.values()]
    this.#columns = new Map(this.#fields.map((field, index) => [field.name, KEY_COLUMNS.length + index]))
    const columns = [...KEY_COLUMNS, ...this.#fields.map(columnOf)]
    this.#blank = columns.map(() => null)
    // A key that is there already is the same reading: its key is made from its content.
    this.#statement = db.prepare(`INSERT INTO ${tableOf(kind)} (${columns.join()}) VALUES (${columns.map(() => '?').join()}) ON CONFLICT DO NOTHING`)
    this.#refusals = refusals
  }

  run(reading: Reading, device: number, org: number, model: number): void {
    const row: SQLInputValue[] = this.#blank.slice()
    row[0] = device
    row[1] = reading.at
    row[2] = reading.sub
    row[3] = org
    row[4] = model
    row[5] = Number.isSafeInteger(reading.receivedAt) ? reading.receivedAt : null
    row[6] = flagsText(reading.flags) ?? null
    if (reading.position) {
      row[7] = this.#value(reading, LAT, reading.position.lat)
      row[8] = this.#value(reading, LON, reading.position.lon)
    }
    for (const name in reading.values) {
      const field = this.#kind.fields.get(name)
      const value = reading.values[name]
      const column = this.#columns.get(name)
      if (field === undefined || value === undefined || column === undefined)
        this.#refusals.note(`${this.#kind.id} has no field ${name}`, 1, { device: reading.device })
      else row[column] = this.#value(reading, field, value)
    }
    this.#statement.run(...row)
  }

  #value(reading: Reading, field: StoredField, given: number | boolean | string): SQLInputValue {
    const value = storable(given, field.type)
    if (value === undefined) {
      this.#refusals.note(`${this.#kind.id}.${field.name} holds no ${typeof given} like this`, 1, { device: reading.device })
      return null
    }
    return typeof value === 'boolean' ? (value ? 1 : 0) : value
  }
}
