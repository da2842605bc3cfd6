import { describe, expect, test, vi } from 'vitest'
import { kinds } from '../../../devices/kinds/index.ts'
import { compileModbus } from '../../../devices/protocols/modbus/decode.ts'
import type { Exchange } from '../../../devices/protocols/modbus/exchanges.ts'
import { type ReadBlock, readRequest, readResponse } from '../../../devices/protocols/modbus/frame.ts'
import type { PlacedNumber } from '../../../devices/protocols/modbus/part-reader.ts'
import { PayloadNumbers } from '../../../devices/protocols/modbus/payload.ts'
import { planPolls } from '../../../devices/protocols/modbus/plan.ts'
import type { Model } from '../../../gateway/model/device.ts'
import type { Kind } from '../../../gateway/model/kind.ts'

const byId = new Map(kinds.map(kind => [kind.id, kind]))

function decoding(mapping: object, kindId = 'electricity-meter') {
  const model = modelOf(mapping, kindId)
  const decoder = compileModbus(model, byId.get(kindId) as Kind)
  return (...exchanges: readonly (readonly [ReadBlock, readonly number[]])[]) =>
    decoder.decode(Buffer.concat(exchanges.flatMap(([block, words]) => [readRequest(1, block), readResponse(1, block.functionCode, dataOf(block, words))])), {
      receivedAt: 0,
    })
}

function modelOf(mapping: object, kind = 'electricity-meter'): Model {
  return { id: 't', maker: 't', title: { en: 't', zh: 't' }, kind, protocol: 'modbus', source: 't', verified: 't', mapping }
}

function dataOf({ functionCode }: ReadBlock, words: readonly number[]): Uint8Array {
  return Uint8Array.from(functionCode <= 2 ? words : words.flatMap(word => [word >> 8, word & 255]))
}

const holding = (address: number, count: number): ReadBlock => ({ functionCode: 3, address, count })

describe('a value that other registers multiply', () => {
  const ratios = {
    times: [
      { address: 20, type: 'u16' },
      { address: 21, type: 'u16', scale: 0.1 },
    ],
  }
  const map = { read: { function: 3 }, points: [{ field: 'importEnergy', address: 0, type: 'u32', scale: 0.01, ...ratios }] }

  test('is multiplied by what the same payload says, in the same block or in another', () => {
    const decode = decoding(map)
    expect(decode([holding(0, 2), [0, 12_345]], [holding(20, 2), [40, 150]])).toEqual({ ok: true, readings: [{ values: { importEnergy: 74_070 } }] })
    expect(decode([holding(20, 2), [40, 150]], [holding(0, 2), [0, 12_345]])).toMatchObject({ readings: [{ values: { importEnergy: 74_070 } }] })
    expect(decode([holding(0, 22), [0, 100, ...Array.from({ length: 18 }, () => 0), 1, 10]])).toMatchObject({ readings: [{ values: { importEnergy: 1 } }] })
  })

  test('is left out when they were not read: a number that is wrong by a ratio is worse than none', () => {
    expect(decoding(map)([holding(0, 2), [0, 12_345]])).toMatchObject({ ok: false, reason: 'NO_VALUES' })
    expect(decoding(map)([holding(0, 2), [0, 12_345]], [holding(20, 1), [40]])).toMatchObject({ ok: false, reason: 'NO_VALUES' })
  })

  test('may be given a power of ten, and then stays the decimal it is', () => {
    const point = { field: 'voltageL1', address: 0, type: 'u16', times: [{ address: 1, type: 's16', exponent: true }] }
    const decode = decoding({ read: { function: 3 }, points: [point] })
    expect(decode([holding(0, 2), [2302, 0xffff]])).toEqual({ ok: true, readings: [{ values: { voltageL1: 230.2 } }] })
    expect(decode([holding(0, 2), [23, 1]])).toMatchObject({ readings: [{ values: { voltageL1: 230 } }] })
    expect(decode([holding(0, 2), [23, 0x7fff]])).toMatchObject({ ok: false, reason: 'NO_VALUES' })
  })

  test('is planned with them: in one read where they fit, else as reads of the same payload', () => {
    expect(planPolls(modelOf({ ...map, read: { function: 3, largestGap: 18 } }))).toEqual([{ ...holding(0, 22), everyMs: 60_000 }])
    expect(planPolls(modelOf(map))).toEqual([{ ...holding(0, 2), everyMs: 60_000, with: [holding(20, 2)] }])
  })

  test.each([
    [{ field: 'voltageL1', address: 0, type: 'u16', offset: 2, ...ratios }, /points\[0\]\.times: expected no offset/],
    [{ field: 'voltageL1', address: 0, type: 'u16', values: { 1: 230 }, ...ratios }, /points\[0\]\.times: expected a number/],
    [{ field: 'voltageL1', address: 0, type: 'u16', times: [{ address: 1, type: 'string' }] }, /points\[0\]\.times: expected registers that hold a number/],
  ])('is refused where it makes no sense: %j', (point, expected) => {
    expect(() => planPolls(modelOf({ read: { function: 3 }, points: [point] }))).toThrow(expected)
  })
})

