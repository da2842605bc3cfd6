import { createHash } from 'node:crypto'

/** An entry of the audit as its table holds it. `before` and `after` are JSON objects. */
export interface AuditRow {
  seq: number
  at: number
  actor_type: string
  actor_name: string
  address: string | null
  action: string
  subject: string
  org: string | null
  before: string | null
  after: string | null
  previous_hash: string
  hash: string
}

/** What stands in the place of a hash before the first entry. */
export const beginning = '0'.repeat(64)
/** What the first entry says was done. Without it, a table that was emptied would look like one that has just begun. */
export const firstAction = 'audit.begin'

/**
 * An entry's hash: SHA-256 over a JSON array of its fields in this order, the hash before among them. Texts are hashed as they are kept, so that no two ways to write the
 * same JSON can differ. Published: another form needs another name in front, and a way to tell which entries have it.
 */
export function hashOf(row: Omit<AuditRow, 'hash'>): string {
  const { seq, at, actor_type, actor_name, address, action, subject, org, before, after, previous_hash } = row
  const form = ['citygate-audit-1', seq, at, actor_type, actor_name, address, action, subject, org, before, after, previous_hash]
  return createHash('sha256').update(JSON.stringify(form)).digest('hex')
}

/** An entry with its hash. */
export function chained(row: Omit<AuditRow, 'hash'>): AuditRow {
  return { ...row, hash: hashOf(row) }
}

/** The entry that every audit begins with: what was in the registry already, without anybody having written down how it came there. */
export function firstRow(at: number, counts: Readonly<Record<string, number>>): AuditRow {
  return chained({
    seq: 1,
    at,
    actor_type: 'gateway',
    actor_name: 'citygate',
    address: null,
    action: firstAction,
    subject: 'audit',
    org: null,
    before: null,
    after: JSON.stringify(counts),
    previous_hash: beginning,
  })
}
