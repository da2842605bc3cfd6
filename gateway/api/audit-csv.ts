import type { AuditRecord } from '../model/audit.ts'
import { csvPieces } from './csv.ts'
import { timeText } from './device-json.ts'

const columns = ['seq', 'at', 'actorType', 'actor', 'address', 'action', 'subject', 'org', 'before', 'after']
const hashes = ['previousHash', 'hash']

/** Entries as a table, the columns as `citygate audit export` has them; without hashes for those who see only some of the entries. */
export function auditCsv(entries: readonly AuditRecord[], withHashes: boolean): AsyncIterable<string> {
  return csvPieces(withHashes ? [...columns, ...hashes] : columns, rowsOf(entries, withHashes))
}

function* rowsOf(entries: readonly AuditRecord[], withHashes: boolean): Generator<readonly (string | number | undefined)[]> {
  for (const { seq, at, actor, action, subject, org, before, after, previousHash, hash } of entries) {
    const facts = [before, after].map(one => one && JSON.stringify(one))
    const row = [seq, timeText(at), actor.type, actor.name, actor.address, action, subject, org, ...facts]
    yield withHashes ? [...row, previousHash, hash] : row
  }
}
