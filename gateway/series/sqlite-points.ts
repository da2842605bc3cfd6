import type { DatabaseSync } from 'node:sqlite'
import type { FieldValue } from '../model/reading.ts'
import type { SeriesRow } from '../model/series.ts'
import type { CheckedQuery } from './checked-query.ts'
import { flagsList } from './flags-text.ts'
import { slices } from './sqlite-slices.ts'
import { columnOf, tableOf } from './sqlite-tables.ts'
import type { StoredType } from './stored-kind.ts'

/** The points as stored. A point without any of the asked fields is left out. */
export async function readPoints(db: DatabaseSync, query: CheckedQuery, device: number): Promise<readonly SeriesRow[]> {
  const table = tableOf(query.kind)
  const columns = query.fields.map(columnOf)
  const order = query.newestFirst ? 'DESC' : 'ASC'
  const select = db.prepare(`SELECT at, flags, ${columns.join()} FROM ${table} WHERE device = ? AND at >= ? AND at < ?
    AND (${columns.map(column => `${column} IS NOT NULL`).join(' OR ')}) ORDER BY at ${order}, sub ${order} LIMIT ?`)
  select.setReturnArrays(true)
  const rows: SeriesRow[] = []
  for await (const slice of slices(db, table, device, query, query.newestFirst)) {
    for (const row of select.all(device, slice.from, slice.to, query.limit - rows.length)) {
      // With setReturnArrays a row is an array, which the types of node:sqlite do not say.
      if (!Array.isArray(row)) continue
      const values: Record<string, FieldValue> = {}
      query.fields.forEach((field, index) => {
        const value = fieldValue(row[index + 2], field.type)
        if (value !== undefined) values[field.name] = value
      })
      rows.push({ at: Number(row[0]), values, ...flagsList(row[1]) })
    }
    if (rows.length >= query.limit) break
  }
  return rows
}

/** A column's value as the field's type; undefined for NULL, and for what an earlier type of the field left behind. */
export function fieldValue(column: unknown, type: StoredType): FieldValue | undefined {
  switch (type) {
    case 'float':
    case 'integer':
      return typeof column === 'number' ? column : undefined
    case 'boolean':
      return typeof column === 'number' ? column !== 0 : undefined
    case 'string':
      return typeof column === 'string' ? column : undefined
  }
}
