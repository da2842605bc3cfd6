import { describe, expect, test } from 'vitest'
import { kinds } from '../../../devices/kinds/index.ts'
import { pathText } from '../../../devices/protocols/mapping-error.ts'
import { reviewModbus } from '../../../devices/protocols/modbus/review.ts'
import { modbusRows } from '../../../devices/protocols/modbus/rows.ts'
import type { Model } from '../../../gateway/model/device.ts'

function modelOf(mapping: object, kind: string): Model {
  return { id: 't', maker: 't', title: { en: 't', zh: 't' }, kind, protocol: 'modbus', source: 't', verified: 't', mapping }
}

function review(points: readonly object[], read: object = {}, kind = 'electricity-meter'): string[] {
  const found = kinds.find(each => each.id === kind)
  if (!found) throw new Error(`no kind ${kind}`)
  return reviewModbus(modelOf({ read: { function: 3, ...read }, points }, kind), found).map(({ path, message }) => `${pathText(path)}: ${message}`)
}

describe('a map that says what it hardly means is told so', () => {
  test.each([
    [
      'values in the same registers',
      [
        { field: 'voltageL1', address: 0, type: 'u32', scale: 0.1 },
        { field: 'voltageL2', address: 1, type: 'u16' },
      ],
      /points\[1\]\.address: overlaps points\[0\] \(voltageL1\) in register 1/,
    ],
    [
      'a field twice',
      [
        { field: 'voltageL1', address: 0, type: 'u16' },
        { field: 'voltageL1', address: 1, type: 'u16' },
      ],
      /points\[1\]\.field: points\[0\] has the field "voltageL1" already/,
    ],
    [
      'a pair that begins one off',
      [0, 2, 4, 6, 9].map((address, index) => ({ field: ['voltageL1', 'voltageL2', 'voltageL3', 'currentL1', 'currentL2'][index], address, type: 'f32' })),
      /points\[4\]\.address: begins at 9, .* even addresses: is it one off\?/,
    ],
    [
      'a number that can not be in the range',
      [{ field: 'frequency', address: 0, type: 'u16', scale: 0.0001 }],
      /points\[0\]\.type: holds 0 to 6\.55\d* Hz, and the kind expects 45 to 65: is the scale right\?/,
    ],
    [
      'steps as wide as the range',
      [{ field: 'powerFactor', address: 0, type: 's16' }],
      /points\[0\]\.type: has steps of 1 , and the kind expects -1 to 1: is the scale right\?/,
    ],
  ])('%s', (_, points, expected) => {
    expect(review(points).join('\n')).toMatch(expected)
  })

  test('a temperature that can not fall below zero', () => {
    expect(review([{ field: 'temperature', address: 0, type: 'u16', scale: 0.1 }], {}, 'water-meter')).toEqual([
      'points[0].type: cannot be negative, and the kind expects from -20 °C on: is it signed?',
    ])
  })

  test('odd addresses of a device that reads pairs only', () => {
    expect(review([{ field: 'voltageL1', address: 3, type: 'f32' }], { evenCounts: true }).join()).toMatch(/begins at the odd address 3/)
  })

  test('a device that is stale between two reads', () => {
    expect(review([{ field: 'voltageL1', address: 0, type: 'u16' }], { every: '1h' })).toEqual([
      'read.every: nothing is read more often than every 3600 s, and a device of kind electricity-meter is stale after 300 s',
    ])
  })

  test('requests that come on top', () => {
    expect(review([{ field: 'currentL1', address: 0, type: 'u16', times: [{ address: 300, type: 'u16' }] }])).toEqual([
      'points[0].times: registers 300 are read beside it each time, as they do not fit into the same request (largestBlock, largestGap)',
    ])
  })
})

test('bits and halves may share a register', () => {
  const points = [
    { field: 'doorOpen', address: 0, type: 'bit', bit: 3 },
    { field: 'satellites', address: 0, type: 'bits', bit: 8, width: 6 },
    { field: 'speed', address: 1, type: 'u8low' },
    { field: 'occupancy', address: 1, type: 'u8high' },
  ]
  expect(review(points, { every: '10s' }, 'bus')).toEqual([])
})

test('a map as rows', () => {
  const points = [
    { field: 'voltageL1', address: 1, type: 'u16', scale: 0.1, invalid: ['0xFFFF'] },
    { field: 'importEnergy', address: 3, type: 'u32', times: [{ address: 9, type: 's16', exponent: true }], plus: [{ address: 5, type: 'u16' }] },
  ]
  expect(modbusRows(modelOf({ read: { function: 4, firstAddress: 1, order: 'CDAB' }, points }, 'electricity-meter'))).toEqual([
    {
      field: 'voltageL1',
      where: 'input register 0 (0x0000)',
      how: 'u16 × 0.1 (none: 0xFFFF)',
      everyMs: 60_000,
      registers: { table: 4, parts: [{ address: 0, count: 1, type: 'u16', scale: 0.1 }], times: [], offset: 0, invalid: ['0xFFFF'] },
    },
    {
      field: 'importEnergy',
      where: 'input register 2 (0x0002) + 4 (0x0004)',
      how: 'u32 CDAB × 10^[8]',
      everyMs: 60_000,
      registers: {
        table: 4,
        parts: [
          { address: 2, count: 2, type: 'u32', order: 'CDAB', scale: 1 },
          { address: 4, count: 1, type: 'u16', scale: 1 },
        ],
        times: [{ address: 8, exponent: true }],
        offset: 0,
        invalid: [],
      },
    },
  ])
})
