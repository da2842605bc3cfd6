import { fieldType, type Kind } from '../../../gateway/model/kind.ts'
import type { FieldValue } from '../../../gateway/model/reading.ts'
import type { MappingProblem } from '../mapping-error.ts'
import { linear } from '../number-forms.ts'
import type { Conversion } from './mapping.ts'
import type { Leaf } from './paths.ts'
import { PayloadError } from './payload-error.ts'

/** Longer texts are no route, trip or state, and would fill stores. Characters. */
const LONGEST_TEXT = 256
type Path = readonly (string | number)[]
export type Convert = (raw: unknown) => FieldValue | undefined

/** The way from a raw value to the field's value, or what does not fit. */
export function fieldConversion(
  leaf: Pick<Leaf, 'type' | 'enumerators'>,
  name: string,
  mapping: Conversion,
  kind: Kind,
  path: Path,
): Convert | MappingProblem[] {
  const field = kind.fields[name]
  if (!field) return [{ path: [...path, 'field'], message: `kind ${kind.id} has no field "${name}"; it has ${Object.keys(kind.fields).join(', ')}` }]
  const wanted = fieldType(field)
  if (mapping.values) return namedValues(leaf, wanted, mapping, [...path, 'values'])
  if (wanted === 'number' && leaf.type === 'number') return numbers(mapping, field.integer === true)
  const invalid = new Set<unknown>(mapping.invalid)
  if (mapping.scale !== undefined || mapping.offset !== undefined) return [{ path, message: 'scale and offset are for numbers' }]
  if (wanted === 'boolean' && leaf.type === 'boolean') return raw => (typeof raw === 'boolean' && !invalid.has(raw) ? raw : undefined)
  if (wanted === 'string' && leaf.type === 'string') return raw => (typeof raw === 'string' && raw !== '' && !invalid.has(raw) ? shortText(raw) : undefined)
  if (wanted === 'string' && leaf.type === 'number') return raw => (typeof raw === 'number' && !invalid.has(raw) ? String(raw) : undefined)
  if (wanted === 'string' && leaf.enumerators) return enumeratorNames(leaf.enumerators, invalid)
  return [
    {
      path,
      message: `field "${name}" is a ${wanted} and the message has a ${leaf.type} there: expected "values" that name what each raw value means, or another path`,
    },
  ]
}

/** Numbers: what is no finite number is no value, and −0 is 0. Also for latitude and longitude. */
export function numbers(mapping: Conversion, whole = false): (raw: unknown) => number | undefined {
  const invalid = mapping.invalid?.length ? new Set<unknown>(mapping.invalid) : undefined
  const scaled = linear(mapping.scale, mapping.offset)
  return raw => {
    if (typeof raw !== 'number' || invalid?.has(raw)) return undefined
    const value = scaled ? scaled(raw) : raw
    return Number.isFinite(value) ? (whole ? Math.round(value) : value) + 0 : undefined
  }
}

function namedValues(leaf: Pick<Leaf, 'type' | 'enumerators'>, wanted: string, mapping: Conversion, path: Path): Convert | MappingProblem[] {
  const problems: MappingProblem[] = []
  const meanings = new Map<unknown, FieldValue>()
  for (const [key, meaning] of Object.entries(mapping.values ?? {})) {
    const raw = rawOf(leaf, key)
    if (raw === undefined)
      problems.push({ path: [...path, key], message: `"${key}" cannot stand there: the message has a ${leaf.type}${enumeratorList(leaf)}` })
    else if (typeof meaning !== wanted) problems.push({ path: [...path, key], message: `expected a ${wanted}, as the field is one` })
    else meanings.set(raw, meaning)
  }
  return problems.length > 0 ? problems : raw => meanings.get(raw)
}

/** A raw value as a mapping writes it: an enumerator's name, a number, true, false or a text. */
export function rawOf(leaf: Pick<Leaf, 'type' | 'enumerators'>, written: string | number | boolean): unknown {
  const text = String(written)
  if (leaf.enumerators && Object.hasOwn(leaf.enumerators, text)) return leaf.enumerators[text]
  if (leaf.type === 'number' || leaf.type === 'enum') return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined
  if (leaf.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  return leaf.type === 'string' ? text : undefined
}

function enumeratorList(leaf: Pick<Leaf, 'enumerators'>): string {
  return leaf.enumerators ? ` of ${Object.keys(leaf.enumerators).join(', ')}` : ''
}

function enumeratorNames(enumerators: Readonly<Record<string, number>>, invalid: ReadonlySet<unknown>): Convert {
  const names = new Map(Object.entries(enumerators).map(([name, number]) => [number as unknown, name]))
  return raw => {
    const name = names.get(raw)
    return name === undefined || invalid.has(name) ? undefined : name
  }
}

function shortText(text: string): string {
  if (text.length > LONGEST_TEXT) throw new PayloadError('MALFORMED', `a text of ${text.length} characters; at most ${LONGEST_TEXT} are read`)
  return text
}
