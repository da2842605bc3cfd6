import { type Command, Option } from 'commander'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { protocols } from '../../devices/protocols/index.ts'
import { closest } from '../config/closest.ts'
import type { Config } from '../config/config.ts'
import { type Catalogue, type Device, type Stage, stages } from '../model/device.ts'
import { GatewayError } from '../model/errors.ts'
import { linkForms } from '../registry/link.ts'
import type { IssuedSecret } from '../registry/registry-writer.ts'
import { cliActor } from './cli-actor.ts'
import { addConfigOptions } from './config-options.ts'
import { registerChange } from './device-change.ts'
import { registerExport } from './device-export.ts'
import { words } from './device-filter.ts'
import { registerImport } from './device-import.ts'
import { registerLabels } from './device-labels.ts'
import { linkText, registerList } from './device-list.ts'
import { registerSecret } from './device-secret.ts'
import { mosquittoTo } from './how-to-reach.ts'
import { degrees, wholeNumber } from './numbers.ts'
import { changeRegistry, isMissing, registryKeys } from './with-registry.ts'

interface AddFlags {
  readonly id: string
  readonly model: string
  readonly org: string
  readonly secret?: string
  readonly lat?: number
  readonly lon?: number
  readonly name?: string
  readonly group?: string
  readonly tags?: readonly string[]
  readonly sim?: string
  readonly stage?: Stage
  readonly behind?: string
  readonly link?: string
  readonly unit?: number
  readonly address?: string
  readonly json?: true
}

/** `citygate device add|list|change|remove|secret|import|export|labels`. */
export function register(program: Command): void {
  const device = program.command('device').description('the devices that may send, or are polled')
  registerAdd(device)
  registerList(device)
  registerChange(device)
  registerRemove(device)
  registerSecret(device)
  registerImport(device)
  registerExport(device)
  registerLabels(device)
}

function registerAdd(device: Command): void {
  const command = device
    .command('add')
    .description('register a device; prints its secret once if none is given. A running gateway knows it within a second')
    .requiredOption('--id <ID>', 'what it is called in topics and everywhere: A-Z a-z 0-9 . _ -, at most 64')
    .requiredOption('--model <MODEL>', 'the product, such as citygate-bus-unit or eastron-sdm630')
    .requiredOption('--org <ORG>', 'who owns it')
    .option('--secret <SECRET>', 'what it signs in with, at least 16 characters (usual: one is made)')
    .option('--lat <DEGREES>', 'where it is installed, WGS-84, north positive', degrees)
    .option('--lon <DEGREES>', 'where it is installed, WGS-84, east positive', degrees)
    .option('--name <NAME>', 'for people')
    .option('--group <NAME>', 'the depot, district or building that looks after it')
    .option('--tags <LIST>', 'words to find it by, separated by commas', words)
    .option('--sim <ICCID>', 'the number on the SIM it sends through')
    .addOption(new Option('--stage <STAGE>', 'planned: not installed yet; retired: can not sign in (usual: enrolled)').choices(stages))
    .option('--behind <ID>', 'the concentrator that may publish for it')
    .option('--link <URL>', `how it is reached when it does not speak MQTT: ${linkForms.join(', ')}`)
    .option('--unit <NUMBER>', 'the Modbus unit on that line, 1 to 247', wholeNumber)
    .option('--address <ADDRESS>', 'its address on that line, as printed on the meter, when it is not a Modbus unit')
    .option('--json', 'one JSON object, for scripts')
    .addHelpText(
      'after',
      `
Examples:
  citygate device add --id bus-0417 --model citygate-bus-unit --org pudong-bus
  citygate device add --id meter-12 --model eastron-sdm630 --org state-grid --link modbus-tcp://10.0.0.5:502 --unit 1 --lat 31.2304 --lon 121.4737`,
    )
  addConfigOptions(command, [...registryKeys, 'models']).action(async (flags: AddFlags) => {
    await changeRegistry(command, async (registry, config) => {
      const catalogue = await loadCatalogue({ folders: config.models })
      const added = deviceOf(flags, catalogue)
      const issued = await registry.as(cliActor()).addDevice(added, flags.secret)
      if (flags.json) console.log(JSON.stringify({ device: registry.get(added.id), ...(issued.generated && { secret: issued.secret }) }))
      else console.log(whatNow(added, issued, catalogue, config))
    })
  })
}

