import { describe, expect, it } from 'vitest'
import { exceptionResponse, readRequest, readResponse } from '../../../devices/protocols/modbus/frame.ts'
import { overhear } from '../../../devices/protocols/modbus/overheard.ts'

function exchange(unit: number, count = 2): Buffer {
  return Buffer.concat([readRequest(unit, { functionCode: 3, address: 0x10, count }), readResponse(unit, 3, new Uint8Array(2 * count).fill(unit))])
}

describe('exchanges on a line that someone else asks', () => {
  it('are told apart by unit; those of one unit that follow one another are one', () => {
    const heard = Buffer.concat([exchange(1), exchange(1, 4), exchange(2), exchange(1)])
    const parts = overhear(heard).found.map(({ unit, from, to }) => ({ unit, bytes: heard.subarray(from, to).toString('hex') }))
    expect(parts).toEqual([
      { unit: 1, bytes: Buffer.concat([exchange(1), exchange(1, 4)]).toString('hex') },
      { unit: 2, bytes: exchange(2).toString('hex') },
      { unit: 1, bytes: exchange(1).toString('hex') },
    ])
  })

  it('count when the unit refuses, and nothing else does: junk, an answer alone, a request that another unit answers', () => {
    const refused = Buffer.concat([readRequest(5, { functionCode: 4, address: 0, count: 1 }), exceptionResponse(5, 4, 2)])
    const alone = readResponse(7, 3, Uint8Array.of(0, 1))
    const crossed = Buffer.concat([readRequest(8, { functionCode: 3, address: 0, count: 1 }), readResponse(9, 3, Uint8Array.of(0, 1))])
    const heard = Buffer.concat([Buffer.from('ping'), refused, alone, crossed, exchange(3)])
    expect(overhear(heard).found.map(({ unit }) => unit)).toEqual([5, 3])
  })

  it('that are torn anywhere wait for their rest', () => {
    const whole = Buffer.concat([exchange(1), exchange(2)])
    for (let cut = 1; cut < whole.length; cut++) {
      const first = overhear(whole.subarray(0, cut))
      const rest = Buffer.concat([whole.subarray(0, cut).subarray(first.open), whole.subarray(cut)])
      expect(
        [...first.found, ...overhear(rest).found].map(({ unit }) => unit),
        `cut at ${cut}`,
      ).toEqual([1, 2])
    }
  })
})
