import { quoted } from '../check-device.ts'
import { type Column, deviceColumns, secretColumn } from './columns.ts'
import { withoutApostrophe } from './csv-line.ts'
import { csvRows } from './csv-rows.ts'
import { type TableRow, tableInvalid } from './table-row.ts'
import { textOf } from './text-of.ts'
import { xlsxRows } from './xlsx-rows.ts'

const columns: readonly Column[] = [...deviceColumns, secretColumn]

/** A list of devices as it was brought: which column is which, and its rows. */
export interface DeviceTable {
  readonly places: ReadonlyMap<Column, number>
  readonly rows: Iterable<TableRow>
}

/**
 * Reads a list of devices from a file, CSV or .xlsx by what it begins with. The first row names the columns, in any order.
 *
 * @throws GatewayError IMPORT_INVALID for a file that is neither, and for columns that are not known, missing or there twice.
 */
export function deviceTable(bytes: Buffer): DeviceTable {
  const rows = bytes.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1')) ? xlsxRows(bytes).values() : plainRows(bytes)
  const first = rows.next()
  if (first.done) throw tableInvalid(undefined, `the file has no rows: expected a first one that names the columns: ${columns.join(', ')}`)
  return { places: placesOf(first.value), rows }
}

/** CSV alone needs apostrophes against formulas. */
function* plainRows(bytes: Buffer): Generator<TableRow> {
  for (const { line, cells } of csvRows(textOf(bytes))) yield { line, cells: cells.map(withoutApostrophe) }
}

function placesOf({ line, cells }: TableRow): ReadonlyMap<Column, number> {
  const places = new Map<Column, number>()
  for (const [place, cell] of cells.entries()) {
    const name = cell.trim().toLowerCase()
    if (name === '') continue
    const column = columns.find(one => one === name)
    if (column === undefined) throw tableInvalid(line, `there is no column ${quoted(cell.trim())}: expected ${columns.join(', ')}`)
    if (places.has(column)) throw tableInvalid(line, `the column ${column} is there twice`)
    places.set(column, place)
  }
  if (!places.has('id')) throw tableInvalid(line, `the first row names no column 'id': expected ${columns.join(', ')}`)
  return places
}
