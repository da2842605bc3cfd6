import { type Actor, type AuditFacts, type AuditRecord, actorTypes } from '../../model/audit.ts'
import type { AuditRow } from './chain.ts'

/** A row of the table as everybody else knows it. What somebody damaged is still shown: as much of it as can be. */
export function recordOf(row: AuditRow): AuditRecord {
  const type = actorTypes.find(one => one === row.actor_type)
  const actor: Actor = {
    type: type ?? 'gateway',
    name: type === undefined ? `${row.actor_type} ${row.actor_name}` : row.actor_name,
    ...(row.address !== null && { address: row.address }),
  }
  return {
    seq: row.seq,
    at: row.at,
    actor,
    action: row.action,
    subject: row.subject,
    ...(row.org !== null && { org: row.org }),
    ...(row.before !== null && { before: factsOf(row.before) }),
    ...(row.after !== null && { after: factsOf(row.after) }),
    previousHash: row.previous_hash,
    hash: row.hash,
  }
}

function factsOf(text: string): AuditFacts {
  try {
    const facts: unknown = JSON.parse(text)
    if (typeof facts === 'object' && facts !== null && !Array.isArray(facts)) return { ...facts }
  } catch {
    // Shown as it stands.
  }
  return { text }
}
