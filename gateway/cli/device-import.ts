import { readFile, stat } from 'node:fs/promises'
import type { Command } from 'commander'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { GatewayError } from '../model/errors.ts'
import { importDevices } from '../registry/enrolment/import-devices.ts'
import { type ImportPlan, planImport, signsIn } from '../registry/enrolment/import-plan.ts'
import { SecretsFile } from '../registry/enrolment/secrets-file.ts'
import { deviceTable } from '../registry/enrolment/table-of.ts'
import { cliActor } from './cli-actor.ts'
import { addConfigOptions } from './config-options.ts'
import { Progress } from './progress.ts'
import { changeRegistry, registryKeys } from './with-registry.ts'

/** A list of a million devices takes less. */
const mostBytes = 256 * 2 ** 20

interface ImportFlags {
  readonly dryRun?: true
  readonly update?: true
  readonly resume?: true
  readonly org?: string
  readonly secrets?: string
  readonly json?: true
}

/** `citygate device import`. */
export function registerImport(device: Command): void {
  const command = device
    .command('import')
    .description(
      'register the devices of a list, CSV or .xlsx, with the columns that an export writes. All lines are checked first; with any problem nothing is written',
    )
    .argument('<file>', 'the list')
    .option('--dry-run', 'only check')
    .option('--update', 'change registered devices that differ; a column that the list does not have stays as it is, an empty cell empties')
    .option('--resume', 'go on with an import that was interrupted: what is registered as the list has it is passed over')
    .option('--org <ORG>', 'whose devices those are that name no organisation')
    .option('--secrets <FILE>', 'where the secrets that are made are written, once: a CSV file that only you can read')
    .option('--json', 'one JSON object, for scripts')
    .addHelpText('after', '\nExample:\n  citygate device import meters.xlsx --org state-grid --secrets secrets.csv')
  addConfigOptions(command, [...registryKeys, 'models']).action(async (file: string, flags: ImportFlags) => {
    const bytes = await contentOf(file)
    await changeRegistry(command, async (registry, config) => {
      const catalogue = await loadCatalogue({ folders: config.models })
      const hasSecret = (id: string, secret: string): boolean => registry.hasSecret(id, secret)
      const { org, update, resume } = flags
      const given = { ...(org !== undefined && { org }), ...(update && { update }), ...(resume && { resume }) }
      const plan = planImport(deviceTable(bytes), { directory: registry, catalogue, hasSecret, ...given })
      refuse(plan, flags)
      if (!flags.dryRun) await run(plan, registry.as(cliActor()), flags)
      tell(plan, flags)
    })
  })
}

async function run(plan: ImportPlan, target: Parameters<typeof importDevices>[1], flags: ImportFlags): Promise<void> {
  const secrets = flags.secrets === undefined ? undefined : await SecretsFile.open(flags.secrets, flags.resume === true)
  const progress = new Progress()
  const all = plan.add.length + plan.change.length
  let done = 0
  try {
    for await (done of importDevices(plan, target, secrets)) progress.show(() => `${done} of ${all} devices`)
  } catch (cause) {
    if (!(cause instanceof GatewayError)) throw cause
    throw new GatewayError(cause.code, `${cause.message}\n${done} of ${all} devices are written: run it again with --resume to go on`, {
      cause,
      retryable: cause.retryable,
    })
  } finally {
    progress.end()
    await secrets?.close()
  }
}

/** Says all that is wrong at once. */
function refuse(plan: ImportPlan, flags: ImportFlags): void {
  const more = plan.problemCount - plan.problems.length
  if (plan.problemCount > 0) {
    const count = plan.problemCount === 1 ? 'one problem' : `${plan.problemCount} problems`
    throw new GatewayError('IMPORT_INVALID', `${count}, nothing was written:\n  ${plan.problems.join('\n  ')}${more > 0 ? `\n  and ${more} more` : ''}`)
  }
  const unseen = plan.add.filter(({ device, secret }) => secret === undefined && signsIn(device)).length
  if (unseen > 0 && flags.secrets === undefined && !flags.dryRun) {
    throw new GatewayError(
      'IMPORT_INVALID',
      `secrets: nobody would see the secrets that are made for ${unseen} devices: give --secrets FILE, or a column 'secret'`,
    )
  }
}

function tell(plan: ImportPlan, flags: ImportFlags): void {
  const { rows, unchanged } = plan
  const counts = { rows, added: plan.add.length, changed: plan.change.length, unchanged }
  if (flags.json) console.log(JSON.stringify({ ...counts, ...(flags.dryRun && { dryRun: true }) }))
  else
    console.log(
      `${flags.dryRun ? 'nothing was written; it would be: ' : ''}${counts.added} added, ${counts.changed} changed, ${unchanged} as they were, of ${rows} rows`,
    )
}

/** Reads a file that is not so long that it costs the memory. */
async function contentOf(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path)
    if (size > mostBytes)
      throw new GatewayError('IMPORT_INVALID', `${path} has ${Math.round(size / 2 ** 20)} MiB: no list of devices is longer than ${mostBytes / 2 ** 20}`)
    return await readFile(path)
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause
    throw new GatewayError('IMPORT_INVALID', `${path} can not be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
