import type { Command } from 'commander'
import { z } from 'zod'
import { loadConfig } from '../config/config.ts'
import { type Device, type LifeCycle, type Link, lifeCycles } from '../model/device.ts'
import { GatewayError } from '../model/errors.ts'
import { askGateway } from './ask-gateway.ts'
import { addConfigOptions, configOptions } from './config-options.ts'
import { addFilterOptions, type DeviceFilter, isWanted } from './device-filter.ts'
import { table } from './table.ts'
import { isMissing, registryKeys, withRegistry } from './with-registry.ts'

interface ListFlags extends DeviceFilter {
  readonly json?: true
}

const PageSchema = z.object({ devices: z.array(z.object({ id: z.string(), lifeCycle: z.enum(lifeCycles) })), next: z.string().optional() })

/** `citygate device list`. */
export function registerList(device: Command): void {
  const command = device
    .command('list')
    .description('show the registered devices. While the gateway runs, also which of them are heard of (active) and which are not any more (silent)')
    .option('--json', 'one JSON array, for scripts')
    .addHelpText('after', '\nExample:\n  citygate device list --org pudong-bus --group "North depot"')
  addFilterOptions(command)
  addConfigOptions(command, registryKeys).action(async (flags: ListFlags) => {
    const found = isMissing(command) ? [] : await withRegistry(command, async registry => [...registry.all()].filter(one => isWanted(one, flags)))
    const lives = found.length === 0 ? undefined : await livesOf(command, flags)
    if (flags.json) console.log(JSON.stringify(found.map(one => ({ ...one, ...(lives?.has(one.id) && { lifeCycle: lives.get(one.id) }) }))))
    else if (found.length > 0) {
      const heading = ['id', 'organisation', 'model', 'name', 'group', 'tags', lives ? 'life' : 'stage', 'place', 'reached']
      console.log(
        table(
          heading,
          found.map(one => cellsOf(one, lives?.get(one.id))),
        ),
      )
    } else console.log('no devices')
  })
}

/** As the running gateway tells it. Undefined: none runs there, or it does not tell whoever asks without a token. */
async function livesOf(command: Command, { org, model, group, tag, stage }: ListFlags): Promise<ReadonlyMap<string, LifeCycle> | undefined> {
  const lives = new Map<string, LifeCycle>()
  try {
    const gateway = askGateway(loadConfig(configOptions(command)))
    const asked = new URLSearchParams({ limit: '1000' })
    for (const [name, value] of Object.entries({ org, model, group, tag, stage })) if (value !== undefined) asked.set(name, value)
    for (let next: string | undefined = ''; next !== undefined; ) {
      const page: z.output<typeof PageSchema> = await gateway.get(`/devices?${asked}`, PageSchema)
      for (const { id, lifeCycle } of page.devices) lives.set(id, lifeCycle)
      next = page.next
      if (next !== undefined) asked.set('cursor', next)
    }
    return lives
  } catch (error) {
    if (error instanceof GatewayError) return undefined
    throw error
  }
}

function cellsOf(device: Device, life: LifeCycle | undefined): readonly string[] {
  const place = device.place ? `${device.place.lat}, ${device.place.lon}` : ''
  const reached = device.link ? linkText(device.link) : device.behind !== undefined ? `behind ${device.behind}` : 'signs in'
  return [
    device.id,
    device.org,
    device.model,
    device.name ?? '',
    device.group ?? '',
    (device.tags ?? []).join(','),
    life ?? device.stage ?? '',
    place,
    `${reached}${device.simulated ? ', simulated' : ''}`,
  ]
}

/** A link as a person reads it. */
export function linkText({ url, unit, address }: Link): string {
  return `${url}${unit === undefined ? '' : `, unit ${unit}`}${address === undefined ? '' : `, address ${address}`}`
}
