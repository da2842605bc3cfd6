import { mostColumns, mostRows, type TableRow, tableInvalid } from './table-row.ts'

const QUOTE = '"'

/**
 * Reads a table of RFC 4180, and what spreadsheets make of it: semicolons or tabs instead of commas, lines that end in LF or CR alone, no end of the last line. Rows
 * without any text are left out.
 *
 * @throws GatewayError IMPORT_INVALID with the line, for quotes that do not close and text behind a closing quote.
 */
export function* csvRows(text: string): Generator<TableRow> {
  const delimiter = delimiterOf(text)
  let at = 0
  let line = 1
  let rows = 0
  while (at < text.length) {
    const first = line
    const cells: string[] = []
    for (;;) {
      const cell = text[at] === QUOTE ? quotedCell(text, at, delimiter, line) : plainCell(text, at, delimiter)
      if (cells.length < mostColumns) cells.push(cell.value)
      line += cell.breaks
      at = cell.end
      if (text[at] !== delimiter) break
      at += 1
    }
    // Behind the last cell: the end of the line, or of the text.
    if (at < text.length) {
      at += text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1
      line += 1
    }
    if (cells.every(cell => cell.trim() === '')) continue
    rows += 1
    if (rows > mostRows) throw tableInvalid(first, `more than ${mostRows} rows: divide the file`)
    yield { line: first, cells }
  }
}

interface Cell {
  readonly value: string
  /** Where the next delimiter or the end of the line stands. */
  readonly end: number
  /** Lines that ended inside of the cell. */
  readonly breaks: number
}

function plainCell(text: string, start: number, delimiter: string): Cell {
  let end = start
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end += 1
  return { value: text.slice(start, end), end, breaks: 0 }
}

function quotedCell(text: string, start: number, delimiter: string, line: number): Cell {
  let close = text.indexOf(QUOTE, start + 1)
  while (close !== -1 && text[close + 1] === QUOTE) close = text.indexOf(QUOTE, close + 2)
  if (close === -1) throw tableInvalid(line, 'a quote (") opens a cell here and never closes it')
  const inside = text.slice(start + 1, close)
  const breaks = inside.match(/\r\n|\n|\r/g)?.length ?? 0
  const behind = text[close + 1]
  if (behind !== undefined && behind !== delimiter && behind !== '\n' && behind !== '\r') {
    throw tableInvalid(
      line + breaks,
      `text stands behind a closing quote ("): expected '${delimiter}' or the end of the line; a quote inside of a cell is written twice`,
    )
  }
  return { value: inside.replaceAll('""', QUOTE), end: close + 1, breaks }
}

/** The separator that the first line uses most. */
function delimiterOf(text: string): string {
  const header = /^[^\r\n]*/.exec(text.slice(0, 10_000))?.[0] ?? ''
  const outside = header.replaceAll(/"[^"]*"/g, '')
  const count = (candidate: string): number => outside.split(candidate).length
  return [';', '\t'].reduce((best, candidate) => (count(candidate) > count(best) ? candidate : best), ',')
}
