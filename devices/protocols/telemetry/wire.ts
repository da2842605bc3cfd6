import { shortestFloat32 } from '../number-forms.ts'

/** One field on the wire of protobuf (protobuf.dev, "Encoding"): where its tag, its length and its value stand. */
export interface WireField {
  readonly number: number
  readonly wireType: number
  readonly from: number
  /** One past the tag. */
  readonly tagTo: number
  /** Where the value begins: after the tag, or after the length of a length-delimited one. */
  readonly valueFrom: number
  readonly to: number
}

/** Why no field stands there. */
export type WireProblem = 'short' | 'group' | 'tag'

/** Reads one field between `from` and `to`. */
export function wireFieldAt(bytes: Uint8Array, from: number, to: number): WireField | WireProblem {
  const tag = varintAt(bytes, from, to)
  if (tag === undefined) return 'short'
  const number = Number(tag.value >> 3n)
  const wireType = Number(tag.value & 7n)
  // Field numbers are 1 to 536,870,911 (protobuf.dev, "Language Guide (proto 3)", Assigning Field Numbers).
  if (number < 1 || number > 0x1fffffff || wireType > 5) return 'tag'
  if (wireType === 3 || wireType === 4) return 'group'
  const start = tag.to
  if (wireType === 0) {
    const value = varintAt(bytes, start, to)
    return value === undefined ? 'short' : { number, wireType, from, tagTo: start, valueFrom: start, to: value.to }
  }
  const length = wireType === 2 ? varintAt(bytes, start, to) : { value: wireType === 1 ? 8n : 4n, to: start }
  if (length === undefined || length.value > BigInt(to - length.to)) return 'short'
  return { number, wireType, from, tagTo: start, valueFrom: length.to, to: length.to + Number(length.value) }
}

/** A varint of at most ten bytes: seven bits a byte, the lowest first. */
export function varintAt(bytes: Uint8Array, from: number, to: number): { readonly value: bigint; readonly to: number } | undefined {
  let value = 0n
  for (let index = 0; index < 10 && from + index < to; index++) {
    const byte = bytes[from + index] ?? 0
    value |= BigInt(byte & 0x7f) << BigInt(index * 7)
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), to: from + index + 1 }
  }
  return undefined
}

/** The wire type of a scalar type; 2 for texts, bytes and messages. */
export function wireTypeOf(type: string, isEnum: boolean): number {
  if (isEnum || /^(u?int(32|64)|sint(32|64)|bool)$/.test(type)) return 0
  if (/^(double|s?fixed64)$/.test(type)) return 1
  return /^(float|s?fixed32)$/.test(type) ? 5 : 2
}

/** The number or truth value of a scalar that stands at `from`; the caller has seen that it is whole. */
export function scalarAt(bytes: Uint8Array, from: number, to: number, type: string): number | boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset + from, to - from)
  switch (type) {
    case 'double':
      return view.getFloat64(0, true)
    case 'float':
      return finiteFloat(view.getFloat32(0, true))
    case 'fixed64':
      return Number(view.getBigUint64(0, true))
    case 'sfixed64':
      return Number(view.getBigInt64(0, true))
    case 'fixed32':
      return view.getUint32(0, true)
    case 'sfixed32':
      return view.getInt32(0, true)
    default:
      return fromVarint(varintAt(bytes, from, to)?.value ?? 0n, type)
  }
}

function fromVarint(value: bigint, type: string): number | boolean {
  switch (type) {
    case 'bool':
      return value !== 0n
    case 'uint64':
      return Number(value)
    case 'uint32':
      return Number(BigInt.asUintN(32, value))
    case 'int64':
      return Number(BigInt.asIntN(64, value))
    case 'sint32':
    case 'sint64':
      return Number((value >> 1n) ^ -(value & 1n))
    default:
      return Number(BigInt.asIntN(32, value))
  }
}

function finiteFloat(value: number): number {
  return Number.isFinite(value) ? shortestFloat32(value) : value
}
