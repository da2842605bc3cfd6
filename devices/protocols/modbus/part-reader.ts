import { linear } from '../number-forms.ts'
import type { ReadFunction } from './frame.ts'
import type { Part } from './register-schema.ts'
import { REGISTER_TYPES, type RegisterTypeName } from './register-types.ts'

/** A number and where it lies, so that it can be found in whichever block of a payload has it. */
export interface PlacedNumber {
  readonly functionCode: ReadFunction
  /** Its addresses, the second excluded. */
  readonly from: number
  readonly to: number
  /** What the map makes of the raw number; undefined: nothing. */
  readonly scaled: ((raw: number) => number) | undefined
  readonly read: (data: DataView, origin: number) => number
}

/** A part as a number that is looked for. */
export function placedNumber(part: Part): PlacedNumber {
  return { functionCode: part.functionCode, from: part.address, to: part.address + part.span, scaled: linear(part.scale), read: numberReader(part) }
}

/** The raw number of a part from an answer's data, whose first register or bit has the address `origin`; NaN where the bits are none. */
export function numberReader(part: Part): (data: DataView, origin: number) => number {
  const { address, type, bit, order } = part
  if (type === 'string') return () => Number.NaN
  if (type !== 'bit' && type !== 'bits') {
    const { read } = REGISTER_TYPES[type]
    return (data, origin) => read(data, (address - origin) * 2, order)
  }
  // § 6.1: the first coil is the lowest bit of the first byte. A bit of a register: 0 is the lowest.
  if (part.functionCode <= 2) return (data, origin) => (data.getUint8((address - origin) >> 3) >> ((address - origin) & 7)) & 1
  const mask = 2 ** part.width - 1
  const swapped = order === 'BADC' || order === 'DCBA'
  return (data, origin) => (data.getUint16((address - origin) * 2, swapped) >> bit) & mask
}

/** The raw numbers of a list, whose bits may be written as hexadecimal, by the part's own type. */
export function numbersOf(entries: readonly (number | string)[], part: Part | undefined): ReadonlySet<number> {
  return new Set(entries.map(entry => (typeof entry === 'number' ? entry : fromBits(entry, part))))
}

function fromBits(hex: string, part: Part | undefined): number {
  const type = part && part.type in REGISTER_TYPES ? REGISTER_TYPES[part.type as RegisterTypeName] : REGISTER_TYPES.u16
  const bytes = new DataView(new ArrayBuffer(8))
  bytes.setBigUint64(0, BigInt.asUintN(64, BigInt(hex)))
  return type.read(new DataView(bytes.buffer, 8 - type.registers * 2), 0, 'ABCD')
}
