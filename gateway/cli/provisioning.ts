import { type Command, InvalidArgumentError } from 'commander'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { durationOf } from '../config/values.ts'
import { GatewayError } from '../model/errors.ts'
import type { ProvisioningInfo, ProvisioningRule } from '../model/first-contact.ts'
import { modelProblem } from '../registry/model-fits.ts'
import { cliActor } from './cli-actor.ts'
import { addConfigOptions } from './config-options.ts'
import { mosquittoTo } from './how-to-reach.ts'
import { wholeNumber } from './numbers.ts'
import { table } from './table.ts'
import { changeRegistry, isMissing, registryKeys, withRegistry } from './with-registry.ts'

const usualExpiry = '30d'
const usualMost = 1_000

interface AddFlags {
  readonly org: string
  readonly model: string
  readonly accept?: true
  readonly wait?: true
  readonly pattern?: string
  readonly most: number
  readonly expires: number
  readonly json?: true
}

/** `citygate provisioning add|list|remove`. */
export function register(program: Command): void {
  const provisioning = program.command('provisioning').description('keys with which new devices announce themselves')
  registerAdd(provisioning)
  registerList(provisioning)
  registerRemove(provisioning)
}

function registerAdd(provisioning: Command): void {
  const command = provisioning
    .command('add')
    .description('make a key for a delivery of devices of one model; printed once. Devices that sign in with it wait to be approved, or are registered at once')
    .requiredOption('--org <ORG>', 'whose devices they become')
    .requiredOption('--model <MODEL>', 'what they are, such as citygate-bus-unit')
    .option('--wait', 'they wait for citygate enrolment approve (usual)')
    .option('--accept', 'they are registered at once: whoever has the key can add devices')
    .option('--pattern <PATTERN>', "only ids like this, such as 'bus-*' (usual: any)")
    .option('--most <NUMBER>', 'devices at most, those that wait or were refused among them', wholeNumber, usualMost)
    .option(
      '--expires <TIME>',
      `how long it is good, such as 12h or 30d (usual: ${usualExpiry}); devices that are registered by then stay`,
      lasting,
      lasting(usualExpiry),
    )
    .option('--json', 'one JSON object, for scripts')
    .addHelpText('after', "\nExample:\n  citygate provisioning add --org pudong-bus --model citygate-bus-unit --pattern 'bus-*' --most 200 --expires 7d")
  addConfigOptions(command, [...registryKeys, 'models']).action(async (flags: AddFlags) => {
    if (flags.accept && flags.wait) command.error('error: --accept and --wait are opposites: give one')
    await changeRegistry(command, async (registry, config) => {
      const { org, model, accept = false, pattern, most, expires } = flags
      const problem = modelProblem({ model }, await loadCatalogue({ folders: config.models }))
      if (problem !== undefined) throw new GatewayError('DEVICE_INVALID', problem)
      const rule: ProvisioningRule = { org, model, accept, ...(pattern !== undefined && { pattern }), most, expiresAt: Date.now() + expires }
      const { id, key } = await registry.as(cliActor()).addProvisioningKey(rule)
      if (flags.json) {
        console.log(JSON.stringify({ id, key, ...rule, expiresAt: new Date(rule.expiresAt).toISOString() }))
        return
      }
      const { mosquitto, note } = mosquittoTo(config)
      const name = pattern?.replaceAll('*', '1') ?? 'ID'
      console.log(`key ${id} enrols ${most} devices at most, ${model} of ${org}${pattern === undefined ? '' : ` called ${pattern}`}, until ${new Date(rule.expiresAt).toISOString()}; ${accept ? 'they are registered at once' : 'they wait for citygate enrolment approve'}
the key is shown only this once:
${key}
a device makes a secret of its own, keeps it, and signs in with both from its first day on:
  OWN=$(openssl rand -hex 32)
  ${mosquitto} -i ${name} -u ${name} -P "${key}.$OWN" -q 1 -t up/${name}/… -f frame.bin${note === undefined ? '' : `\n${note}`}`)
    })
  })
}

function registerList(provisioning: Command): void {
  const command = provisioning
    .command('list')
    .description('show the keys, without their secrets, and how many devices came with each')
    .option('--json', 'one JSON array, for scripts')
    .addHelpText('after', '\nExample:\n  citygate provisioning list')
  addConfigOptions(command, registryKeys).action(async (flags: { readonly json?: true }) => {
    const keys = isMissing(command) ? [] : await withRegistry(command, registry => registry.provisioningKeys())
    if (flags.json) console.log(JSON.stringify(keys.map(key => ({ ...key, expiresAt: timeText(key.expiresAt), createdAt: timeText(key.createdAt) }))))
    else if (keys.length === 0) console.log('no provisioning keys')
    else console.log(table(['id', 'organisation', 'model', 'ids', 'devices', 'of', 'until', 'then'], keys.map(cellsOf)))
  })
}

function cellsOf({ id, org, model, pattern = '*', used, most, expiresAt, accept }: ProvisioningInfo): readonly string[] {
  const until = expiresAt <= Date.now() ? `over since ${timeText(expiresAt)}` : timeText(expiresAt)
  return [id, org, model, pattern, String(used), String(most), until, accept ? 'registered' : 'wait']
}

function registerRemove(provisioning: Command): void {
  const command = provisioning
    .command('remove')
    .description('make a key worthless, and forget who waits with it. Devices that are registered stay')
    .argument('<id>', 'the part of the key between the underscores')
    .addHelpText('after', '\nExample:\n  citygate provisioning remove 0a1b2c3d4e5f')
  addConfigOptions(command, registryKeys).action(async (id: string) => {
    if (isMissing(command)) throw new GatewayError('ENROLMENT_UNKNOWN', `no provisioning key ${id} is registered`)
    await changeRegistry(command, registry => registry.as(cliActor()).removeProvisioningKey(id))
    console.log(`removed ${id}; devices that are registered stay`)
  })
}

function timeText(at: number): string {
  return new Date(at).toISOString()
}

function lasting(text: string): number {
  const ms = durationOf(text)
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError('Expected a length of time, such as 12h or 30d')
  return ms
}
