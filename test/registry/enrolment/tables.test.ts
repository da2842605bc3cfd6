import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GatewayError } from '../../../gateway/model/errors.ts'
import { csvLine, withoutApostrophe } from '../../../gateway/registry/enrolment/csv-line.ts'
import { csvRows } from '../../../gateway/registry/enrolment/csv-rows.ts'
import { textOf } from '../../../gateway/registry/enrolment/text-of.ts'
import { xlsxOf } from '../../../gateway/registry/enrolment/xlsx-of.ts'
import { xlsxRows } from '../../../gateway/registry/enrolment/xlsx-rows.ts'
import { zipOf } from '../../../gateway/registry/enrolment/zip-write.ts'

/** Cells with all that is special somewhere. */
const cell = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', "'", ',', ';', '\t', '\r', '\n', '=', '-', '@', ' ', 'a', '浦', '😀', '\0', '<', '&', '_x0041_', ']]>') }),
)
const full = fc.array(fc.array(cell, { minLength: 1, maxLength: 6 }), { maxLength: 8 }).map(rows => rows.filter(cells => cells.some(one => one.trim() !== '')))

/** Tables of few columns, whose header decides for commas. */
function written(rows: readonly (readonly string[])[]): string {
  return [['id', 'org', 'model', 'name', 'group', 'tags'], ...rows].map(csvLine).join('')
}

/** What reading a hostile text comes to: rows, or the one kind of error. */
function outcome(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'IMPORT_INVALID') return error.message
    throw error
  }
}

describe('CSV', () => {
  test('what is written is read again, cell by cell', () => {
    fc.assert(
      fc.property(full, rows => {
        const [, ...read] = [...csvRows(written(rows))].map(({ cells }) => cells.map(withoutApostrophe))
        expect(read).toEqual(rows)
      }),
    )
  })

  test('no cell that is written begins a formula', () => {
    fc.assert(
      fc.property(cell, text => {
        const [, row] = csvRows(written([['x', text]]))
        const there = row?.cells[1] ?? ''
        if (!/^-?[0-9.]+$/.test(text)) expect(there).not.toMatch(/^[=+\-@\t\r]/)
      }),
    )
  })

  test('any text at all gives rows or one clear error, and every line number is a line of it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          cell,
          fc.array(cell).map(parts => parts.join('","')),
        ),
        text => {
          const lines = text.split(/\r\n|\n|\r/).length
          const rows = outcome(() => [...csvRows(text)])
          if (Array.isArray(rows)) for (const row of rows) expect(row.line).toBeLessThanOrEqual(lines)
        },
      ),
    )
  })

  test.each([
    ['commas', 'id,org\nbus-1,o\n'],
    ['semicolons', 'id;org\r\nbus-1;o'],
    ['tabs', 'id\torg\rbus-1\to\r'],
    ['quotes and lines without text', '"id","org"\n\n , \n"bus-1","o"\n\n'],
  ])('separated by %s', (_, text) => {
    expect([...csvRows(text)].map(({ cells }) => cells)).toEqual([
      ['id', 'org'],
      ['bus-1', 'o'],
    ])
  })

  test('lines are counted as an editor counts them, through cells of several lines', () => {
    expect([...csvRows('id,name\r\na,"one\ntwo\r\nthree"\r\n\r\nb,x\r\n')].map(({ line }) => line)).toEqual([1, 2, 6])
    expect(outcome(() => [...csvRows('id,name\na,"open\n\n')])).toMatch(/^line 2: a quote \("\) opens a cell here/)
    expect(outcome(() => [...csvRows('id,name\na,"x" y\n')])).toMatch(/^line 2: text stands behind a closing quote/)
  })

  test('is read as UTF-8, UTF-16 and GB 18030', () => {
    const text = 'id,name\n1,浦东17路'
    expect(textOf(Buffer.from(`\ufeff${text}`))).toBe(text)
    expect(textOf(Buffer.from(`\ufeff${text}`, 'utf16le'))).toBe(text)
    // 浦东17路 in GB 18030, as its code table has it.
    expect(textOf(Buffer.concat([Buffer.from('id,name\n1,'), Buffer.from('c6d6b6ab3137c2b7', 'hex')]))).toBe(text)
    expect(outcome(() => textOf(Buffer.from('ff80ff', 'hex')))).toMatch(/neither UTF-8, UTF-16 nor GB 18030/)
  })
})

