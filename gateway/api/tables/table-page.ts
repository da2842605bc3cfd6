import { z } from 'zod'
import type { FieldValue } from '../../model/reading.ts'
import { csvPieces } from '../csv.ts'
import { integerParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { Answer } from '../route.ts'
import type { RowHead } from './table-devices.ts'

/** A column of a table: what rows are sorted by, and its cell in CSV. */
export interface TableColumn<Row> {
  readonly name: string
  readonly value: (row: Row) => string | number | undefined
}

/** What every table begins with. */
export const headColumns: readonly TableColumn<RowHead>[] = [
  { name: 'device', value: row => row.device },
  { name: 'name', value: row => row.name ?? row.device },
  { name: 'org', value: row => row.org },
  { name: 'district', value: row => row.district },
]

/** Where devices are: of a file alone. */
export const placeColumns: readonly TableColumn<RowHead>[] = [
  { name: 'lat', value: row => row.place?.lat },
  { name: 'lon', value: row => row.place?.lon },
]

/** Which part of a table, in which order and form. */
export const tablePageParameters = {
  sort: z
    .string()
    .regex(/^-?[A-Za-z]{1,32}$/, 'is the name of a column, with a - before it for the highest first')
    .default('device')
    .meta({ description: 'By this column; with a `-` before it the highest first. What has no value comes last.' }),
  offset: integerParameter({ least: 0, most: 100_000, usual: 0, description: 'Rows to pass over.' }),
  limit: integerParameter({ least: 1, most: 1000, usual: 100, description: 'Rows in the answer.' }),
  format: z
    .enum(['json', 'csv'], 'is json or csv')
    .default('json')
    .meta({ description: 'CSV is a file of all rows (RFC 4180); it waits until they are worked out.' }),
}

/** How far a table is that is not worked out yet. */
export const workingShape = {
  state: z.enum(['ready', 'working']).meta({ description: '`working`: the series store is still being asked; ask again, `done` tells how far it is.' }),
  done: z.number().meta({ description: 'From 0 to 1.' }),
}

/** Rows on a page, and what all of them add up to. */
export function rowsShape<Row extends z.ZodType, Sum extends z.ZodType>(row: Row, sum: Sum) {
  return {
    total: z.int().meta({ description: 'Rows on all pages.' }),
    rows: z.array(row),
    sum: sum.optional().meta({ description: 'Of all rows.' }),
  }
}

/** Puts rows in the order of a column. Equal ones stay as they were. Throws `QUERY_INVALID` for a column that is none. */
export function orderBy<Row>(columns: readonly TableColumn<Row>[], sort: string): (rows: readonly Row[]) => readonly Row[] {
  const descending = sort.startsWith('-')
  const name = descending ? sort.slice(1) : sort
  const column = columns.find(known => known.name === name)
  if (column === undefined) {
    throw new Problem(400, 'QUERY_INVALID', '“sort” can not be used; see errors.', {
      errors: [{ field: 'sort', in: 'query', problem: `there is no column “${name}”; there are ${columns.map(known => known.name).join(', ')}` }],
    })
  }
  return rows => {
    const keyed = rows.map(row => ({ row, key: column.value(row) }))
    keyed.sort((a, b) => {
      if (a.key === undefined || b.key === undefined) return a.key === b.key ? 0 : a.key === undefined ? 1 : -1
      const order = a.key < b.key ? -1 : a.key > b.key ? 1 : 0
      return descending ? -order : order
    })
    return keyed.map(({ row }) => row)
  }
}

/** All rows as a file. */
export function csvAnswer<Row>(rows: readonly Row[], columns: readonly TableColumn<Row>[], name: string): Answer<never> {
  const cells = function* (): Generator<(FieldValue | undefined)[]> {
    for (const row of rows) yield columns.map(column => column.value(row))
  }
  return Answer.text(
    csvPieces(
      columns.map(column => column.name),
      cells(),
    ),
    {
      mediaType: 'text/csv; header=present',
      headers: { 'Content-Disposition': `attachment; filename="${name}.csv"` },
    },
  )
}
