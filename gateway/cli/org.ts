import type { Command } from 'commander'
import { GatewayError } from '../model/errors.ts'
import type { Organisation, OrganisationChange } from '../model/organisation.ts'
import { cliActor } from './cli-actor.ts'
import { addConfigOptions } from './config-options.ts'
import { table } from './table.ts'
import { changeRegistry, isMissing, registryKeys, withRegistry } from './with-registry.ts'

interface NameFlags {
  readonly zh?: string
  readonly en?: string
}

interface ChangeFlags extends NameFlags {
  readonly retire?: true
  readonly restore?: true
}

/** `citygate org list|add|change|remove`. */
export function register(program: Command): void {
  const org = program.command('org').description('organisations: what they are called, and which are retired')
  registerList(org)
  registerAdd(org)
  registerChange(org)
  registerRemove(org)
}

function registerList(org: Command): void {
  const command = org
    .command('list')
    .description('show the organisations')
    .option('--json', 'one JSON array, for scripts')
    .addHelpText('after', '\nExample:\n  citygate org list')
  addConfigOptions(command, registryKeys).action(async (flags: { readonly json?: true }) => {
    const all = isMissing(command) ? [] : await withRegistry(command, async registry => registry.organisations.list())
    if (flags.json) console.log(JSON.stringify(all.map(jsonOf)))
    else if (all.length === 0) console.log('no organisations')
    else tell(all)
  })
}

function registerAdd(org: Command): void {
  const command = org
    .command('add')
    .description('add an organisation; one is also there as soon as a device, a token or a provisioning key belongs to it')
    .argument('<id>', '1 to 64 of A-Z a-z 0-9 . _ -')
    .option('--zh <NAME>', 'what it is called in Chinese')
    .option('--en <NAME>', 'what it is called in English')
    .addHelpText('after', "\nExample:\n  citygate org add pudong-bus --zh 浦东公交 --en 'Pudong Bus'")
  addConfigOptions(command, registryKeys).action(async (id: string, { zh, en }: NameFlags) => {
    const name = { ...(zh !== undefined && { zh }), ...(en !== undefined && { en }) }
    tell([await changeRegistry(command, registry => registry.organisations.add(id, name, cliActor()))])
  })
}

function registerChange(org: Command): void {
  const command = org
    .command('change')
    .description('change what an organisation is called, or retire it: what it has goes on, and nothing new is registered for it')
    .argument('<id>')
    .option('--zh <NAME>', "what it is called in Chinese; '' takes the name away")
    .option('--en <NAME>', "what it is called in English; '' takes the name away")
    .option('--retire', 'register nothing new for it')
    .option('--restore', 'no longer retired')
    .addHelpText('after', '\nExamples:\n  citygate org change pudong-bus --zh 浦东公交集团\n  citygate org change old-bus --retire')
  addConfigOptions(command, registryKeys).action(async (id: string, { zh, en, retire, restore }: ChangeFlags) => {
    if (retire && restore) command.error('error: --retire and --restore are opposites: give one')
    const name = { ...(zh !== undefined && { zh: zh === '' ? null : zh }), ...(en !== undefined && { en: en === '' ? null : en }) }
    if (zh === undefined && en === undefined && !retire && !restore) command.error('error: say what to change: --zh, --en, --retire or --restore')
    const change: OrganisationChange = { name, ...((retire || restore) && { retired: retire === true }) }
    if (isMissing(command)) throw new GatewayError('ORGANISATION_UNKNOWN', `there is no organisation ${id}`)
    tell([await changeRegistry(command, registry => registry.organisations.change(id, change, cliActor()))])
  })
}

function registerRemove(org: Command): void {
  const command = org
    .command('remove')
    .description('remove an organisation to which nothing belongs: no device, token, provisioning key or role')
    .argument('<id>')
    .addHelpText('after', '\nExample:\n  citygate org remove old-bus')
  addConfigOptions(command, registryKeys).action(async (id: string) => {
    if (isMissing(command)) throw new GatewayError('ORGANISATION_UNKNOWN', `there is no organisation ${id}`)
    await changeRegistry(command, registry => registry.organisations.remove(id, cliActor()))
    console.log(`removed ${id}`)
  })
}

function tell(all: readonly Organisation[]): void {
  console.log(
    table(
      ['id', 'Chinese', 'English', 'since', 'retired'],
      all.map(({ id, name, createdAt, retiredAt }) => [
        id,
        name.zh ?? '-',
        name.en ?? '-',
        timeText(createdAt),
        retiredAt === undefined ? '-' : timeText(retiredAt),
      ]),
    ),
  )
}

function jsonOf({ createdAt, retiredAt, ...rest }: Organisation): object {
  return { ...rest, createdAt: timeText(createdAt), ...(retiredAt !== undefined && { retiredAt: timeText(retiredAt) }) }
}

function timeText(at: number): string {
  return new Date(at).toISOString()
}