describe('what the device says of its own values', () => {
  const points = [
    { field: 'flow', address: 0, type: 'u16' },
    { field: 'pressure', address: 1, type: 'u16', scale: 0.01 },
  ]
  const map = (...quality: readonly object[]) => ({ read: { function: 3 }, points, quality })

  test('a condition without a word leaves the values out', () => {
    const decode = decoding(map({ address: 2, type: 'bit', bit: 3, is: [1], fields: ['flow'] }), 'water-meter')
    expect(decode([holding(0, 3), [7, 25, 0b1000]])).toEqual({ ok: true, readings: [{ values: { pressure: 0.25 } }] })
    expect(decode([holding(0, 3), [7, 25, 0b0111]])).toEqual({ ok: true, readings: [{ values: { flow: 7, pressure: 0.25 } }] })
  })

  test('one with a word keeps them and says it; the first word counts, leaving out counts more', () => {
    const fault = { address: 2, type: 'u16', isNot: [0], word: 'fault' }
    const decode = decoding(
      map(fault, { address: 2, type: 'u16', is: ['0x2'], word: 'maintenance' }, { address: 2, type: 'u16', is: [9], fields: ['flow'] }),
      'water-meter',
    )
    expect(decode([holding(0, 3), [7, 25, 0]])).toEqual({ ok: true, readings: [{ values: { flow: 7, pressure: 0.25 } }] })
    expect(decode([holding(0, 3), [7, 25, 2]])).toEqual({
      ok: true,
      readings: [{ values: { flow: 7, pressure: 0.25 }, quality: { flow: 'fault', pressure: 'fault' } }],
    })
    expect(decode([holding(0, 3), [7, 25, 9]])).toEqual({ ok: true, readings: [{ values: { pressure: 0.25 }, quality: { pressure: 'fault' } }] })
  })

  test('its register may lie in another table; not read, it says nothing', () => {
    const decode = decoding(map({ address: 5, type: 'bit', function: 2, is: [1] }), 'water-meter')
    const inputs: ReadBlock = { functionCode: 2, address: 0, count: 8 }
    expect(decode([holding(0, 2), [7, 25]], [inputs, [0b0010_0000]])).toMatchObject({ ok: false, reason: 'NO_VALUES' })
    expect(decode([holding(0, 2), [7, 25]], [inputs, [0b1101_1111]])).toMatchObject({ readings: [{ values: { flow: 7 } }] })
    expect(decode([holding(0, 2), [7, 25]])).toMatchObject({ readings: [{ values: { flow: 7 } }] })
    expect(planPolls(modelOf(map({ address: 5, type: 'bit', function: 2, is: [1] }), 'water-meter'))).toEqual([
      { ...holding(0, 2), everyMs: 60_000, with: [{ functionCode: 2, address: 5, count: 1 }] },
    ])
  })

  test.each([
    [{ address: 2, type: 'u16' }, /quality\[0\]\.is: expected either "is" or "isNot"/],
    [{ address: 2, type: 'u16', is: [1], isNot: [2] }, /quality\[0\]\.is: expected either/],
    [{ address: 2, type: 'u16', is: [1], fields: ['speed'] }, /quality\[0\]\.fields: no point has the field "speed"; there are flow, pressure/],
    [{ address: 2, type: 'bit', is: [2] }, /quality\[0\]\.is: expected 0 or 1/],
    [{ address: 2, type: 'u16', is: [1], word: 'Broken!' }, /quality\[0\]\.word: expected a word/],
  ])('a condition that says nothing is refused: %j', (condition, expected) => {
    expect(() => planPolls(modelOf(map(condition), 'water-meter'))).toThrow(expected)
  })
})

