import { isId } from '../gateway/model/ids.ts'
import type { FieldDefinition, Kind, Title } from '../gateway/model/kind.ts'

/** camelCase, so that a field name is at once a JSON key, a column and a line protocol key. `lat` and `lon` are the position's own columns. */
const FIELD_NAME = /^[a-z][A-Za-z0-9]{0,47}$/
const RESERVED = new Set(['lat', 'lon', 'time', 'at', 'device', 'org', 'model', 'flags'])

/**
 * Checks a kind when its file is loaded and freezes it. Throws a plain `Error` that names what is wrong: a kind is code, so this is found by the first
 * start after it was written and never in the field.
 */
export function defineKind(kind: Kind): Kind {
  const problems = problemsOf(kind)
  if (problems.length > 0) throw new Error(`kind "${kind.id}": ${problems.join('; ')}`)
  return Object.freeze({ ...kind, fields: Object.freeze({ ...kind.fields }) })
}

function problemsOf(kind: Kind): string[] {
  const problems: string[] = []
  if (!isId(kind.id)) problems.push('its id must be 1 to 64 of A–Z a–z 0–9 . _ -')
  if (!titled(kind.title)) problems.push('its title needs a text in en and in zh')
  if (!(kind.staleAfterSeconds > 0)) problems.push('staleAfterSeconds must be above 0')
  const fields = Object.entries(kind.fields)
  if (fields.length === 0) problems.push('it measures nothing: name at least one field')
  for (const [name, field] of fields) for (const problem of fieldProblems(name, field)) problems.push(`field "${name}" ${problem}`)
  return problems
}

function fieldProblems(name: string, field: FieldDefinition): string[] {
  const problems: string[] = []
  if (!FIELD_NAME.test(name)) problems.push('must be named in camelCase, at most 48 letters and digits')
  if (RESERVED.has(name)) problems.push('has a name that is reserved')
  if (!titled(field.title)) problems.push('needs a title in en and in zh')
  const numeric = field.type === undefined || field.type === 'number'
  if (!numeric && (field.range ?? field.integer ?? field.counter ?? field.circular ?? field.unit) !== undefined)
    problems.push('is no number, so it has no unit, range, integer, counter or circular')
  if (field.range && !(field.range[0] < field.range[1])) problems.push('has a range whose first end is not below the second')
  if (field.alarm && numeric) problems.push('is an alarm, so it is a boolean or a text')
  if (field.circular && field.unit !== '°') problems.push('is circular, so its unit is °')
  return problems
}

function titled(title: Title): boolean {
  return title.en.trim() !== '' && title.zh.trim() !== ''
}
