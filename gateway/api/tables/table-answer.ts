import { Problem } from '../problem.ts'
import type { Answer } from '../route.ts'
import { type Group, groupSums } from './groups.ts'
import type { Found } from './survey-desk.ts'
import type { RowHead, TableDevice } from './table-devices.ts'
import { csvAnswer, orderBy, placeColumns, type TableColumn } from './table-page.ts'

/** A file waits for its table that long. */
const FILE_PATIENCE_MS = 240_000

/** What is a table's own. */
export interface Table<Value, Row extends RowHead, Sum, Facts, Groups> {
  /** Which part, in which order and form. */
  readonly page: { readonly sort: string; readonly offset: number; readonly limit: number; readonly format: 'json' | 'csv' }
  readonly devices: readonly TableDevice[]
  /** What rows can be sorted by: the first columns of a file as well. */
  readonly columns: readonly TableColumn<Row>[]
  /** The last columns of a file. */
  readonly lastColumns?: readonly TableColumn<Row>[]
  /** Of a file, without its ending. */
  readonly name: string
  /** Asks for what the series store has to work out; who is more patient is told later that it is not ready. */
  readonly ask: (patienceMs: number | undefined) => Promise<Found<Value>>
  /** What of the answer is known before. */
  readonly facts: Facts
  readonly rows: (value: Value) => readonly Row[] | Promise<readonly Row[]>
  readonly noSum: () => Sum
  /** Puts a row into a sum, and answers the sum. */
  readonly added: (sum: Sum, row: Row) => Sum
  /** What rows are grouped by, beside their organisation. */
  readonly groups: (by: (groupOf: (row: Row) => string | undefined) => Group<Sum>[]) => Groups
}

interface TablePage<Row, Sum> {
  readonly state: 'ready' | 'working'
  readonly done: number
  readonly total: number
  readonly rows: Row[]
  readonly sum?: Sum
  readonly orgs: Group<Sum>[]
}

/** Answers how far a table is, or its page, or the file of all its rows. Throws `QUERY_INVALID` for an unknown column, `BUSY` for a file that takes too long, and what asking throws. */
export async function tableAnswer<Value, Row extends RowHead, Sum, Facts, Groups>(
  table: Table<Value, Row, Sum, Facts, Groups>,
): Promise<Answer<never> | (Facts & TablePage<Row, Sum> & Groups)> {
  const { page, facts, noSum, added } = table
  const ordered = orderBy(table.columns, page.sort)
  const found = await table.ask(page.format === 'csv' ? FILE_PATIENCE_MS : undefined)
  if (!found.ready && page.format === 'csv') throw notReady()
  const all = found.ready ? await table.rows(found.value) : []
  if (page.format === 'csv') return csvAnswer(ordered(all), [...table.columns, ...placeColumns, ...(table.lastColumns ?? [])], table.name)
  const by = (groupOf: (row: Row) => string | undefined) => groupSums(all, groupOf, noSum, added)
  const groups = { ...table.groups(by), orgs: by(row => row.org) }
  if (!found.ready) return { ...facts, state: 'working', done: found.done, total: table.devices.length, rows: [], ...groups }
  const rows = ordered(all).slice(page.offset, page.offset + page.limit)
  return { ...facts, state: 'ready', done: 1, total: all.length, rows, sum: all.reduce(added, noSum()), ...groups }
}

function notReady(): Problem {
  return new Problem(503, 'BUSY', 'The table is not worked out yet; ask again in some minutes.', { headers: { 'Retry-After': '60' } })
}
