import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DerElement, derElements, derOid, derTag, derTime } from '../../gateway/transport/der.ts'
import { tlv } from './der-writer.ts'

/** What it answers, or that it refused with the one error it may. Anything else fails the test. */
function read<T>(reader: () => T): T | undefined {
  try {
    return reader()
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError)
    return undefined
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

const tag = fc.integer({ min: 0, max: 255 }).filter(value => (value & 0x1f) !== 0x1f)

describe('elements', () => {
  test('whatever the bytes are: refused, or taken apart without a byte left over', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300, size: 'max' }), bytes => {
        const elements = read(() => derElements(Buffer.from(bytes)))
        if (elements === undefined) return
        expect(hex(Buffer.concat(elements.map(({ whole }) => whole)))).toBe(hex(bytes))
        for (const { tag: first, content, whole } of elements) {
          expect(whole[0]).toBe(first)
          expect(hex(whole.subarray(whole.length - content.length))).toBe(hex(content))
        }
      }),
    )
  })

  test('what was written is read, however its length is told', () => {
    const element = fc.record({ tag, content: fc.uint8Array({ maxLength: 400, size: 'max' }), lengthBytes: fc.constantFrom(undefined, 2, 3, 4) })
    fc.assert(
      fc.property(fc.array(element, { maxLength: 8 }), wanted => {
        const bytes = Buffer.concat(wanted.map(one => tlv(one.tag, [Buffer.from(one.content)], one.lengthBytes)))
        expect(derElements(bytes).map(one => `${one.tag} ${hex(one.content)}`)).toEqual(wanted.map(one => `${one.tag} ${hex(one.content)}`))
      }),
    )
  })

  test.each([
    ['a length that is not told (BER)', '30800000'],
    ['a length of 4 GiB', '3084ffffffff00'],
    ['a length in five bytes', '30850000000001ff'],
    ['a length in 127 bytes', `30ff${'01'.repeat(127)}`],
    ['one byte too few', '300401020304'.slice(0, -2)],
    ['a length that is cut', '3082'],
    ['a tag alone', '30'],
    ['a tag in more than one byte', '1f8101'],
  ])('refused: %s', (_, hex) => {
    expect(() => derElements(Buffer.from(hex, 'hex'))).toThrow(RangeError)
  })

  test('twenty thousand sequences one in the other cost one look at the outermost', () => {
    const heads: Buffer[] = []
    for (let depth = 0, length = 0; depth < 20_000; depth++) {
      const head = tlv(derTag.sequence, [], 4)
      head.writeUInt32BE(length, 2)
      heads.push(head)
      length += head.length
    }
    expect(derElements(Buffer.concat(heads.reverse()))).toHaveLength(1)
  })
})

describe('object identifiers', () => {
  test.each([
    ['2b6570', '1.3.101.112'],
    ['2a864886f70d01010b', '1.2.840.113549.1.1.11'],
    ['883703', '2.999.3'],
  ])('%s is %s', (hex, expected) => {
    expect(derOid(Buffer.from(hex, 'hex'))).toBe(expected)
  })

  test('numbers without end are refused, and any bytes are read or refused', () => {
    expect(() => derOid(Buffer.alloc(1_000_000, 0xff))).toThrow('too long')
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60, size: 'max' }), bytes => /^\d+(\.\d+)+$/.test(read(() => derOid(Buffer.from(bytes))) ?? '0.0')))
  })
})

describe('times', () => {
  const time = (kind: number, text: string): DerElement => ({ tag: kind, content: Buffer.from(text, 'latin1'), whole: Buffer.alloc(0) })

  test('what was written is read: two digits of the year up to 2049, four beyond', () => {
    const moment = fc.date({ min: new Date('1950-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
    fc.assert(
      fc.property(moment, date => {
        const digits = date.toISOString().replace(/[-:T]|\..*$/g, '')
        const seconds = Math.floor(date.getTime() / 1_000) * 1_000
        expect(derTime(time(derTag.generalizedTime, `${digits}Z`))).toBe(seconds)
        if (date.getUTCFullYear() < 2050) expect(derTime(time(derTag.utcTime, `${digits.slice(2)}Z`))).toBe(seconds)
      }),
    )
  })

  test.each(['', '261301000000Z', '2601010000Z', '260101000000', '260101000000+0800', '2601010000000Z', '99999999999999Z', 'T'.repeat(100_000)])(
    'no time: %s',
    text => {
      for (const kind of [derTag.utcTime, derTag.generalizedTime]) expect(() => derTime(time(kind, text))).toThrow(RangeError)
    },
  )
})
