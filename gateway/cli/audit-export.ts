import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { type Command, Option } from 'commander'
import type { AuditRecord } from '../model/audit.ts'
import { GatewayError } from '../model/errors.ts'
import { csvLine } from '../registry/enrolment/csv-line.ts'
import { type AuditFilter, addAuditFilter, found } from './audit-filter.ts'
import { addConfigOptions } from './config-options.ts'
import { Progress } from './progress.ts'
import { unwritable } from './unwritable.ts'
import { isMissing, registryKeys, withRegistry } from './with-registry.ts'

interface ExportFlags extends AuditFilter {
  readonly out: string
  readonly format: 'jsonl' | 'csv'
}

const columns = ['seq', 'at', 'actorType', 'actor', 'address', 'action', 'subject', 'org', 'before', 'after', 'previousHash', 'hash']

/** `citygate audit export`. */
export function registerAuditExport(audit: Command): void {
  const command = audit
    .command('export')
    .description('write entries to a file, the newest first, with their hashes')
    .requiredOption('--out <FILE>', 'where to; it must not be there yet')
    .addOption(
      new Option('--format <FORMAT>', 'jsonl: one JSON object a line, times in milliseconds since 1970, as they are hashed')
        .choices(['jsonl', 'csv'])
        .default('jsonl'),
    )
    .addHelpText('after', '\nExample:\n  citygate audit export --since 30d --out audit.jsonl')
  addAuditFilter(command)
  addConfigOptions(command, registryKeys).action(async (flags: ExportFlags) => {
    if (isMissing(command)) throw new GatewayError('AUDIT_ENTRY_UNKNOWN', 'there is no audit to export')
    const count = await withRegistry(command, registry => write(flags, found(registry.audit, flags)))
    console.log(`${count} entries written to ${flags.out}`)
  })
}

async function write({ out, format }: ExportFlags, entries: AsyncIterable<AuditRecord>): Promise<number> {
  const progress = new Progress()
  // Only for the user's own eyes: it tells who works here and from where.
  const file = createWriteStream(out, { flags: 'wx', mode: 0o600 })
  let count = 0
  try {
    await once(file, 'open')
    if (format === 'csv') file.write(`\ufeff${csvLine(columns)}`)
    for await (const entry of entries) {
      if (!file.write(format === 'csv' ? csvLine(cellsOf(entry)) : `${JSON.stringify(entry)}\n`)) await once(file, 'drain')
      count += 1
      progress.show(() => `${count} entries`)
    }
    file.end()
    await once(file, 'finish')
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause
    throw unwritable(out, cause)
  } finally {
    progress.end()
    file.destroy()
  }
  return count
}

function cellsOf({ seq, at, actor, action, subject, org, before, after, previousHash, hash }: AuditRecord): readonly string[] {
  const text = (facts: object | undefined): string => (facts === undefined ? '' : JSON.stringify(facts))
  return [
    String(seq),
    new Date(at).toISOString(),
    actor.type,
    actor.name,
    actor.address ?? '',
    action,
    subject,
    org ?? '',
    text(before),
    text(after),
    previousHash,
    hash,
  ]
}
