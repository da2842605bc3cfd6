import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loadCatalogue } from '../../../devices/catalogue.ts'
import { kinds } from '../../../devices/kinds/index.ts'
import { compileModbus } from '../../../devices/protocols/modbus/decode.ts'
import { type ReadBlock, readRequest, readResponse } from '../../../devices/protocols/modbus/frame.ts'
import { readMapping } from '../../../devices/protocols/modbus/mapping.ts'
import { planPolls } from '../../../devices/protocols/modbus/plan.ts'
import type { Point } from '../../../devices/protocols/modbus/register-map.ts'
import { REGISTER_TYPES } from '../../../devices/protocols/modbus/register-types.ts'
import { encodeRegisters } from '../../../devices/protocols/modbus/registers.ts'
import { ORDERS } from '../../../devices/protocols/modbus/word-order.ts'
import { shortestFloat32 } from '../../../devices/protocols/number-forms.ts'
import type { Model } from '../../../gateway/model/device.ts'
import type { Kind } from '../../../gateway/model/kind.ts'
import type { FieldValue, Values } from '../../../gateway/model/reading.ts'

const catalogue = await loadCatalogue()
const meter = kindOf('electricity-meter')

function kindOf(id: string): Kind {
  const kind = kinds.find(each => each.id === id)
  if (!kind) throw new Error(`no kind ${id}`)
  return kind
}

function modelOf(mapping: object, kind = meter): Model {
  return { id: 't', maker: 't', title: { en: 't', zh: 't' }, kind: kind.id, protocol: 'modbus', source: 't', verified: 't', mapping }
}

/** What a unit with these registers answers to a read. */
function answer(registers: ReadonlyMap<number, number>, block: ReadBlock): Uint8Array {
  const words = Array.from({ length: block.count }, (_, index) => registers.get(block.address + index) ?? 0)
  const data = block.functionCode <= 2 ? packBits(words) : Uint8Array.from(words.flatMap(word => [word >> 8, word & 255]))
  return Buffer.concat([readRequest(1, block), readResponse(1, block.functionCode, data)])
}

function packBits(bits: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8))
  for (const [index, bit] of bits.entries()) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (bit << (index & 7))
  return bytes
}

/** Polls a unit that holds these values, as the plan says, and decodes all it answers. */
function roundTrip(model: Model, kind: Kind, values: Values, at?: number) {
  const registers = encodeRegisters(model, values, at)
  const payload = Buffer.concat(planPolls(model).map(block => answer(registers, block)))
  return compileModbus(model, kind).decode(payload, { receivedAt: 0 })
}

describe.each(Object.entries(REGISTER_TYPES))('%s', (name, type) => {
  const value = type.whole
    ? fc.integer({ min: Math.max(type.range[0], Number.MIN_SAFE_INTEGER), max: Math.min(type.range[1], Number.MAX_SAFE_INTEGER) })
    : fc.double({ min: type.range[0], max: type.range[1], noNaN: true })

  test.each(ORDERS)('comes back as it went in %s', order => {
    const model = modelOf({ read: { function: 3, order }, points: [{ field: 'importEnergy', address: 10, type: name, order }] })
    fc.assert(
      fc.property(value, number => {
        const decoded = roundTrip(model, meter, { importEnergy: number })
        const expected = name === 'f32' ? shortestFloat32(Math.fround(number)) : number + 0
        expect(decoded).toEqual(
          Number.isFinite(expected) ? { ok: true, readings: [{ values: { importEnergy: expected } }] } : expect.objectContaining({ ok: false }),
        )
      }),
    )
  })

  test('writes what does not fit as the nearest that does', () => {
    const [low, high] = type.range
    const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (!type.whole) return expect(type.read(view(type.write(1.5)), 0, 'ABCD')).toBe(1.5)
    expect(type.read(view(type.write(high * 2 + 1)), 0, 'ABCD')).toBe(high)
    expect(type.read(view(type.write(low * 2 - 1)), 0, 'ABCD')).toBe(low)
    expect(type.read(view(type.write(Number.NaN)), 0, 'ABCD')).toBe(0)
  })
})

test('the word orders are those of the table', () => {
  // 230.5 in the four orders: a table of the field, checked by hand.
  const table = { ABCD: [0x4366, 0x8000], CDAB: [0x8000, 0x4366], BADC: [0x6643, 0x0080], DCBA: [0x0080, 0x6643] }
  for (const [order, words] of Object.entries(table)) {
    const model = modelOf({ read: { function: 4, order }, points: [{ field: 'voltageL1', address: 0, type: 'f32' }] })
    expect([...encodeRegisters(model, { voltageL1: 230.5 }).values()], order).toEqual(words)
    expect(roundTrip(model, meter, { voltageL1: 230.5 }), order).toEqual({ ok: true, readings: [{ values: { voltageL1: 230.5 } }] })
  }
})

