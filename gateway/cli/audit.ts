import { type Command, InvalidArgumentError } from 'commander'
import type { AuditRecord, AuditVerdict } from '../model/audit.ts'
import { GatewayError } from '../model/errors.ts'
import { registerAuditExport } from './audit-export.ts'
import { type AuditFilter, addAuditFilter, found } from './audit-filter.ts'
import { addConfigOptions } from './config-options.ts'
import { wholeNumber } from './numbers.ts'
import { Progress } from './progress.ts'
import { table } from './table.ts'
import { isMissing, registryKeys, withRegistry } from './with-registry.ts'

interface ListFlags extends AuditFilter {
  readonly limit: number
  readonly before?: number
  readonly json?: true
}

interface VerifyFlags {
  readonly expectHead?: string
  readonly json?: true
}

/** `citygate audit list|show|verify|export`. */
export function register(program: Command): void {
  const audit = program.command('audit').description('who did what to which, from where: an unbroken chain of entries')
  registerList(audit)
  registerShow(audit)
  registerVerify(audit)
  registerAuditExport(audit)
}

function registerList(audit: Command): void {
  const command = audit
    .command('list')
    .description('show what was done, the newest first')
    .option('--limit <COUNT>', 'entries at most', wholeNumber, 50)
    .option('--before <NUMBER>', 'only entries before this one: to go on', wholeNumber)
    .option('--json', 'one JSON array, for scripts')
    .addHelpText('after', '\nExample:\n  citygate audit list --subject device:bus-0417 --since 7d')
  addAuditFilter(command)
  addConfigOptions(command, registryKeys).action(async (flags: ListFlags) => {
    const entries: AuditRecord[] = []
    if (flags.limit > 0 && !isMissing(command))
      await withRegistry(command, async registry => {
        for await (const entry of found(registry.audit, flags, flags.before)) if (entries.push(entry) >= flags.limit) break
      })
    if (flags.json) console.log(JSON.stringify(entries.map(shown)))
    else if (entries.length > 0) console.log(table(['entry', 'at', 'who', 'from', 'did', 'to which', 'what'], entries.map(cellsOf)))
    else console.log('no entries')
  })
}

function registerShow(audit: Command): void {
  const command = audit
    .command('show')
    .description('show one entry whole')
    .argument('<number>', 'which', wholeNumber)
    .option('--json', 'one JSON object, for scripts')
    .addHelpText('after', '\nExample:\n  citygate audit show 42')
  addConfigOptions(command, registryKeys).action(async (seq: number, flags: { readonly json?: true }) => {
    const entry = isMissing(command) ? undefined : await withRegistry(command, registry => registry.audit.get(seq))
    if (entry === undefined) throw new GatewayError('AUDIT_ENTRY_UNKNOWN', `the audit has no entry ${seq}: 'citygate audit list' shows the newest`)
    console.log(flags.json ? JSON.stringify(shown(entry)) : whole(entry))
  })
}

function registerVerify(audit: Command): void {
  const command = audit
    .command('verify')
    .description('check that no entry was changed, removed, moved or added in between; ends with 1 when one was')
    .option('--expect-head <HASH>', 'what an earlier check printed: also finds that the end was cut off, or all made anew', hash)
    .option('--json', 'one JSON object, for scripts')
    .addHelpText('after', '\nKeep the hash that it prints in a place that whoever runs this machine can not write to, and give it the next time.')
  addConfigOptions(command, registryKeys).action(async (flags: VerifyFlags) => {
    if (isMissing(command)) throw new GatewayError('AUDIT_ENTRY_UNKNOWN', 'there is no audit to check')
    const progress = new Progress()
    const verdict = await withRegistry(command, registry =>
      registry.audit.verify((done, all) => progress.show(() => `${done} of ${all} entries`), flags.expectHead),
    )
    progress.end()
    console.log(flags.json ? JSON.stringify({ ...verdict, ...(!verdict.whole && verdict.found && { found: shown(verdict.found) }) }) : told(verdict))
    if (!verdict.whole) process.exitCode = 1
  })
}

function told(verdict: AuditVerdict): string {
  if (verdict.whole) return `all ${verdict.entries} entries are as they were written\nhead: entry ${verdict.head.seq}, ${verdict.head.hash}`
  const before = verdict.entries === 0 ? 'no entry is' : `the first ${verdict.entries} entries are`
  const there = verdict.found === undefined ? '' : `\nthere stands now:\n${whole(verdict.found).replaceAll(/^/gm, '  ')}`
  return `broken at entry ${verdict.seq}: ${verdict.problem}\n${before} as written${there}`
}

function whole(entry: AuditRecord): string {
  const { seq, at, actor, action, subject, org, before, after, previousHash } = entry
  const lines = [
    ['entry', String(seq)],
    ['at', timeOf(at)],
    ['who', `${actor.type} ${actor.name}`],
    ['from', actor.address],
    ['did', action],
    ['to which', subject],
    ['of', org],
    ['before', before && JSON.stringify(before)],
    ['after', after && JSON.stringify(after)],
    ['follows', previousHash],
    ['hash', entry.hash],
  ]
  return lines.flatMap(([name = '', value]) => (value === undefined ? [] : [`${name.padEnd(10)}${value}`])).join('\n')
}

/** What is cut in a list is whole in `show`. */
const widest = 60

function cellsOf({ seq, at, actor, action, subject, before, after }: AuditRecord): readonly string[] {
  const text = (facts: object | undefined): string => (facts === undefined ? '' : JSON.stringify(facts))
  const what = before !== undefined && after !== undefined ? `${text(before)} → ${text(after)}` : text(before ?? after)
  const cut = what.length > widest ? `${what.slice(0, widest).toWellFormed()}…` : what
  return [String(seq), timeOf(at), `${actor.type} ${actor.name}`, actor.address ?? '', action, subject, cut]
}

/** As scripts get it: times are RFC 3339. */
function shown(entry: AuditRecord): object {
  return { ...entry, at: timeOf(entry.at) }
}

/** A time that somebody wrote into the database by hand may be none. */
function timeOf(at: number): string {
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : String(at)
}

function hash(text: string): string {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new InvalidArgumentError('Expected 64 hexadecimal digits, as an earlier check printed them.')
  return text.toLowerCase()
}
