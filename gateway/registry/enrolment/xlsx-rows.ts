import { mostColumns, mostRows, type TableRow, tableInvalid } from './table-row.ts'
import { walkXml } from './xml-walk.ts'
import { zipPart } from './zip-read.ts'

/**
 * The rows of the first sheet of an .xlsx file (ECMA-376 part 1, 18.3 and 18.4), as texts: a formula's last value, a number as it is written. Rows without any text
 * are left out. Formats, dates and further sheets are not read.
 *
 * @throws GatewayError IMPORT_INVALID for what is no such file.
 */
export function xlsxRows(archive: Buffer): readonly TableRow[] {
  const strings = sharedStrings(zipPart(archive, 'xl/sharedStrings.xml')?.toString('utf8') ?? '')
  const sheet = zipPart(archive, firstSheet(archive))
  if (sheet === undefined) throw tableInvalid(undefined, 'the file is no .xlsx file: it has no sheet')
  return sheetRows(sheet.toString('utf8'), strings)
}

/** The workbook names its sheets in order, by ids that another part gives the places of (18.2.19). */
function firstSheet(archive: Buffer): string {
  let id: string | undefined
  walkXml(zipPart(archive, 'xl/workbook.xml')?.toString('utf8') ?? '', {
    open: (name, attribute) => {
      if (name === 'sheet') id ??= attribute('r:id') ?? attribute('id')
    },
  })
  let target: string | undefined
  walkXml(zipPart(archive, 'xl/_rels/workbook.xml.rels')?.toString('utf8') ?? '', {
    open: (name, attribute) => {
      if (name === 'Relationship' && attribute('Id') === id) target = attribute('Target')
    },
  })
  if (target === undefined) return 'xl/worksheets/sheet1.xml'
  return target.startsWith('/') ? target.slice(1) : `xl/${target}`
}

/** Texts that cells name by number (18.4.9). How Japanese is read aloud (`rPh`) is no part of them. */
function sharedStrings(xml: string): readonly string[] {
  const strings: string[] = []
  let text = ''
  let inText = false
  let aloud = false
  walkXml(xml, {
    open: name => {
      if (name === 'si') text = ''
      else if (name === 't') inText = true
      else if (name === 'rPh') aloud = true
    },
    text: part => {
      if (inText && !aloud) text += part
    },
    close: name => {
      if (name === 'si') strings.push(unescaped(text))
      else if (name === 't') inText = false
      else if (name === 'rPh') aloud = false
    },
  })
  return strings
}

function sheetRows(xml: string, strings: readonly string[]): readonly TableRow[] {
  const rows: TableRow[] = []
  let line = 0
  let cells: string[] = []
  let cell = { column: 0, type: '', text: '' }
  let inValue = false
  walkXml(xml, {
    open: (name, attribute) => {
      if (name === 'row') {
        line = Number(attribute('r') ?? line + 1)
        cells = []
        cell = { column: -1, type: '', text: '' }
      } else if (name === 'c') cell = { column: columnOf(attribute('r')) ?? cell.column + 1, type: attribute('t') ?? 'n', text: '' }
      else if (name === 'v' || name === 't') inValue = true
    },
    text: part => {
      if (inValue) cell.text += part
    },
    close: name => {
      if (name === 'v' || name === 't') inValue = false
      else if (name === 'c' && cell.column < mostColumns) {
        while (cells.length < cell.column) cells.push('')
        cells[cell.column] = cellText(cell, strings)
      } else if (name === 'row' && cells.some(one => one.trim() !== '')) {
        if (rows.length === mostRows) throw tableInvalid(line, `more than ${mostRows} rows: divide the file`)
        rows.push({ line, cells })
      }
    },
  })
  return rows
}

/** 18.18.11: `s` is a shared text by its number, `b` 0 or 1; all others stand there as they are. */
function cellText({ type, text }: { readonly type: string; readonly text: string }, strings: readonly string[]): string {
  if (type === 's') return strings[Number(text)] ?? ''
  if (type === 'b') return text === '1' ? 'yes' : 'no'
  return type === 'n' ? text : unescaped(text)
}

/** `AB12` is column 27. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0]
  if (letters === undefined) return undefined
  let number = 0
  for (const letter of letters) number = number * 26 + letter.charCodeAt(0) - 64
  return number - 1
}

/** Characters that XML can not hold are written `_x000D_` (22.9.2.19). */
function unescaped(text: string): string {
  return text.includes('_x') ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : text
}
