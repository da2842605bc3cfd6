import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findExchanges } from '../../../devices/protocols/modbus/exchanges.ts'
import { crc16, dataBytes, exceptionResponse, type ReadBlock, readRequest, readResponse } from '../../../devices/protocols/modbus/frame.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('bytes', () => {
  test('are those of captured frames', () => {
    expect(hex(readRequest(1, { functionCode: 4, address: 0, count: 2 }))).toBe('01040000000271cb')
    expect(hex(readRequest(1, { functionCode: 1, address: 0, count: 4 }))).toBe('0101000000043dc9')
    expect(hex(readRequest(1, { functionCode: 3, address: 0, count: 10 }))).toBe('01030000000ac5cd')
    expect(hex(readResponse(1, 4, Buffer.from('43663334', 'hex')))).toBe('010404436633341b38')
    expect(hex(exceptionResponse(10, 1, 2))).toBe('0a8102b053')
  })

  test("the CRC of the standard's check text is 4B37", () => {
    // CRC-16/MODBUS of "123456789" in the catalogue of parametrised CRC algorithms.
    expect(crc16(new TextEncoder().encode('123456789'))).toBe(0x4b37)
  })

  test.each([
    [256, { functionCode: 3, address: 0, count: 1 }],
    [1, { functionCode: 3, address: 0, count: 126 }],
    [1, { functionCode: 1, address: 0, count: 2001 }],
    [1, { functionCode: 3, address: 0, count: 0 }],
    [1, { functionCode: 3, address: 65_535, count: 2 }],
    [1, { functionCode: 3, address: 1.5, count: 2 }],
  ] as const)('a request the standard does not allow is not made: unit %d, %j', (unit, block) => {
    expect(() => readRequest(unit, block)).toThrow(RangeError)
  })
})

const block: fc.Arbitrary<ReadBlock> = fc.oneof(
  fc.record({ functionCode: fc.constantFrom(1 as const, 2 as const), address: fc.nat(60_000), count: fc.integer({ min: 1, max: 2000 }) }),
  fc.record({ functionCode: fc.constantFrom(3 as const, 4 as const), address: fc.nat(60_000), count: fc.integer({ min: 1, max: 125 }) }),
)
const exchange = fc.tuple(fc.integer({ min: 0, max: 255 }), block).chain(([unit, read]) => {
  const bytes = dataBytes(read)
  return fc.oneof(
    fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(data => ({ unit, block: read, data, exception: undefined })),
    fc.integer({ min: 1, max: 255 }).map(exception => ({ unit, block: read, data: undefined, exception })),
  )
})

describe('findExchanges', () => {
  test('finds what was written, however many', () => {
    fc.assert(
      fc.property(fc.array(exchange, { minLength: 1, maxLength: 6 }), written => {
        const payload = Buffer.concat(
          written.flatMap(({ unit, block: read, data, exception }) => [
            readRequest(unit, read),
            data ? readResponse(unit, read.functionCode, data) : exceptionResponse(unit, read.functionCode, exception ?? 0),
          ]),
        )
        const found = findExchanges(payload)
        if (!('exchanges' in found)) throw new Error(JSON.stringify(found))
        expect(
          found.exchanges.map(({ data, ...rest }) => ({ ...rest, hex: data && hex(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) })),
        ).toEqual(
          written.map(({ unit, block: read, data, exception }) => ({
            unit,
            block: read,
            ...(exception !== undefined && { exception }),
            hex: data && hex(data),
          })),
        )
      }),
    )
  })

  test('notices every changed bit', () => {
    fc.assert(
      fc.property(exchange, fc.nat(), fc.nat(7), ({ unit, block: read, data }, place, bit) => {
        fc.pre(data !== undefined)
        const payload = Buffer.concat([readRequest(unit, read), readResponse(unit, read.functionCode, data ?? new Uint8Array())])
        const index = place % payload.length
        payload[index] = (payload[index] ?? 0) ^ (1 << bit)
        expect(findExchanges(payload)).toHaveProperty('refusal')
      }),
      { numRuns: 500 },
    )
  })

  test('an answer of three bytes of coils is not taken for a request', () => {
    const alone = readResponse(1, 1, Uint8Array.of(0xcd, 0x6b, 0x05))
    expect(alone).toHaveLength(8)
    expect(findExchanges(alone)).toMatchObject({ answer: { functionCode: 1 } })
  })
})
