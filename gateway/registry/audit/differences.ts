import type { AuditFacts, Deed } from '../../model/audit.ts'

/** What differs between two states of a thing: a field that is on one side only was added or taken away. Undefined: nothing does. */
export function differences(before: AuditFacts, after: AuditFacts): Required<Pick<Deed, 'before' | 'after'>> | undefined {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(field => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
  if (fields.length === 0) return undefined
  const part = (of: AuditFacts): AuditFacts => Object.fromEntries(fields.filter(field => of[field] !== undefined).map(field => [field, of[field]]))
  return { before: part(before), after: part(after) }
}
