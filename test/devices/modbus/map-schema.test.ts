import { describe, expect, test } from 'vitest'
import { readMapping } from '../../../devices/protocols/modbus/mapping.ts'
import type { Model } from '../../../gateway/model/device.ts'

function modelOf(mapping: object): Model {
  return { id: 't', maker: 't', title: { en: 't', zh: 't' }, kind: 'electricity-meter', protocol: 'modbus', source: 't', verified: 't', mapping }
}
const points = [{ field: 'voltageL1', address: 40_001, type: 'u16' }]
const title = { en: 'Valve', zh: '阀门' }
const withWrites = (...writes: object[]): Model => modelOf({ read: { function: 3, firstAddress: 40_001, order: 'CDAB' }, points, writes })

test('numbers as a manual writes them are addresses on the wire', () => {
  expect(readMapping(withWrites()).points[0]?.parts[0]?.address).toBe(0)
  expect(() => readMapping(modelOf({ read: { function: 3, firstAddress: 2 }, points }))).toThrow(/firstAddress: expected 0 .*40001/)
})

describe('orders', () => {
  test('take what they do not say from the map', () => {
    const [coil, setpoint] = readMapping(
      withWrites(
        { name: 'valve', title, function: 5, address: 40_003, values: { 0: 'closed', 1: 'open' }, readBack: { address: 40_003 }, confirmAfter: '8s' },
        { name: 'limit', title, function: 16, address: 40_011, type: 'u32', scale: 0.1, range: [0, 500], readBack: { address: 40_021, function: 4 } },
      ),
    ).writes
    expect(coil).toMatchObject({ functionCode: 5, address: 2, type: 'bit', span: 1, values: { 0: 'closed', 1: 'open' }, confirmAfterMs: 8000 })
    expect(coil?.readBack).toMatchObject({ functionCode: 1, address: 2, type: 'bit' })
    expect(setpoint).toMatchObject({ functionCode: 16, address: 10, type: 'u32', span: 2, order: 'CDAB', scale: 0.1, range: [0, 500] })
    expect(setpoint?.readBack).toMatchObject({ functionCode: 4, address: 20, type: 'u32', order: 'CDAB', scale: 0.1 })
  })

  test.each([
    [{ name: 'Valve', title, function: 5, address: 40_001 }, /writes\[0\]\.name: expected a name in camelCase/],
    [{ name: 'v', title, function: 3, address: 40_001 }, /writes\[0\]\.function: expected function 5/],
    [{ name: 'v', title, function: 5, address: 40_001, type: 'u16' }, /writes\[0\]\.type: expected type "bit"/],
    [{ name: 'v', title, function: 6, address: 40_001 }, /writes\[0\]\.type: expected a number type/],
    [{ name: 'v', title, function: 6, address: 40_001, type: 'f32' }, /writes\[0\]\.type: expected a type of one register/],
    [{ name: 'v', title, function: 6, address: 40_001, type: 'u16', range: [5, 1] }, /writes\[0\]\.range: expected the lowest/],
    [{ name: 'v', title, function: 6, address: 40_001, type: 'u16', scale: 0.1, range: [0, 7000] }, /writes\[0\]\.range: expected numbers that a u16 holds/],
    [{ name: 'v', title, function: 6, address: 40_001, type: 'u16', fixed: 70_000 }, /writes\[0\]\.fixed: expected numbers that a u16 holds/],
    [{ name: 'v', title, function: 6, address: 40_001, type: 'u16', fixed: 1, range: [0, 1] }, /writes\[0\]\.fixed: expected either/],
    [{ name: 'v', title, function: 5, address: 40_001, values: { open: true } }, /writes\[0\]\.values: expected raw numbers as keys/],
    [{ name: 'v', title, function: 5, address: 40_001, values: { 0: 'off', 1: true } }, /writes\[0\]\.values: expected meanings of one type/],
    [{ name: 'v', title, function: 5, address: 4 }, /writes\[0\]\.address: expected an address whose registers/],
    [{ name: 'v', title, function: 5, address: 40_001, confirmAfter: '2 weeks' }, /writes\[0\]\.confirmAfter: expected a period/],
    [{ name: 'v', title, function: 5, address: 40_001, readBack: { address: 40_001, function: 1, type: 'u16' } }, /writes\[0\]\.readBack: expected type "bit"/],
  ])('that cannot be sent are refused: %j', (order, expected) => {
    expect(() => readMapping(withWrites(order))).toThrow(expected)
  })

  test('two of one name are refused', () => {
    const order = { name: 'v', title, function: 5, address: 40_001 }
    expect(() => readMapping(withWrites(order, order))).toThrow(/writes\[1\]\.name: there is another order "v"/)
  })
})