test('scale, offset, parts, bits, halves and named values, there and back', () => {
  const bus = kindOf('bus')
  const model = modelOf(
    {
      read: { function: 3, largestGap: 20, firstAddress: 1 },
      points: [
        { field: 'speed', address: 1, type: 's16', scale: 0.1, offset: -40 },
        {
          field: 'odometer',
          address: 2,
          type: 'u32',
          scale: 1000,
          plus: [
            { address: 4, type: 'u16' },
            { address: 5, type: 'u16', scale: 0.001 },
          ],
        },
        { field: 'doorOpen', address: 6, type: 'bit', bit: 11 },
        { field: 'occupancy', address: 7, type: 'u8high' },
        { field: 'satellites', address: 7, type: 'u8low' },
        { field: 'route', address: 8, type: 'u16', values: { 1: 'red', 2: 'blue' } },
        { field: 'heading', address: 9, type: 'u16', invalid: ['0xFFFF'] },
      ],
    },
    bus,
  )
  const values: Record<string, FieldValue> = {
    speed: -12.3,
    odometer: 184_223_512.25,
    doorOpen: true,
    occupancy: 200,
    satellites: 13,
    route: 'blue',
    heading: 359,
  }
  const decoded = roundTrip(model, bus, values)
  expect(decoded).toEqual({ ok: true, readings: [{ values: { ...values, speed: expect.closeTo(-12.3, 9) } }] })
  expect(planPolls(model)).toEqual([{ functionCode: 3, address: 0, count: 9, everyMs: 60_000 }])
  expect(roundTrip(model, bus, { ...values, heading: 65_535, route: 'green' })).toMatchObject({
    readings: [{ values: expect.not.objectContaining({ heading: 65_535 }) }],
  })
})

test('coils and discrete inputs', () => {
  const bus = kindOf('bus')
  const model = modelOf({ read: { function: 1 }, points: [{ field: 'doorOpen', address: 19, type: 'bit' }] }, bus)
  for (const doorOpen of [true, false]) expect(roundTrip(model, bus, { doorOpen })).toEqual({ ok: true, readings: [{ values: { doorOpen } }] })
  // § 6.1 of the application protocol: 19 coils from 19 on are CD 6B 05; coil 19 is set, 20 is not.
  const decoder = compileModbus(model, bus)
  const payload = Buffer.concat([readRequest(17, { functionCode: 1, address: 19, count: 19 }), readResponse(17, 1, Uint8Array.of(0xcd, 0x6b, 0x05))])
  expect(decoder.decode(payload, { receivedAt: 0 })).toEqual({ ok: true, readings: [{ values: { doorOpen: true } }] })
})

test('invalid values by number and by bits', () => {
  const model = modelOf({
    read: { function: 3, largestGap: 9 },
    points: [
      { field: 'voltageL1', address: 0, type: 's16', invalid: ['0x7FFF', -1] },
      { field: 'voltageL2', address: 1, type: 's32', invalid: ['0x7FFFFFFF'] },
      { field: 'voltageL3', address: 3, type: 'f32', invalid: ['0x7F7FFFFF'] },
      { field: 'frequency', address: 5, type: 'bcd16' },
    ],
  })
  const registers = new Map([0x7fff, 0x7fff, 0xffff, 0x7f7f, 0xffff, 0x499a].map((word, index) => [index, word]))
  const decode = (words: ReadonlyMap<number, number>) =>
    compileModbus(model, meter).decode(answer(words, { functionCode: 3, address: 0, count: 6 }), { receivedAt: 0 })
  expect(decode(registers)).toMatchObject({ ok: false, reason: 'NO_VALUES' })
  expect(decode(new Map([...registers, [0, 0xffff], [5, 0x4998]]))).toEqual({ ok: true, readings: [{ values: { frequency: 4998 } }] })
})

describe.each([...catalogue.models()].filter(entry => entry.model.protocol === 'modbus').map(entry => [entry.model.id, entry] as const))('%s', (_, entry) => {
  const { clock, points } = readMapping(entry.model)

  test('what a simulated unit holds is what is decoded', () => {
    const arbitrary = fc.record(Object.fromEntries(points.map(point => [point.field, held(point, entry.kind)])))
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 946_684_800, max: 4_102_400_000 }), (values, seconds) => {
        const decoded = roundTrip(entry.model, entry.kind, values, seconds * 1000)
        if (!decoded.ok) throw new Error(decoded.detail)
        expect(decoded.readings).toHaveLength(1)
        if (clock) expect(decoded.readings[0]?.at).toBe(seconds * 1000)
        for (const point of points) {
          const value = values[point.field]
          const got = decoded.readings[0]?.values[point.field]
          const step = Math.min(...point.parts.map(part => (part.type === 'f32' || part.type === 'f64' ? 0 : Math.abs(part.scale))))
          const integer = entry.kind.fields[point.field]?.integer ? 0.5 : 0
          if (typeof value !== 'number' || point.values) expect(got, point.field).toBe(value)
          else if (got === undefined)
            expect(point.invalid.length, point.field).toBeGreaterThan(0) // the value is one that says "none" in this product
          else expect(Math.abs(Number(got) - value), point.field).toBeLessThanOrEqual(integer + step / 2 + 1e-9 + Math.abs(value) * 1e-6)
        }
      }),
      { numRuns: 200 },
    )
  })
})

/** Values of a field that its kind allows and its registers can hold. */
function held(point: Point, kind: Kind): fc.Arbitrary<FieldValue> {
  const field = kind.fields[point.field]
  if (point.values) return fc.constantFrom(...Object.values(point.values))
  if (field?.type === 'boolean') return fc.boolean()
  if (field?.type === 'string') return fc.stringMatching(/^[A-Za-z0-9]{1,6}$/)
  const [low, high] = field?.range ?? [0, 1]
  const parts = point.parts.map(({ type, width, scale }) => {
    const [least, most] = type === 'bits' ? [0, 2 ** width - 1] : type === 'bit' || type === 'string' ? [0, 1] : REGISTER_TYPES[type].range
    return [Math.min(least * scale, most * scale), Math.max(least * scale, most * scale)] as const
  })
  // Of a sum, only the first part may be negative: the rest carries what is left.
  const [least, most] = [point.parts.length > 1 ? 0 : (parts[0]?.[0] ?? 0), Math.max(...parts.map(([, top]) => top))]
  return fc.double({ min: Math.max(low, least + point.offset), max: Math.min(high, most + point.offset), noNaN: true })
}
