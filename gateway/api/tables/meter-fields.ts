import type { FieldDefinition, Kind } from '../../model/kind.ts'
import { fieldType } from '../../model/kind.ts'

/** A field with its name. */
export interface NamedField {
  readonly name: string
  readonly field: FieldDefinition
}

/** What a kind counts: what tables of consumption are made of. */
export function countersOf(kind: Kind): readonly NamedField[] {
  return fieldsOf(kind).filter(({ field }) => field.counter === true)
}

/** How fast a counter counts, where the kind measures that too: the field in the counter's unit an hour, such as m³/h for m³. */
export function rateOf(kind: Kind, counter: FieldDefinition): NamedField | undefined {
  return counter.unit === undefined ? undefined : fieldsOf(kind).find(({ field }) => field.counter !== true && field.unit === `${counter.unit}/h`)
}

function fieldsOf(kind: Kind): NamedField[] {
  return Object.entries(kind.fields).flatMap(([name, field]) => (fieldType(field) === 'number' ? [{ name, field }] : []))
}
