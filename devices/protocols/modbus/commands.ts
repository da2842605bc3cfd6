import type { FieldValue } from '../../../gateway/model/reading.ts'
import type { BusCommand } from '../bus-speech.ts'
import { inverseLinear } from '../number-forms.ts'
import { readRequest, writeCoilRequest, writeRegistersRequest } from './frame.ts'
import type { Part } from './register-schema.ts'
import { REGISTER_TYPES } from './register-types.ts'
import { toRegisters } from './word-order.ts'
import type { Write } from './writes.ts'

/** An entry of a map's `writes` as an order: its request, and how it is read back. */
export function toCommand(write: Write): BusCommand {
  const { name, title, unit, range, values, fixed, readBack } = write
  const takes =
    fixed !== undefined
      ? undefined
      : { ...(unit !== undefined && { unit }), ...(range && { range }), ...typed(write), ...(values && { values: Object.values(values) }) }
  return {
    name,
    title,
    ...(takes && { value: takes }),
    request: (address, value) => writeRequest(Number(address), write, rawOf(write, value)),
    ...(readBack && {
      confirm: {
        afterMs: write.confirmAfterMs,
        request: (address: string) => readRequest(Number(address), blockOf(readBack)),
        shows: (answer: Uint8Array, value: FieldValue | undefined) => shows(answer, readBack, write, rawOf(write, value)),
      },
    }),
  }
}

function typed({ type, values }: Write): { readonly type: 'number' | 'boolean' | 'string' } {
  const [first] = Object.values(values ?? {})
  const given = typeof (first ?? (type === 'bit' ? false : 0))
  return { type: given === 'boolean' || given === 'string' ? given : 'number' }
}

/** The number that goes into the registers. Throws `RangeError` with what was expected for a value that does not fit. */
function rawOf({ fixed, values, type, range, scale, offset }: Write, value: FieldValue | undefined): number {
  if (fixed !== undefined) {
    if (value !== undefined) throw new RangeError('this order carries no value')
    return fixed
  }
  if (values) {
    const found = Object.entries(values).find(([, meaning]) => meaning === value)
    if (!found) throw new RangeError(`expected one of ${Object.values(values).map(String).join(', ')}`)
    return Number(found[0])
  }
  if (type === 'bit') {
    if (typeof value !== 'boolean') throw new RangeError('expected true or false')
    return Number(value)
  }
  const { whole, range: held } = REGISTER_TYPES[type]
  const [low, high] = range ?? [-Infinity, Infinity]
  if (typeof value !== 'number' || !Number.isFinite(value) || value < low || value > high)
    throw new RangeError(range ? `expected a number from ${low} to ${high}` : 'expected a number')
  const exact = inverseLinear(scale, offset)(value)
  const raw = whole ? Math.round(exact) : exact
  if (raw < held[0] || raw > held[1]) throw new RangeError(`expected a number that fits into a ${type}: the register would hold ${raw}`)
  // 21.37 °C into a register of tenths would be 21.4: nobody asked for that.
  if (Math.abs(raw - exact) > 1e-6 * Math.max(1, Math.abs(exact))) throw new RangeError(`expected a multiple of ${scale}`)
  return raw
}

function writeRequest(unit: number, { functionCode, address, type, order }: Write, raw: number): Uint8Array {
  if (functionCode === 5 || functionCode === 15) return writeCoilRequest(unit, functionCode, address, raw !== 0)
  const words = type === 'bit' ? [raw] : toRegisters(REGISTER_TYPES[type].write(raw), order)
  return writeRegistersRequest(unit, functionCode, address, words)
}

function blockOf({ functionCode, address, span }: Part): { readonly functionCode: Part['functionCode']; readonly address: number; readonly count: number } {
  return { functionCode, address, count: span }
}

/** Whether an answer to the read-back holds what was written: the same value to within a step of either register. */
function shows(answer: Uint8Array, back: Part, write: Write, raw: number): true | string {
  const found = held(answer, back)
  if (found === undefined) return 'an answer that can not be read'
  if (back.type === 'bit') return (found !== 0) === (raw !== 0) || String(found)
  const wanted = raw * write.scale
  const shown = found * back.scale
  const step = Math.max(Math.abs(back.scale), Math.abs(write.scale)) / 2
  const near = write.type !== 'bit' && REGISTER_TYPES[write.type].whole ? step : Math.max(1e-6, Math.abs(wanted) * 1e-6)
  return Math.abs(wanted - shown) <= near || String(shown + write.offset)
}

/** The raw number in an answer to a read of one place. */
function held(answer: Uint8Array, { functionCode, type, bit, width, span, order }: Part): number | undefined {
  const bytes = functionCode <= 2 ? 1 : 2 * span
  if (answer.length !== 5 + bytes) return undefined
  const data = new DataView(answer.buffer, answer.byteOffset + 3, bytes)
  if (functionCode <= 2) return data.getUint8(0) & 1
  if (type === 'bit') return (data.getUint16(0) >> bit) & 1
  if (type === 'bits') return (data.getUint16(0) >> bit) & ((1 << width) - 1)
  return type === 'string' ? undefined : REGISTER_TYPES[type].read(data, 0, order)
}
