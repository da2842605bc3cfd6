import type { Kind } from '../../../gateway/model/kind.ts'
import { fieldType } from '../../../gateway/model/kind.ts'
import type { FieldValue } from '../../../gateway/model/reading.ts'
import type { MappingProblem } from '../mapping-error.ts'
import { linear } from '../number-forms.ts'
import type { ReadBlock, ReadFunction } from './frame.ts'
import type { Point } from './mapping.ts'
import type { Part } from './register-schema.ts'
import { readText } from './register-text.ts'
import { REGISTER_TYPES, type RegisterTypeName } from './register-types.ts'

/** A point made ready: where it lies, and its value from an answer's data. */
export interface PointReader {
  readonly field: string
  readonly functionCode: ReadFunction
  /** Its addresses, the second excluded. */
  readonly from: number
  readonly to: number
  /** `origin` is the address of the data's first register or bit. Undefined: the registers say "no value". */
  read(data: DataView, origin: number): FieldValue | undefined
}

/** Makes a point ready, or says what is wrong with it. */
export function pointReader(point: Point, index: number, kind: Kind): PointReader | readonly MappingProblem[] {
  const problems = typeProblems(point, index, kind)
  if (problems.length > 0) return problems
  const field = kind.fields[point.field]
  const at = placeOf(point)
  const [only] = point.parts
  if (only?.type === 'string') return { ...at, read: (data, origin) => readText(data, (only.address - origin) * 2, only.span, only.order) }
  const numbers = point.parts.map(partReader)
  const first = numbers[0] ?? (() => Number.NaN)
  const invalid = new Set(point.invalid.map(entry => (typeof entry === 'number' ? entry : fromBits(entry, point.parts[0]))))
  const scale = linear(point.parts[0]?.scale)
  const scales = point.parts.map(part => linear(part.scale))
  const meanings = point.values && new Map(Object.entries(point.values).map(([raw, meaning]) => [Number(raw), meaning]))
  const finish = (number: number): FieldValue | undefined => {
    const value = number + point.offset
    return Number.isFinite(value) ? (field?.integer ? Math.round(value) : value) : undefined
  }
  const read: PointReader['read'] = (data, origin) => {
    const raw = first(data, origin)
    if (Number.isNaN(raw) || invalid.has(raw)) return undefined
    if (meanings) return meanings.get(raw)
    if (field?.type === 'boolean') return raw !== 0
    let sum = scale ? scale(raw) : raw
    for (let part = 1; part < numbers.length; part++) {
      const next = numbers[part]?.(data, origin) ?? Number.NaN
      sum += scales[part]?.(next) ?? next
    }
    return finish(sum)
  }
  return { ...at, read }
}

function placeOf({ field, parts }: Point): Omit<PointReader, 'read'> {
  return {
    field,
    functionCode: parts[0]?.functionCode ?? 3,
    from: Math.min(...parts.map(part => part.address)),
    to: Math.max(...parts.map(part => part.address + part.span)),
  }
}

/** Reads a part's raw number from an answer's data, which begins at the address `origin`. */
export function partReader(part: Part): (data: DataView, origin: number) => number {
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

/** Whether all of a point lies in a block that was read. */
export function liesIn(point: Pick<PointReader, 'functionCode' | 'from' | 'to'>, block: ReadBlock): boolean {
  return point.functionCode === block.functionCode && point.from >= block.address && point.to <= block.address + block.count
}

/** The raw number whose bits are written as hexadecimal, by the point's own type. */
function fromBits(hex: string, part: Part | undefined): number {
  const type = part && part.type in REGISTER_TYPES ? REGISTER_TYPES[part.type as RegisterTypeName] : REGISTER_TYPES.u16
  const bytes = new DataView(new ArrayBuffer(8))
  bytes.setBigUint64(0, BigInt.asUintN(64, BigInt(hex)))
  return type.read(new DataView(bytes.buffer, 8 - type.registers * 2), 0, 'ABCD')
}

function typeProblems(point: Point, index: number, kind: Kind): MappingProblem[] {
  const field = kind.fields[point.field]
  if (!field)
    return [{ path: ['points', index, 'field'], message: `kind ${kind.id} has no field "${point.field}"; it has ${Object.keys(kind.fields).join(', ')}` }]
  const expected = fieldType(field)
  if (point.values) {
    return Object.entries(point.values).flatMap(([raw, meaning]) => [
      ...(Number.isFinite(Number(raw)) && raw !== '' ? [] : [{ path: ['points', index, 'values', raw], message: 'expected a raw number as the key' }]),
      ...(typeof meaning === expected ? [] : [{ path: ['points', index, 'values', raw], message: `expected a ${expected}, as field "${point.field}" is one` }]),
    ])
  }
  const type = point.parts[0]?.type
  if (expected === 'string' && type !== 'string')
    return [
      { path: ['points', index, 'type'], message: `field "${point.field}" is a text: expected type "string", or "values" that give a text per raw number` },
    ]
  if (type === 'string' && expected !== 'string') return [{ path: ['points', index, 'type'], message: `field "${point.field}" is a ${expected}, not a text` }]
  if (expected === 'number' && type === 'bit') return [{ path: ['points', index, 'type'], message: `field "${point.field}" is a number, not a bit` }]
  return []
}
