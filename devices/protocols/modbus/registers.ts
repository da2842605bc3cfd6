import type { Model } from '../../../gateway/model/device.ts'
import type { FieldValue, Values } from '../../../gateway/model/reading.ts'
import { inverseLinear } from '../number-forms.ts'
import { writeClock } from './clock.ts'
import type { Condition } from './conditions.ts'
import { readMapping } from './mapping.ts'
import { numbersOf } from './part-reader.ts'
import type { ModbusMapping, Point } from './register-map.ts'
import type { Part } from './register-schema.ts'
import { writeText } from './register-text.ts'
import { REGISTER_TYPES } from './register-types.ts'
import { toRegisters } from './word-order.ts'

/**
 * What a device of this model would hold: wire address → register (coils and inputs: 0 or 1), for the fields that have a value and, with `at`, for its clock.
 * The way back from `decode`: a value is rounded to what its registers can hold. Throws `MappingError` for a mapping that is wrong.
 */
export function encodeRegisters(model: Model, values: Values, at?: number): ReadonlyMap<number, number> {
  return encodeMapping(readMapping(model), values, at)
}

/** The same for a mapping that was read already: who holds values every second reads its map once. */
export function encodeMapping(mapping: ModbusMapping, values: Values, at?: number): ReadonlyMap<number, number> {
  const registers = new Map<number, number>()
  for (const point of mapping.points) {
    const value = values[point.field]
    const [only] = point.parts
    if (only?.type === 'string' && typeof value === 'string') place(registers, only.address, writeText(value, only.span, only.order))
    const raw = value === undefined ? undefined : rawOf(point, value)
    if (raw !== undefined) placeParts(registers, point.parts, raw)
    // Ratios of 1: then the registers hold the value itself.
    for (const { part, exponent } of point.times) placeParts(registers, [part], exponent ? 0 : 1)
  }
  for (const condition of mapping.conditions) placeParts(registers, [{ ...condition.part, scale: 1 }], soundNumber(condition))
  if (mapping.clock && at !== undefined) place(registers, mapping.clock.address, writeClock(mapping.clock, at))
  return registers
}

/** A raw number with which the condition does not hold. */
function soundNumber({ part, is, isNot }: Condition): number {
  const among = numbersOf(is ?? isNot ?? [], part)
  if (isNot) return [...among][0] ?? 0
  for (let raw = 0; ; raw++) if (!among.has(raw)) return raw
}

function rawOf(point: Point, value: FieldValue): number | undefined {
  if (point.values) {
    const found = Object.entries(point.values).find(([, meaning]) => meaning === value)
    return found && Number(found[0])
  }
  if (typeof value === 'boolean') return Number(value)
  return typeof value === 'number' ? inverseLinear(1, point.offset)(value) : undefined
}

/** Gives each part what it can hold of the number: whole parts the whole, the last one the rest. */
function placeParts(registers: Map<number, number>, parts: readonly Part[], number: number): void {
  let rest = number
  for (const [index, part] of parts.entries()) {
    if (part.type === 'string') continue
    if (part.type === 'bit' || part.type === 'bits') {
      placeBits(registers, part, part.type === 'bit' ? Number(rest !== 0) : Math.round(inverseLinear(part.scale)(rest)))
      continue
    }
    const type = REGISTER_TYPES[part.type]
    const last = index === parts.length - 1
    const scaled = inverseLinear(part.scale)(rest)
    const raw = type.whole && !last ? Math.trunc(scaled) : scaled
    if (part.type === 'u8high' || part.type === 'u8low') placeHalf(registers, part, toRegisters(type.write(raw), 'ABCD')[0] ?? 0)
    else place(registers, part.address, toRegisters(type.write(raw), part.order))
    rest -= raw * part.scale
  }
}

/** Other values may live in the register's other bits. */
function placeBits(registers: Map<number, number>, { functionCode, address, bit, width, order }: Part, value: number): void {
  if (functionCode <= 2) {
    registers.set(address, value & 1)
    return
  }
  const mask = (2 ** width - 1) << bit
  const [held = 0] = toRegisters(bytesOf(registers.get(address) ?? 0), order)
  registers.set(address, toRegisters(bytesOf((held & ~mask) | ((value << bit) & mask)), order)[0] ?? 0)
}

function bytesOf(word: number): Uint8Array {
  return Uint8Array.of(word >> 8, word & 0xff)
}

/** Another value may live in the register's other half. */
function placeHalf(registers: Map<number, number>, part: Part, word: number): void {
  registers.set(part.address, ((registers.get(part.address) ?? 0) & (part.type === 'u8high' ? 0x00ff : 0xff00)) | word)
}

function place(registers: Map<number, number>, address: number, words: readonly number[]): void {
  for (const [index, word] of words.entries()) registers.set(address + index, word)
}
