import type { FieldValue } from '../format/format.ts'
import type { CommandDefinition } from './command-queries.ts'

/** What was entered, as the order carries it; undefined for what it does not take. The gateway looks again. */
export function commandValue(definition: NonNullable<CommandDefinition['value']>, entered: string): FieldValue | undefined {
  const { type, range, values } = definition
  if (values) return values.find(value => String(value) === entered)
  if (type === 'boolean') return entered === 'true' ? true : entered === 'false' ? false : undefined
  if (type === 'string') return entered.trim() === '' ? undefined : entered
  const number = entered.trim() === '' ? Number.NaN : Number(entered)
  if (!Number.isFinite(number)) return undefined
  return range && (number < range[0] || number > range[1]) ? undefined : number
}
