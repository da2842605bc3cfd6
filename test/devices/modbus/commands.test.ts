import { describe, expect, it } from 'vitest'
import type { BusCommand } from '../../../devices/protocols/bus-speech.ts'
import { modbusBus } from '../../../devices/protocols/modbus/bus.ts'
import { exceptionResponse, readResponse, sealed } from '../../../devices/protocols/modbus/frame.ts'
import { ModbusUnit } from '../../../devices/simulators/modbus/unit.ts'
import type { Model } from '../../../gateway/model/device.ts'

const title = { en: 'x', zh: 'x' }
const setPoint = {
  name: 'setPoint',
  title,
  function: 16,
  address: 10,
  type: 's32',
  order: 'CDAB',
  scale: 0.1,
  unit: '°C',
  range: [5, 30],
  readBack: { address: 10, type: 's32' },
}
const model: Model = {
  id: 'plant',
  maker: 'test',
  title,
  kind: 'heat-meter',
  protocol: 'modbus',
  source: 'test',
  verified: 'test',
  mapping: {
    read: { function: 3, pause: '20ms', timeout: '300ms' },
    points: [{ field: 'power', address: 0, type: 'u16' }],
    writes: [
      setPoint,
      {
        name: 'valve',
        title,
        function: 5,
        address: 3,
        values: { 0: 'closed', 1: 'open' },
        readBack: { function: 3, address: 40, type: 'bit', bit: 4 },
        confirmAfter: '2s',
      },
      { name: 'reset', title, function: 6, address: 7, type: 'u16', fixed: 0x5a5a },
      { name: 'lamp', title, function: 15, address: 8 },
    ],
  },
}

const order = (name: string): BusCommand => {
  const found = modbusBus.commands?.(model).find(each => each.name === name)
  if (!found) throw new Error(name)
  return found
}

describe('an order of a register map', () => {
  it('says what it carries', () => {
    expect(order('setPoint').value).toEqual({ type: 'number', unit: '°C', range: [5, 30] })
    expect(order('valve').value).toEqual({ type: 'string', values: ['closed', 'open'] })
    expect(order('lamp').value).toEqual({ type: 'boolean' })
    expect(order('reset').value).toBeUndefined()
    expect(modbusBus.pauseMs(model)).toBe(20)
    expect(modbusBus.timeoutMs?.(model)).toBe(300)
  })

  it('is the request the standard says, in the order of words and the scale of the map', () => {
    // 21.5 is raw 215 = 0x000000D7, low word first.
    expect(order('setPoint').request('9', 21.5, 0)).toEqual(sealed([9, 16, 0, 10, 0, 2, 4, 0x00, 0xd7, 0, 0]))
    expect(order('valve').request('9', 'open', 0)).toEqual(sealed([9, 5, 0, 3, 0xff, 0]))
    expect(order('valve').request('9', 'closed', 0)).toEqual(sealed([9, 5, 0, 3, 0, 0]))
    expect(order('reset').request('9', undefined, 0)).toEqual(sealed([9, 6, 0, 7, 0x5a, 0x5a]))
    expect(order('lamp').request('9', true, 0)).toEqual(sealed([9, 15, 0, 8, 0, 1, 1, 1]))
  })

  it.each([
    ['setPoint', 4.9, 'from 5 to 30'],
    ['setPoint', 30.1, 'from 5 to 30'],
    ['setPoint', 21.37, 'multiple of 0.1'],
    ['setPoint', '21', 'from 5 to 30'],
    ['setPoint', Number.NaN, 'from 5 to 30'],
    ['setPoint', undefined, 'from 5 to 30'],
    ['valve', 'ajar', 'closed, open'],
    ['valve', true, 'closed, open'],
    ['reset', 1, 'no value'],
    ['lamp', 1, 'true or false'],
  ])('%s refuses %s', (name, value, expected) => {
    expect(() => order(name).request('9', value, 0)).toThrow(expected)
  })

  it('is confirmed by what is read back, and told what is there instead', () => {
    const { confirm } = order('setPoint')
    expect(confirm?.request('9')).toEqual(sealed([9, 3, 0, 10, 0, 2]))
    expect(confirm?.shows(readResponse(9, 3, Uint8Array.of(0, 0xd7, 0, 0)), 21.5)).toBe(true)
    expect(confirm?.shows(readResponse(9, 3, Uint8Array.of(0, 0xc8, 0, 0)), 21.5)).toBe('20')
    expect(confirm?.shows(exceptionResponse(9, 3, 2), 21.5)).toContain('can not be read')
    expect(order('valve').confirm?.shows(readResponse(9, 3, Uint8Array.of(0, 0x10)), 'open')).toBe(true)
    expect(order('valve').confirm?.shows(readResponse(9, 3, Uint8Array.of(0xff, 0xef)), 'open')).toBe('0')
  })
})

describe('a simulated unit', () => {
  const unit = new ModbusUnit(9, model, { sample: at => ({ at, values: { power: 5 } }) })
  const send = (request: Uint8Array | undefined, at: number): Uint8Array => unit.answer((request ?? new Uint8Array()).subarray(1, -2), at)

  it('does what its orders say, and shows it where it is read back, a valve after some time', () => {
    expect(send(order('setPoint').request('9', 21.5, 0), 0)).toEqual(sealed([9, 16, 0, 10, 0, 2]))
    expect(order('setPoint').confirm?.shows(send(order('setPoint').confirm?.request('9'), 0), 21.5)).toBe(true)
    send(order('valve').request('9', 'open', 0), 0)
    const valve = (at: number): true | string | undefined => order('valve').confirm?.shows(send(order('valve').confirm?.request('9'), at), 'open')
    expect(valve(500)).toBe('0')
    expect(valve(2000)).toBe(true)
  })

  it.each([
    ['an address without an order', [16, 0, 11, 0, 1, 2, 0, 1], 2],
    ['fewer registers than the value has', [16, 0, 10, 0, 1, 2, 0, 1], 3],
    ['a byte count that lies', [16, 0, 10, 0, 2, 3, 0, 1, 0], 3],
    ['a coil that is neither on nor off', [5, 0, 3, 0x12, 0x34], 3],
    ['a function it does not have', [22, 0, 3, 0, 0, 0, 0], 1],
    ['nothing but a function', [6], 3],
  ])('refuses %s', (_, pdu, exception) => {
    expect(unit.answer(Uint8Array.from(pdu), 0)).toEqual(exceptionResponse(9, pdu[0] ?? 0, exception))
  })
})
