import type { Command } from 'commander'
import { GatewayError } from '../model/errors.ts'
import type { Newcomer } from '../model/first-contact.ts'
import type { Registry } from '../registry/registry.ts'
import { cliActor } from './cli-actor.ts'
import { addConfigOptions } from './config-options.ts'
import { table } from './table.ts'
import { changeRegistry, isMissing, registryKeys, withRegistry } from './with-registry.ts'

interface DecideFlags {
  readonly key?: string
}

/** `citygate enrolment list|approve|refuse`. */
export function register(program: Command): void {
  const enrolment = program.command('enrolment').description('devices that announced themselves with a provisioning key')
  registerList(enrolment)
  registerDecision(enrolment, {
    name: 'approve',
    description: 'register devices that wait, or were refused, with the secret each came with. They are let in when they come the next time',
    done: ids => `registered ${named(ids)}`,
    decide: async (registry, ids) => (await registry.as(cliActor()).approve(ids)).map(({ id }) => id),
  })
  registerDecision(enrolment, {
    name: 'refuse',
    description: 'turn devices away as long as they keep coming',
    done: ids => `refused ${named(ids)}`,
    decide: async (registry, ids) => {
      await registry.as(cliActor()).refuse(ids)
      return ids
    },
  })
}

function registerList(enrolment: Command): void {
  const command = enrolment
    .command('list')
    .description('show the devices that wait, and those that were refused')
    .option('--json', 'one JSON array, for scripts')
    .addHelpText('after', '\nExample:\n  citygate enrolment list')
  addConfigOptions(command, registryKeys).action(async (flags: { readonly json?: true }) => {
    const found = isMissing(command) ? [] : await withRegistry(command, registry => registry.newcomers())
    if (flags.json) console.log(JSON.stringify(found.map(one => ({ ...one, firstAt: timeText(one.firstAt), lastAt: timeText(one.lastAt) }))))
    else if (found.length === 0) console.log('no device waits')
    else console.log(table(['id', 'organisation', 'model', 'key', 'state', 'first', 'last', 'from', 'other secrets'], found.map(cellsOf)))
  })
}

function cellsOf({ device, org, model, key, state, firstAt, lastAt, address, contested }: Newcomer): readonly string[] {
  return [device, org, model, key, state, timeText(firstAt), timeText(lastAt), address, contested === 0 ? '' : `${contested}: two of one name?`]
}

function registerDecision(
  enrolment: Command,
  {
    name,
    description,
    done,
    decide,
  }: {
    readonly name: string
    readonly description: string
    readonly done: (ids: readonly string[]) => string
    readonly decide: (registry: Registry, ids: readonly string[]) => Promise<readonly string[]>
  },
): void {
  const command = enrolment
    .command(name)
    .description(description)
    .argument('[id...]', 'which')
    .option('--key <ID>', 'or all that wait with this provisioning key')
    .addHelpText('after', `\nExamples:\n  citygate enrolment ${name} bus-0417\n  citygate enrolment ${name} --key 0a1b2c3d4e5f`)
  addConfigOptions(command, registryKeys).action(async (ids: string[], { key }: DecideFlags) => {
    if (ids.length > 0 === (key !== undefined)) command.error('error: which devices? Give their ids, or --key')
    if (isMissing(command)) throw new GatewayError('ENROLMENT_UNKNOWN', 'no device waits to be enrolled')
    const decided = await changeRegistry(command, async registry => await decide(registry, key === undefined ? ids : await waitingWith(registry, key)))
    console.log(done(decided))
  })
}

async function waitingWith(registry: Registry, key: string): Promise<readonly string[]> {
  const ids = (await registry.newcomers()).filter(one => one.key === key && one.state === 'waiting').map(({ device }) => device)
  if (ids.length === 0)
    throw new GatewayError('ENROLMENT_UNKNOWN', `no device waits with the provisioning key ${key}: 'citygate enrolment list' shows which do`)
  return ids
}

function named(ids: readonly string[]): string {
  return ids.length <= 10 ? ids.join(', ') : `${ids.length} devices`
}

function timeText(at: number): string {
  return new Date(at).toISOString()
}
