import { type Command, InvalidArgumentError, Option } from 'commander'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { type Stage, stages } from '../model/device.ts'
import type { DeviceChange } from '../model/device-upkeep.ts'
import { GatewayError } from '../model/errors.ts'
import { linkForms } from '../registry/link.ts'
import type { Registry } from '../registry/registry.ts'
import { Upkeep } from '../registry/upkeep.ts'
import { cliActor } from './cli-actor.ts'
import { addConfigOptions } from './config-options.ts'
import { type DeviceFilter, isWanted, words } from './device-filter.ts'
import { degrees, wholeNumber } from './numbers.ts'
import { changeRegistry, isMissing, registryKeys } from './with-registry.ts'

/** What can be taken away from a device. */
const clearable = ['name', 'group', 'tags', 'sim', 'place', 'behind', 'link'] as const
type Clearable = (typeof clearable)[number]
const filters = ['org', 'model', 'group', 'tag', 'stage'] as const

interface ChangeFlags {
  readonly model?: string
  readonly name?: string
  readonly group?: string
  readonly tags?: readonly string[]
  readonly sim?: string
  readonly stage?: Stage
  readonly lat?: number
  readonly lon?: number
  readonly behind?: string
  readonly link?: string
  readonly unit?: number
  readonly address?: string
  readonly clear?: readonly Clearable[]
  readonly where?: DeviceFilter
  readonly json?: true
}

/** `citygate device change`. */
export function registerChange(device: Command): void {
  const command = device
    .command('change')
    .description(
      'change what is said about devices, all of them or none. Their secrets stay; a device stays with its organisation. A running gateway knows it within a second',
    )
    .argument('[id...]', 'which')
    .option('--where <FIELD=VALUE>', `or all with these: ${filters.join(', ')}. Given several times, all must hold`, where)
    .option('--model <MODEL>', 'the product')
    .option('--name <NAME>', 'for people')
    .option('--group <NAME>', 'the depot, district or building that looks after it')
    .option('--tags <LIST>', 'words to find it by, separated by commas: these and no others', words)
    .option('--sim <ICCID>', 'the number on the SIM it sends through')
    .addOption(new Option('--stage <STAGE>', 'planned: not installed yet; enrolled: in service; retired: can not sign in').choices(stages))
    .option('--lat <DEGREES>', 'where it is installed, WGS-84, north positive', degrees)
    .option('--lon <DEGREES>', 'where it is installed, WGS-84, east positive', degrees)
    .option('--behind <ID>', 'the concentrator that may publish for it')
    .option('--link <URL>', `how it is reached when it does not speak MQTT: ${linkForms.join(', ')}`)
    .option('--unit <NUMBER>', 'the Modbus unit on that line, 1 to 247', wholeNumber)
    .option('--address <ADDRESS>', 'its address on that line, when it is not a Modbus unit')
    .option('--clear <LIST>', `take these away: ${clearable.join(', ')}`, clear)
    .option('--json', 'one JSON array, for scripts')
    .addHelpText(
      'after',
      `
Examples:
  citygate device change bus-0417 --stage retired --clear sim,tags
  citygate device change --where org=pudong-bus --where group="North depot" --group "East depot"`,
    )
  addConfigOptions(command, [...registryKeys, 'models']).action(async (ids: string[], flags: ChangeFlags) => {
    const change = changeOf(flags)
    if (Object.keys(change).length === 0) command.error('error: nothing to change: give --name, --group, --stage … or --clear')
    if (ids.length > 0 === (flags.where !== undefined)) command.error('error: which devices? Give their ids, or --where')
    if (isMissing(command)) throw new GatewayError('DEVICE_UNKNOWN', `no device ${ids.join(', ')} is registered`)
    const changed = await changeRegistry(command, async (registry, config) => {
      const upkeep = new Upkeep({ registry, catalogue: await loadCatalogue({ folders: config.models }), now: Date.now })
      return await upkeep.change(flags.where ? wanted(registry, flags.where) : [...new Set(ids)], change, cliActor())
    })
    if (flags.json) console.log(JSON.stringify(changed))
    else console.log(`changed ${changed.length <= 10 ? changed.map(({ id }) => id).join(', ') : `${changed.length} devices`}`)
  })
}

function wanted(registry: Registry, filter: DeviceFilter): readonly string[] {
  const found = [...registry.all()].filter(device => isWanted(device, filter)).map(({ id }) => id)
  if (found.length === 0) throw new GatewayError('DEVICE_UNKNOWN', 'no device is as --where says: citygate device list shows which are')
  return found
}

/** The flags of a {@link DeviceChange} that are given as they are kept. */
const plain = ['model', 'name', 'group', 'tags', 'sim', 'stage', 'behind'] as const

function changeOf(flags: ChangeFlags): DeviceChange {
  const { lat, lon, link, unit, address, clear: cleared = [] } = flags
  if ((lat === undefined) !== (lon === undefined)) throw new GatewayError('DEVICE_INVALID', 'place: --lat and --lon belong together')
  if (link === undefined && (unit !== undefined || address !== undefined))
    throw new GatewayError('DEVICE_INVALID', 'link: --unit and --address say who it is on a line: give the line with --link too')
  const given = {
    ...Object.fromEntries(plain.flatMap(field => (flags[field] === undefined ? [] : [[field, flags[field]]]))),
    ...(lat !== undefined && lon !== undefined && { place: { lat, lon } }),
    ...(link !== undefined && { link: { url: link, unit, address } }),
  }
  const twice = cleared.find(field => field in given)
  if (twice !== undefined) throw new GatewayError('DEVICE_INVALID', `${twice}: is given and cleared at once`)
  return { ...given, ...Object.fromEntries(cleared.map(field => [field, null])) }
}

function clear(text: string): readonly Clearable[] {
  return words(text).map(word => {
    const field = clearable.find(one => one === word)
    if (field === undefined) throw new InvalidArgumentError(`There is no '${word}' to clear. There are: ${clearable.join(', ')}`)
    return field
  })
}

function where(text: string, before: DeviceFilter = {}): DeviceFilter {
  const [, name, value = ''] = /^([a-z]+)=(.+)$/su.exec(text) ?? []
  const field = filters.find(one => one === name)
  if (field === undefined) throw new InvalidArgumentError(`Expected one of ${filters.map(one => `${one}=…`).join(', ')}`)
  if (field !== 'stage') return { ...before, [field]: value }
  const stage = stages.find(one => one === value)
  if (stage === undefined) throw new InvalidArgumentError(`There is no stage '${value}'. There are: ${stages.join(', ')}`)
  return { ...before, stage }
}
