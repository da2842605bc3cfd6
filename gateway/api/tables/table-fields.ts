import type { FieldDefinition, Kind } from '../../model/kind.ts'
import { fieldType } from '../../model/kind.ts'
import { Problem } from '../problem.ts'

/** A field with its name. */
export interface NamedField {
  readonly name: string
  readonly field: FieldDefinition
}

/** What fields of one sort are called where one is not there. */
interface FieldWords {
  /** Such as “counter”. */
  readonly one: string
  /** Such as “counts nothing”. */
  readonly none: string
  /** Such as “has the counters”. */
  readonly some: string
}

/** The field a query asks for, or the first. Throws `QUERY_INVALID` with those there are. */
export function chosenField(fields: readonly NamedField[], name: string | undefined, words: FieldWords): NamedField {
  const field = name === undefined ? fields[0] : fields.find(known => known.name === name)
  if (field !== undefined) return field
  const problem = fields.length === 0 ? words.none : `${words.some} ${fields.map(known => known.name).join(', ')}`
  throw new Problem(400, 'QUERY_INVALID', `There is no such ${words.one}; see errors.`, {
    errors: [{ field: name === undefined ? 'kind' : 'field', in: 'query', problem }],
  })
}

/** What a kind counts: what tables of consumption are made of. */
export function countersOf(kind: Kind): readonly NamedField[] {
  return fieldsOf(kind).filter(({ field }) => field.counter === true)
}

/** How fast a counter counts, where the kind measures that too: the field in the counter's unit an hour, such as m³/h for m³. */
export function rateOf(kind: Kind, counter: FieldDefinition): NamedField | undefined {
  return counter.unit === undefined ? undefined : fieldsOf(kind).find(({ field }) => field.counter !== true && field.unit === `${counter.unit}/h`)
}

/** What of a kind may be too high or too low: numbers with a range that are no counters and no directions. */
export function rangedOf(kind: Kind): readonly NamedField[] {
  return fieldsOf(kind).filter(({ field }) => field.range !== undefined && field.counter !== true && field.circular !== true)
}

/** The distance a kind that moves has covered: a counter in km. */
export function odometerOf(kind: Kind): NamedField | undefined {
  return countersOf(kind).find(({ field }) => field.unit === 'km')
}

function fieldsOf(kind: Kind): NamedField[] {
  return Object.entries(kind.fields).flatMap(([name, field]) => (fieldType(field) === 'number' ? [{ name, field }] : []))
}
