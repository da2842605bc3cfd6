import { writeFile } from 'node:fs/promises'
import { type Command, InvalidArgumentError } from 'commander'
import { dashboardBase, labelSheets } from '../api/labels/label-sheet.ts'
import { GatewayError } from '../model/errors.ts'
import { addConfigOptions } from './config-options.ts'
import { addFilterOptions, type DeviceFilter, isWanted } from './device-filter.ts'
import { unwritable } from './unwritable.ts'
import { isMissing, registryKeys, withRegistry } from './with-registry.ts'

interface LabelFlags extends DeviceFilter {
  readonly baseUrl: string
  readonly out: string
}

/** `citygate device labels`. */
export function registerLabels(device: Command): void {
  const command = device
    .command('labels')
    .description(
      'write a page to print: a label for each device, with a QR code that opens its page in the dashboard. A4, three by eight; no secret is on them',
    )
    .argument('[id...]', 'which (usual: all that the flags below leave)')
    .requiredOption('--base-url <URL>', 'the address at which people reach the dashboard, such as https://city.example', base)
    .requiredOption('--out <FILE>', 'where to, such as labels.html')
    .addHelpText('after', '\nExample:\n  citygate device labels --group "North depot" --base-url https://city.example --out labels.html')
  addFilterOptions(command)
  addConfigOptions(command, registryKeys).action(async (ids: string[], flags: LabelFlags) => {
    const devices = isMissing(command) ? [] : await withRegistry(command, async registry => [...registry.all()].filter(one => isWanted(one, flags)))
    const known = new Set(devices.map(({ id }) => id))
    const unknown = ids.filter(id => !known.has(id))
    if (unknown.length > 0) throw new GatewayError('DEVICE_UNKNOWN', `no device ${unknown.slice(0, 10).join(', ')} is registered, or the flags leave it out`)
    const wanted = ids.length === 0 ? devices : devices.filter(({ id }) => ids.includes(id))
    if (wanted.length === 0) throw new GatewayError('DEVICE_UNKNOWN', 'there is no device to label: citygate device list shows which are')
    try {
      await writeFile(flags.out, labelSheets(wanted, flags.baseUrl))
    } catch (cause) {
      throw unwritable(flags.out, cause)
    }
    console.log(
      `${wanted.length} ${wanted.length === 1 ? 'label' : 'labels'} written to ${flags.out}: open it in a browser, and print it on A4 without margins and at 100 %`,
    )
  })
}

function base(text: string): string {
  const address = dashboardBase(text)
  if (address === undefined) throw new InvalidArgumentError('Expected the address of the dashboard, such as https://city.example')
  return address
}