test('a payload of thousands of exchanges is looked through once for each place, not for each exchange', () => {
  const none: Exchange = { unit: 1, block: holding(0, 1), data: new DataView(new ArrayBuffer(2)) }
  const exchanges = Array.from({ length: 4000 }, () => none)
  const find = vi.spyOn(exchanges, 'find')
  const numbers = new PayloadNumbers(exchanges)
  const place: PlacedNumber = { functionCode: 3, from: 50, to: 51, scaled: undefined, read: () => 7 }
  for (const own of exchanges) expect(numbers.look(place, own)).toBeUndefined()
  expect(find).toHaveBeenCalledTimes(1)
  expect(numbers.look(place, { ...none, block: holding(48, 4) })).toBe(7)
})

describe('values that are no plain number', () => {
  test('several bits of a register are a number or a meaning', () => {
    const points = [
      { field: 'satellites', address: 0, type: 'bits', bit: 4, width: 5 },
      { field: 'route', address: 0, type: 'bits', bit: 0, width: 2, values: { 0: 'idle', 1: 'red', 2: 'blue' } },
      { field: 'trip', address: 1, type: 'string', length: 3 },
    ]
    const decode = decoding({ read: { function: 3 }, points }, 'bus')
    expect(decode([holding(0, 4), [0b1_0111_0010, 0x5331, 0x3200, 0]])).toEqual({
      ok: true,
      readings: [{ values: { satellites: 23, route: 'blue', trip: 'S12' } }],
    })
    expect(decode([holding(0, 4), [0b0000_0011, 0xff31, 0x3200, 0]])).toEqual({ ok: true, readings: [{ values: { satellites: 0 } }] })
    expect(() => planPolls(modelOf({ read: { function: 3 }, points: [{ field: 'flow', address: 0, type: 'bits', bit: 12, width: 5 }] }))).toThrow(
      /points\[0\]\.width: expected bits within one register/,
    )
  })

  test('twelve digits are three registers', () => {
    const decode = decoding({ read: { function: 3 }, points: [{ field: 'importEnergy', address: 0, type: 'bcd48', scale: 0.0001 }] })
    expect(decode([holding(0, 3), [0x1228, 0x5686, 0x4222]])).toEqual({ ok: true, readings: [{ values: { importEnergy: 12_285_686.4222 } }] })
    expect(decode([holding(0, 3), [0x1228, 0x5a86, 0x4222]])).toMatchObject({ ok: false, reason: 'NO_VALUES' })
  })
})

test('no read touches an unreadable range, and groups name periods', () => {
  const points = [0, 4, 9, 20].map(address => ({ field: 'voltageL1', address, type: 'u16', every: address === 20 ? 'energy' : '5s' }))
  const map = { read: { function: 3, largestGap: 30, unreadable: [[6, '0x0007']], groups: { energy: '15m' } }, points }
  expect(planPolls(modelOf(map))).toEqual([
    { ...holding(0, 5), everyMs: 5000 },
    { ...holding(9, 1), everyMs: 5000 },
    { ...holding(20, 1), everyMs: 900_000 },
  ])
  expect(() => planPolls(modelOf({ ...map, points: [{ field: 'voltageL1', address: 7, type: 'u16' }] }))).toThrow(
    /points\[0\]\.address: expected an address outside/,
  )
  expect(() => planPolls(modelOf({ ...map, points: [{ field: 'voltageL1', address: 8, type: 'u16', every: 'enrgy' }] }))).toThrow(
    /points\[0\]\.every: expected a period .* or a group: energy/,
  )
  expect(() => planPolls(modelOf({ ...map, read: { function: 3, unreadable: [[9, 2]] } }))).toThrow(/read\.unreadable\[0\]: expected the first address/)
})
