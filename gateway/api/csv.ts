import type { FieldValue } from '../model/reading.ts'
import { joined } from './pieces.ts'

/** Rows as RFC 4180 has them: a header line, lines ending in CR LF, quotes where they are needed. */
export async function* csvPieces(header: readonly string[], rows: Iterable<readonly (FieldValue | undefined)[]>): AsyncGenerator<string> {
  yield line(header)
  yield* joined(rows, line, '')
}

function line(cells: readonly (FieldValue | undefined)[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

function cell(value: FieldValue | undefined): string {
  if (value === undefined) return ''
  if (typeof value !== 'string') return String(value)
  // A device's text must not become a formula where the file is opened as a spreadsheet (OWASP, CSV injection).
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