function registerRemove(device: Command): void {
  const command = device
    .command('remove')
    .description('take devices out of the registry: they can not sign in any more. What they have sent stays stored')
    .argument('<id...>', 'which')
    .addHelpText('after', '\nExample:\n  citygate device remove bus-0417')
  addConfigOptions(command, registryKeys).action(async (ids: string[]) => {
    const going = [...new Set(ids)]
    if (isMissing(command)) throw new GatewayError('DEVICE_UNKNOWN', `no device ${going.join(', ')} is registered`)
    await changeRegistry(command, registry => registry.as(cliActor()).removeDevices(going))
    console.log(`removed ${going.join(', ')}; what was stored stays`)
  })
}

function deviceOf(flags: AddFlags, catalogue: Catalogue): Device {
  const entry = catalogue.model(flags.model)
  if (entry === undefined) {
    const ids = [...catalogue.models()].map(({ model }) => model.id)
    const meant = closest(flags.model, ids)
    throw new GatewayError(
      'DEVICE_INVALID',
      `model: there is no '${flags.model}'${meant === undefined ? '.' : `; did you mean ${meant}?`} There are: ${ids.join(', ')}; --models names the folder of others`,
    )
  }
  if ((flags.lat === undefined) !== (flags.lon === undefined)) throw new GatewayError('DEVICE_INVALID', 'place: --lat and --lon belong together')
  if (flags.link === undefined && (flags.unit !== undefined || flags.address !== undefined))
    throw new GatewayError('DEVICE_INVALID', 'link: --unit and --address say who it is on a line: give the line with --link too')
  if (flags.link !== undefined && entry.model.protocol === 'telemetry') {
    throw new GatewayError(
      'DEVICE_INVALID',
      `link: ${flags.model} speaks ${entry.model.protocol}, which is not polled: leave --link out, the device publishes by itself`,
    )
  }
  return {
    id: flags.id,
    org: flags.org,
    model: flags.model,
    ...(flags.name !== undefined && { name: flags.name }),
    ...(flags.group !== undefined && { group: flags.group }),
    ...(flags.tags !== undefined && flags.tags.length > 0 && { tags: flags.tags }),
    ...(flags.sim !== undefined && { sim: flags.sim }),
    ...(flags.stage !== undefined && flags.stage !== 'enrolled' && { stage: flags.stage }),
    ...(flags.lat !== undefined && flags.lon !== undefined && { place: { lat: flags.lat, lon: flags.lon } }),
    ...(flags.behind !== undefined && { behind: flags.behind }),
    ...(flags.link !== undefined && {
      link: { url: flags.link, ...(flags.unit !== undefined && { unit: flags.unit }), ...(flags.address !== undefined && { address: flags.address }) },
    }),
  }
}

/** What whoever installs the device does next. */
function whatNow(device: Device, issued: IssuedSecret, catalogue: Catalogue, config: Config): string {
  const lines = [`added ${device.id} (${device.model}, ${device.org})`]
  if (issued.generated) lines.push(`secret, shown only this once: ${issued.secret}`)
  if (device.link) {
    lines.push(`${(device.link.unit ?? device.link.address) ? 'the gateway polls it at' : 'it dials in, and is known by'} ${linkText(device.link)}`)
    return lines.join('\n')
  }
  const protocol = protocols.find(one => one.id === catalogue.model(device.model)?.model.protocol)
  const { mosquitto, note } = mosquittoTo(config)
  const from = device.behind ?? device.id
  const password = device.behind === undefined && issued.generated ? issued.secret : device.behind === undefined ? 'SECRET' : `SECRET-OF-${device.behind}`
  lines.push(
    'it publishes like this:',
    `  ${mosquitto} -i ${from} -u ${from} -P '${password}' -q 1 -t up/${device.id}/${protocol?.channels[0] ?? ''} -f frame.bin`,
    ...(note === undefined ? [] : [note]),
  )
  return lines.join('\n')
}
