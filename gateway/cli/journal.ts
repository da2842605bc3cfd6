import { join } from 'node:path'
import type { Command } from 'commander'
import { loadConfig } from '../config/config.ts'
import { addConfigOptions, configOptions } from './config-options.ts'
import { type InspectFlags, inspect } from './journal-inspect.ts'
import { type RedecodeFlags, redecode } from './journal-redecode.ts'
import { type TailFlags, tail } from './journal-tail.ts'
import { type VerifyFlags, verify } from './journal-verify.ts'
import { wholeNumber } from './numbers.ts'
import { moment } from './times.ts'

/** `citygate journal inspect|verify|tail|redecode`. The first three only read, and may be used while a gateway runs on the folder. */
export function register(program: Command): void {
  const journal = program.command('journal').description('the durable log of frames: look into it, check it, decode its history again')
  registerInspect(journal)
  registerVerify(journal)
  registerTail(journal)
  registerRedecode(journal)
}

function registerInspect(journal: Command): void {
  const command = journal
    .command('inspect')
    .description('what the journal holds: segments, times, where each sink stands, and what was ever repaired')
    .option('--json', 'one JSON object, for scripts')
    .addHelpText('after', '\nExample:\n  citygate journal inspect --data /var/lib/citygate')
  addConfigOptions(command, ['data']).action(async (flags: InspectFlags) => inspect(loadConfig(configOptions(command)).data, flags))
}

function registerVerify(journal: Command): void {
  const command = journal
    .command('verify')
    .description('check every record against its checksum. Exit code 1 when frames are damaged or missing')
    .option('--json', 'one JSON object, for scripts')
    .addHelpText('after', '\nExample:\n  citygate journal verify --data /var/lib/citygate')
  addConfigOptions(command, ['data']).action(async (flags: VerifyFlags) => {
    process.exitCode = (await verify(folderOf(command), flags)) ? 0 : 1
  })
}

function registerTail(journal: Command): void {
  const command = journal
    .command('tail')
    .description('the newest frames as they were received: a JSON line each, the bytes in hex')
    .option('-n, --frames <NUMBER>', 'how many', wholeNumber, 10)
    .option('-f, --follow', 'go on with those that come in, until it is interrupted')
    .option('--device <ID>', 'of one device alone')
    .addHelpText('after', '\nExamples:\n  citygate journal tail -n 3\n  citygate journal tail -f --device bus-0417')
  addConfigOptions(command, ['data']).action(async (flags: TailFlags) => tail(folderOf(command), flags))
}

function registerRedecode(journal: Command): void {
  const command = journal
    .command('redecode')
    .description(
      'run history through the decoders and models of today, into the configured series store. Points that come out as before stay one. The gateway on this folder has to be stopped',
    )
    .requiredOption('--since <TIME>', 'frames received from then on: RFC 3339, or how long ago (2h, 7d)', moment)
    .option('--until <TIME>', 'frames received before (usual: all)', moment)
    .option('--device <ID>', 'of one device alone')
    .option('--json', 'one JSON object, for scripts')
    .addHelpText(
      'after',
      `
Examples:
  citygate journal redecode --since 2h --device sdm-12
  citygate journal redecode --since 2025-06-01T00:00:00+08:00 --until 2025-06-02T00:00:00+08:00`,
    )
  addConfigOptions(command).action(async (flags: RedecodeFlags) => redecode(loadConfig(configOptions(command)), flags))
}

function folderOf(command: Command): string {
  return join(loadConfig(configOptions(command)).data, 'journal')
}
