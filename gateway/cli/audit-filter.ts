import { type Command, InvalidArgumentError } from 'commander'
import type { Audit, AuditQuery, AuditRecord } from '../model/audit.ts'
import { moment } from './times.ts'

/** Flags that say which entries of the audit are meant. */
export type AuditFilter = Omit<AuditQuery, 'limit' | 'before'>

/** Entries read at a time. */
const pageRows = 1_000

/** Adds the flags of {@link AuditFilter}. */
export function addAuditFilter(command: Command): Command {
  return command
    .option('--actor <NAME>', 'what this user, person or token did')
    .option('--action <ACTION>', 'what was done, such as device.add, or all of one kind: device, token, command')
    .option('--subject <TYPE:ID>', 'to which, such as device:bus-0417', subject)
    .option('--org <ORG>', 'to what belongs to this organisation')
    .option('--since <TIME>', 'not before this time: 2026-01-31T08:00:00+08:00, or how long ago: 90m, 2h, 7d', moment)
    .option('--until <TIME>', 'before this time', moment)
    .option('--text <TEXT>', 'with this text in who, to which, before or after')
}

/** All entries that are meant, the newest first. */
export async function* found(audit: Audit, { actor, action, subject: of, org, since, until, text }: AuditFilter, before?: number): AsyncGenerator<AuditRecord> {
  const query: AuditFilter = {
    ...(actor !== undefined && { actor }),
    ...(action !== undefined && { action }),
    ...(of !== undefined && { subject: of }),
    ...(org !== undefined && { org }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(text !== undefined && { text }),
  }
  for (let next = before, first = true; first || next !== undefined; first = false) {
    const page = await audit.search({ ...query, limit: pageRows, ...(next !== undefined && { before: next }) })
    yield* page.entries
    next = page.next
  }
}

function subject(text: string): string {
  if (!/^[a-z]+(:.+)?$/.test(text)) throw new InvalidArgumentError('Expected a type and an id, such as device:bus-0417 or token:0a1b2c3d4e5f.')
  return text
}
