import type { Kind } from '../../../gateway/model/kind.ts'
import { fieldType } from '../../../gateway/model/kind.ts'
import type { FieldValue } from '../../../gateway/model/reading.ts'
import type { MappingProblem } from '../mapping-error.ts'
import { linear } from '../number-forms.ts'
import type { ReadBlock, ReadFunction } from './frame.ts'
import { numberReader, numbersOf, type PlacedNumber, placedNumber } from './part-reader.ts'
import type { Point } from './register-map.ts'
import { readText } from './register-text.ts'

/** A point made ready: where it lies, and its value from an answer's data. */
export interface PointReader {
  readonly field: string
  readonly functionCode: ReadFunction
  /** Its addresses, the second excluded. */
  readonly from: number
  readonly to: number
  /** Numbers elsewhere in the payload that the value is multiplied by; the value has yet to be rounded when the field is a whole number. */
  readonly times: readonly (PlacedNumber & { readonly exponent: boolean })[]
  readonly integer: boolean
  /** What remains to be done to a value after its multipliers: whole numbers are multiplied first, so that 118 × 40 hundredths are 47.2 and not 47.199999999999996. */
  readonly scaled: ((raw: number) => number) | undefined
  /** `origin` is the address of the data's first register or bit. Undefined: the registers say "no value". */
  read(data: DataView, origin: number): FieldValue | undefined
}

/** Makes a point ready, or says what is wrong with it. */
export function pointReader(point: Point, index: number, kind: Kind): PointReader | readonly MappingProblem[] {
  const problems = typeProblems(point, index, kind)
  if (problems.length > 0) return problems
  const field = kind.fields[point.field]
  const place = placeOf(point, field?.integer === true)
  const [only] = point.parts
  if (only?.type === 'string') return { ...place, read: (data, origin) => readText(data, (only.address - origin) * 2, only.span, only.order) }
  const numbers = point.parts.map(numberReader)
  const first = numbers[0] ?? (() => Number.NaN)
  const invalid = numbersOf(point.invalid, only)
  const scale = place.scaled ? undefined : linear(only?.scale)
  const scales = point.parts.map(part => linear(part.scale))
  const meanings = point.values && new Map(Object.entries(point.values).map(([raw, meaning]) => [Number(raw), meaning]))
  const rounds = place.integer && point.times.length === 0
  const finish = (number: number): FieldValue | undefined => {
    const value = number + point.offset
    return Number.isFinite(value) ? (rounds ? Math.round(value) : value) : undefined
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
  return { ...place, read }
}

function placeOf({ field, parts, times }: Point, integer: boolean): Omit<PointReader, 'read'> {
  return {
    field,
    functionCode: parts[0]?.functionCode ?? 3,
    from: Math.min(...parts.map(part => part.address)),
    to: Math.max(...parts.map(part => part.address + part.span)),
    times: times.map(({ part, exponent }) => ({ ...placedNumber(part), exponent })),
    integer,
    scaled: times.length > 0 && parts.length === 1 ? linear(parts[0]?.scale) : undefined,
  }
}

/** Whether all of a point lies in a block that was read. */
export function liesIn(point: Pick<PointReader, 'functionCode' | 'from' | 'to'>, block: ReadBlock): boolean {
  return point.functionCode === block.functionCode && point.from >= block.address && point.to <= block.address + block.count
}

/** Says which fields there are, to whoever named one there is not. */
export function unknownField(field: string, kind: Kind): string {
  return `kind ${kind.id} has no field "${field}"; it has ${Object.keys(kind.fields).join(', ')}`
}

function typeProblems(point: Point, index: number, kind: Kind): MappingProblem[] {
  const field = kind.fields[point.field]
  if (!field) return [{ path: ['points', index, 'field'], message: unknownField(point.field, kind) }]
  const expected = fieldType(field)
  if (point.values) {
    return Object.entries(point.values).flatMap(([raw, meaning]) => [
      ...(Number.isFinite(Number(raw)) && raw !== '' ? [] : [{ path: ['points', index, 'values', raw], message: 'expected a raw number as the key' }]),
      ...(typeof meaning === expected ? [] : [{ path: ['points', index, 'values', raw], message: `expected a ${expected}, as field "${point.field}" is one` }]),
    ])
  }
  const type = point.parts[0]?.type
  const say = (message: string): MappingProblem[] => [{ path: ['points', index, 'type'], message: `field "${point.field}" is a ${message}` }]
  if (expected === 'string' && type !== 'string') return say('text: expected type "string", or "values" that give a text per raw number')
  if (type === 'string' && expected !== 'string') return say(`${expected}, not a text`)
  if (expected === 'number' && type === 'bit') return say('number, not a bit')
  return []
}
