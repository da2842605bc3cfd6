import type { FieldValue } from '../model/reading.ts'

/** Rows as RFC 4180 has them: a header line, lines ending in CR LF, quotes where they are needed. */
export function csvText(header: readonly string[], rows: Iterable<readonly (FieldValue | undefined)[]>): string {
  const lines = [header.map(cell).join(',')]
  for (const row of rows) lines.push(row.map(cell).join(','))
  return `${lines.join('\r\n')}\r\n`
}

function cell(value: FieldValue | undefined): string {
  if (value === undefined) return ''
  if (typeof value !== 'string') return String(value)
  // A device's text must not become a formula where the file is opened as a spreadsheet (OWASP, CSV injection).
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
