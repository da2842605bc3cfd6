import { shortestFloat32 } from '../number-forms.ts'
import { type Order, unsigned16, unsigned32, unsigned64 } from './word-order.ts'

/** How a register type lies in registers. */
export interface RegisterType {
  readonly registers: 1 | 2 | 3 | 4
  /** Whether only whole numbers can be held. */
  readonly whole: boolean
  /** What can be held. */
  readonly range: readonly [number, number]
  /** The number at a byte offset; NaN where the bits are none. */
  readonly read: (view: DataView, offset: number, order: Order) => number
  /** The bytes of a number, most significant first; it is rounded and limited to what fits. */
  readonly write: (value: number) => Uint8Array
}

const scratch = new DataView(new ArrayBuffer(8))

function integer(registers: 1 | 2 | 4, signed: boolean, read: RegisterType['read']): RegisterType {
  const bits = registers * 16
  const range: readonly [number, number] = signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1]
  const largest = signed ? (1n << BigInt(bits - 1)) - 1n : (1n << BigInt(bits)) - 1n
  return {
    registers,
    whole: true,
    range,
    read,
    write: value => {
      const rounded = BigInt(Math.round(Math.min(Math.max(Number.isFinite(value) ? value : 0, range[0]), range[1])))
      return bytesOf(BigInt.asUintN(bits, rounded > largest ? largest : rounded), registers)
    },
  }
}

function bytesOf(bits: bigint, registers: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, bits)
  return bytes.subarray(8 - registers * 2)
}

/** Binary-coded decimal: a digit per half byte, the registers in the order of the value; a digit above 9 makes it no number. */
function bcd(registers: 1 | 2 | 3 | 4): RegisterType {
  const digits = registers * 4
  const largest = Math.min(10 ** digits - 1, Number.MAX_SAFE_INTEGER)
  return {
    registers,
    whole: true,
    range: [0, largest],
    read: (view, offset, order) => {
      const lowFirst = order === 'CDAB' || order === 'DCBA'
      let value = 0
      for (let index = 0; index < registers; index++) {
        value = value * 10_000 + fourDigits(unsigned16(view, offset + 2 * (lowFirst ? registers - 1 - index : index), order))
      }
      return value
    },
    write: value => {
      const limited = Math.round(Math.min(Math.max(Number.isFinite(value) ? value : 0, 0), largest))
      return bytesOf(BigInt(`0x${limited.toString().padStart(digits, '0')}`), registers)
    },
  }
}

function fourDigits(word: number): number {
  let value = 0
  for (let shift = 12; shift >= 0; shift -= 4) {
    const digit = (word >> shift) & 15
    if (digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

const f32: RegisterType = {
  registers: 2,
  whole: false,
  range: [-3.4028234663852886e38, 3.4028234663852886e38],
  read: (view, offset, order) => {
    scratch.setUint32(0, unsigned32(view, offset, order))
    return shortestFloat32(scratch.getFloat32(0))
  },
  write: value => {
    scratch.setFloat32(0, value)
    return new Uint8Array(scratch.buffer.slice(0, 4))
  },
}

const f64: RegisterType = {
  registers: 4,
  whole: false,
  range: [-Number.MAX_VALUE, Number.MAX_VALUE],
  read: (view, offset, order) => {
    scratch.setBigUint64(0, unsigned64(view, offset, order))
    return scratch.getFloat64(0)
  },
  write: value => {
    scratch.setFloat64(0, value)
    return new Uint8Array(scratch.buffer.slice(0, 8))
  },
}

/** One half of a register, as meters pack two small numbers into one; `high` is the byte that comes first, whatever the order. */
function half(high: boolean): RegisterType {
  return {
    registers: 1,
    whole: true,
    range: [0, 255],
    read: (view, offset) => view.getUint8(high ? offset : offset + 1),
    write: value => {
      const byte = Math.round(Math.min(Math.max(Number.isFinite(value) ? value : 0, 0), 255))
      return Uint8Array.of(high ? byte : 0, high ? 0 : byte)
    },
  }
}

/** Every number type a point may have. 64-bit integers above 2^53 lose their last digits, as every number in JSON does. */
export const REGISTER_TYPES = {
  u16: integer(1, false, unsigned16),
  s16: integer(1, true, (view, offset, order) => (unsigned16(view, offset, order) << 16) >> 16),
  u32: integer(2, false, unsigned32),
  s32: integer(2, true, (view, offset, order) => unsigned32(view, offset, order) | 0),
  u64: integer(4, false, (view, offset, order) => Number(unsigned64(view, offset, order))),
  s64: integer(4, true, (view, offset, order) => Number(BigInt.asIntN(64, unsigned64(view, offset, order)))),
  f32,
  f64,
  u8high: half(true),
  u8low: half(false),
  bcd16: bcd(1),
  bcd32: bcd(2),
  bcd48: bcd(3),
  bcd64: bcd(4),
} as const satisfies Readonly<Record<string, RegisterType>>

export type RegisterTypeName = keyof typeof REGISTER_TYPES
