import { type FieldDefinition, fieldType, type Kind } from '../model/kind.ts'
import type { AggregateFunction } from '../model/series.ts'
import { type FieldProblem, Problem } from './problem.ts'

/** Every way the values of one bucket can become one. */
export const FUNCTIONS = ['mean', 'min', 'max', 'sum', 'first', 'last', 'count'] as const satisfies readonly AggregateFunction[]

/** A column of an answer: a field, or one function of it. */
export interface Column {
  /** As it stands in the answer: `speed`, or `speed.max` where several functions are asked for. */
  readonly name: string
  readonly field: string
  readonly fn: AggregateFunction | undefined
}

const DEGREES: FieldDefinition = { unit: '°', title: { en: 'Degrees', zh: '度' } }

/** The fields a device of this kind may be asked for: its kind's, and `lat` and `lon` if it moves. */
function fieldsOf(kind: Kind): Readonly<Record<string, FieldDefinition>> {
  return kind.moves ? { lat: DEGREES, lon: DEGREES, ...kind.fields } : kind.fields
}

/**
 * The columns of an answer. Fields that were named must exist and fit every function; when none were, those are left out that do not fit.
 * Throws `QUERY_INVALID` naming what does not.
 */
export function columnsOf(kind: Kind, named: readonly string[] | undefined, fns: readonly AggregateFunction[] | undefined): readonly Column[] {
  const known = fieldsOf(kind)
  const errors: FieldProblem[] = []
  const columns: Column[] = []
  for (const field of named ?? Object.keys(known)) {
    const definition = Object.hasOwn(known, field) ? known[field] : undefined
    if (definition === undefined) {
      errors.push({ field: 'fields', in: 'query', problem: `${kind.id} has no field “${field}”; it has ${Object.keys(known).join(', ')}` })
      continue
    }
    for (const fn of fns ?? [undefined]) {
      const name = fns !== undefined && fns.length > 1 ? `${field}.${fn}` : field
      if (fits(definition, fn)) columns.push({ name, field, fn })
      else if (named !== undefined) errors.push({ field: 'fn', in: 'query', problem: `“${field}” is a text: it has a first and a last, and no ${fn}` })
    }
  }
  if (errors.length === 0 && columns.length === 0) errors.push({ field: 'fn', in: 'query', problem: `fits no field of ${kind.id}` })
  if (errors.length > 0) throw new Problem(400, 'QUERY_INVALID', 'These fields can not be read so; see errors.', { errors: errors.slice(0, 20) })
  return columns
}

function fits(field: FieldDefinition, fn: AggregateFunction | undefined): boolean {
  return fieldType(field) !== 'string' || fn === undefined || fn === 'first' || fn === 'last'
}

/** Units by column. A count has none, and neither has what its kind gives none. */
export function unitsOf(kind: Kind, columns: readonly Column[]): Record<string, string> {
  const known = fieldsOf(kind)
  const units: Record<string, string> = {}
  for (const { name, field, fn } of columns) {
    const unit = known[field]?.unit
    if (unit !== undefined && fn !== 'count') units[name] = unit
  }
  return units
}
