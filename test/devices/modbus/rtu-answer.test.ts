import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  crcHolds,
  dataBytes,
  exceptionResponse,
  type ReadBlock,
  readRequest,
  readResponse,
  sealed,
  writeCoilRequest,
  writeRegistersRequest,
} from '../../../devices/protocols/modbus/frame.ts'
import { findRtuAnswer } from '../../../devices/protocols/modbus/rtu-answer.ts'

const unit = fc.integer({ min: 1, max: 247 })
const block: fc.Arbitrary<ReadBlock> = fc.record({
  functionCode: fc.constantFrom(1, 2, 3, 4),
  address: fc.integer({ min: 0, max: 60_000 }),
  count: fc.integer({ min: 1, max: 125 }),
})
const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength })
const exchange = fc.tuple(unit, block).chain(([asked, read]) =>
  fc.tuple(
    fc.constant(asked),
    fc.constant(readRequest(asked, read)),
    fc.uint8Array({ minLength: dataBytes(read), maxLength: dataBytes(read) }).map(data => readResponse(asked, read.functionCode, data)),
  ),
)

describe('the answer to an RTU request', () => {
  it('is found behind any junk, and before it is whole nothing is', () => {
    fc.assert(
      fc.property(exchange, bytes(40), bytes(20), ([asked, request, answer], junk, tail) => {
        // Junk that by chance ends in the beginning of a frame with a right check sum is not junk.
        fc.pre(!junk.includes(asked))
        for (let cut = 0; cut < answer.length; cut += 7)
          expect(findRtuAnswer(request, Buffer.concat([junk, answer.subarray(0, cut)]))).toEqual({ state: 'waiting' })
        const found = findRtuAnswer(request, Buffer.concat([junk, answer, tail]))
        expect(found).toEqual({ state: 'answered', from: junk.length, to: junk.length + answer.length })
      }),
    )
  })

  it('is never the frame of another unit, another function, another length, or one with a flipped bit', () => {
    fc.assert(
      fc.property(exchange, unit, fc.integer({ min: 1, max: 4 }), fc.nat(), ([asked, request, answer], other, functionCode, flip) => {
        const inner = answer.subarray(1, -2)
        if (other !== asked) expect(findRtuAnswer(request, sealed([other, ...inner]))).toEqual({ state: 'waiting' })
        if (functionCode !== answer[1]) expect(findRtuAnswer(request, sealed([asked, functionCode, ...inner.subarray(1)]))).toEqual({ state: 'waiting' })
        expect(findRtuAnswer(request, readResponse(asked, request[1] ?? 0, answer.subarray(3, -2).subarray(1)))).toEqual({ state: 'waiting' })
        const flipped = Uint8Array.from(answer)
        const bit = flip % (8 * answer.length)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(findRtuAnswer(request, flipped)).toEqual({ state: 'waiting' })
      }),
    )
  })

  it('is not the request heard again, as on adapters that echo, for any read', () => {
    fc.assert(
      fc.property(exchange, ([, request, answer]) => {
        // 17 to 24 bits from an address 0x03xx: the request has the very form of its answer, and nobody can tell them apart.
        fc.pre(request.length !== answer.length || request[2] !== answer[2])
        expect(findRtuAnswer(request, request)).toEqual({ state: 'waiting' })
        expect(findRtuAnswer(request, Buffer.concat([request, answer]))).toEqual({
          state: 'answered',
          from: request.length,
          to: request.length + answer.length,
        })
      }),
    )
  })

  it('whatever is found among any bytes at all is a frame of the unit with a right check sum', () => {
    fc.assert(
      fc.property(exchange, bytes(600), ([asked, request], noise) => {
        const found = findRtuAnswer(request, noise)
        if (found.state === 'waiting') return
        expect(noise[found.from]).toBe(asked)
        expect(crcHolds(noise, found.from, found.to)).toBe(true)
      }),
    )
  })

  it.each([1, 2, 3, 4, 5, 6, 8, 10, 11])('exception %i is a refusal, and 10 and 11 say that a gateway can not reach the unit', exception => {
    const request = readRequest(9, { functionCode: 4, address: 0, count: 2 })
    const found = findRtuAnswer(request, Buffer.concat([Uint8Array.of(0, 9, 4), exceptionResponse(9, 4, exception)]))
    expect(found).toMatchObject({ state: 'answered', from: 3, to: 8, refused: expect.stringContaining(`exception ${exception} (`) })
    expect('unreachable' in found).toBe(exception >= 10)
  })

  it.each([
    ['a coil', writeCoilRequest(9, 5, 3, true), sealed([9, 5, 0, 3, 0xff, 0])],
    ['a register', writeRegistersRequest(9, 6, 3, [77]), sealed([9, 6, 0, 3, 0, 77])],
    ['a group of coils', writeCoilRequest(9, 15, 3, true), sealed([9, 15, 0, 3, 0, 1])],
    ['registers', writeRegistersRequest(9, 16, 3, [1, 2]), sealed([9, 16, 0, 3, 0, 2])],
  ])('of a write of %s says what was written where', (_, request, answer) => {
    expect(findRtuAnswer(request, answer)).toEqual({ state: 'answered', from: 0, to: 8 })
    const elsewhere = sealed([...answer.subarray(0, 3), 4, ...answer.subarray(4, 6)])
    expect(findRtuAnswer(request, elsewhere)).toEqual({ state: 'waiting' })
  })
})