describe('XLSX', () => {
  const sheet = 'xl/worksheets/sheet1.xml'

  test('what is written is read again, cell by cell', () => {
    fc.assert(
      fc.property(full, rows => {
        const read = xlsxRows(xlsxOf(rows, 'devices')).map(({ cells }) => cells)
        // Empty cells at the end of a row are not written.
        expect(read).toEqual(rows.map(cells => cells.slice(0, cells.findLastIndex(one => one !== '') + 1)))
      }),
      { numRuns: 50 },
    )
  })

  test('what other programs write: shared texts, numbers, formulas by their last value, gaps, prefixes', () => {
    const archive = zipOf(
      new Map([
        ['xl/workbook.xml', '<x:workbook><x:sheets><x:sheet name="A" r:id="rId7"/><x:sheet name="B" r:id="rId1"/></x:sheets></x:workbook>'],
        [
          'xl/_rels/workbook.xml.rels',
          '<Relationships><Relationship Id="rId1" Target="other.xml"/><Relationship Target="/xl/first.xml" Id="rId7"/></Relationships>',
        ],
        [
          'xl/sharedStrings.xml',
          '<sst><si><r><t>浦</t></r><r><t>东</t></r><rPh><t>pu</t></rPh></si><si><t xml:space="preserve">&lt;b&gt; &#x1F600;</t></si></sst>',
        ],
        [
          'xl/first.xml',
          '<x:worksheet><x:row r="3"><x:c r="A3" t="s"><x:v>0</x:v></x:c><x:c r="C3" t="s"><x:v>1</x:v></x:c><x:c t="b"><x:v>1</x:v></x:c><x:c r="E3"><x:f>1+1</x:f><x:v>2.5</x:v></x:c></x:row></x:worksheet>',
        ],
      ]),
    )
    expect(xlsxRows(archive)).toEqual([{ line: 3, cells: ['浦东', '', '<b> 😀', 'yes', '2.5'] }])
  })

  test('one that unpacks to more than any list of devices is refused before it takes the memory', () => {
    const bomb = zipOf(new Map([[sheet, '<row>'.padEnd(300 * 2 ** 20, ' ')]]))
    expect(bomb.length).toBeLessThan(1_000_000)
    expect(outcome(() => xlsxRows(bomb))).toMatch(/unpacks to more than 256 MiB/)
  })

  test('one with a billion entities is read without expanding any', () => {
    const laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet><row r="1"><c t="str"><v>&b;</v></c></row></worksheet>'
    expect(outcome(() => xlsxRows(zipOf(new Map([[sheet, laughs]]))))).toBeDefined()
  })

  test('a cell in the last column and row of a sheet takes no memory', () => {
    const far = '<worksheet><row r="1048576"><c r="A1048576"><v>1</v></c><c r="XFD1048576"><v>2</v></c></row></worksheet>'
    expect(xlsxRows(zipOf(new Map([[sheet, far]])))).toEqual([{ line: 1_048_576, cells: ['1'] }])
  })

  test('tags and comments that never end are refused at once, however many there are', () => {
    for (const part of ['<a "', '<!--', '<![CDATA[', '<a b=']) {
      expect(outcome(() => xlsxRows(zipOf(new Map([[sheet, part.repeat(1_000_000)]]))))).toMatch(/XML in it is broken/)
    }
  })

  test('a file that was cut anywhere, or has any byte changed, gives rows or one clear error', () => {
    const sound = xlsxOf(
      [
        ['id', 'org'],
        ['bus-1', 'pudong-bus'],
      ],
      'devices',
    )
    for (let at = 0; at < sound.length; at++) {
      outcome(() => xlsxRows(sound.subarray(0, at)))
      const changed = Buffer.from(sound)
      changed[at] = (changed[at] ?? 0) ^ 0xff
      outcome(() => xlsxRows(changed))
    }
    expect(outcome(() => xlsxRows(Buffer.from('PK\x03\x04 but nothing else')))).toMatch(/no sound \.xlsx file/)
  })
})
