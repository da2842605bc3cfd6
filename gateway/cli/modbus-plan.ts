import type { Command } from 'commander'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { TURNAROUND_MS } from '../../devices/line-plan.ts'
import { loadConfig } from '../config/config.ts'
import type { BusTarget } from '../links/bus/bus-unit.ts'
import { sharesOf, speedOfUrl, utilisationOfAll } from '../links/bus/line-shares.ts'
import { Targets } from '../links/bus/targets.ts'
import type { Catalogue, Device } from '../model/device.ts'
import { GatewayError } from '../model/errors.ts'
import type { LineSpeed } from '../model/model-bench.ts'
import { readLinkUrl } from '../registry/link.ts'
import { commandLog } from './command-log.ts'
import { addConfigOptions, configOptions } from './config-options.ts'
import { wholeNumber } from './numbers.ts'
import { table } from './table.ts'
import { withRegistry } from './with-registry.ts'

interface Flags {
  readonly model?: string
  readonly link?: string
  readonly baud?: number
  readonly count: number
}

const USUAL_BAUD = 9600

/** `citygate modbus plan`. */
export function registerPlan(modbus: Command): void {
  const command = modbus
    .command('plan')
    .description(
      'reckon what polling takes of a line: requests, bytes, time at the baud rate, and how full the line is with all its devices. Exit code 1 when that is more than it can carry',
    )
    .argument('[device]', 'a registered device, with all others on its line')
    .option('--model <MODEL>', 'instead of a device: a product')
    .option('--link <URL>', 'with --model: its line')
    .option('--count <NUMBER>', 'with --model: so many of them', wholeNumber, 1)
    .option('--baud <BAUD>', `the speed of the line, where its URL does not say (usual: ${USUAL_BAUD})`, wholeNumber)
    .addHelpText(
      'after',
      "\nExamples:\n  citygate modbus plan meter-0042\n  citygate modbus plan --model eastron-sdm630 --link 'serial:///dev/ttyUSB0?baud=9600' --count 20",
    )
  addConfigOptions(command, ['data', 'models']).action(async (id: string | undefined, flags: Flags) => {
    const catalogue = await loadCatalogue({ folders: loadConfig(configOptions(command)).models })
    const { url, targets } = id === undefined ? planned(flags, catalogue) : await registered(command, id, catalogue)
    const speed = speedOf(url, flags.baud)
    const shares = sharesOf(targets, speed)
    const utilisation = utilisationOfAll(targets, shares)
    console.log(planText(url, speed, targets, shares))
    if (utilisation <= 1) return
    const percent = Math.round(100 * utilisation)
    throw new GatewayError(
      'LINK_FAILED',
      `this plan can not be met: it asks for ${percent} % of the line's time. Multiply the periods by ${(utilisation / 0.8).toFixed(1)} to fill it to 80 %, or spread the devices over ${Math.ceil(utilisation / 0.8)} lines`,
    )
  })
}

interface Planned {
  readonly url: string
  readonly targets: readonly BusTarget[]
}

function planned({ model, link, count }: Flags, catalogue: Catalogue): Planned {
  if (model === undefined || link === undefined) throw new GatewayError('DEVICE_INVALID', 'name a device, or --model and --link')
  const read = readLinkUrl(link)
  if ('problem' in read) throw new GatewayError('DEVICE_INVALID', `link: ${read.problem}`)
  const targets = new Targets(catalogue, commandLog)
  const target = targets.target({ id: model, org: 'plan', model, link: { url: read.url, unit: 1 } })
  if (!target) throw new GatewayError('MODEL_INVALID', `${model} is not asked on ${read.url}: there is no such model, or its protocol is not asked with a unit`)
  return { url: read.url, targets: Array.from({ length: Math.max(1, count) }, () => target) }
}

async function registered(command: Command, id: string, catalogue: Catalogue): Promise<Planned> {
  const devices = await withRegistry(command, async registry => [...registry.all()])
  const url = devices.find((device: Device) => device.id === id)?.link?.url
  if (url === undefined) throw new GatewayError('DEVICE_UNKNOWN', `there is no device ${id} with a link`)
  const line = new Targets(catalogue, commandLog).lines(devices).get(url)
  if (!line) throw new GatewayError('DEVICE_INVALID', `no device on ${url} is asked`)
  return line
}

function speedOf(url: string, given: number | undefined): LineSpeed {
  return { baud: USUAL_BAUD, ...speedOfUrl(url), ...(given !== undefined && { baud: given }) }
}

/** Devices of one model are polled alike: each model once, with how many there are. */
function planText(url: string, { baud = USUAL_BAUD }: LineSpeed, targets: readonly BusTarget[], shares: ReturnType<typeof sharesOf>): string {
  const countOf = (model: string): number => targets.filter(target => target.model === model).length
  const counted = shares.map(share => ({ ...share, count: countOf(share.model) }))
  const rows = counted.flatMap(({ model, polls, count }) =>
    polls.map(({ what, everyMs, requestBytes, answerBytes, ms }) => [
      `${model}${count > 1 ? ` × ${count}` : ''}`,
      what,
      `${everyMs / 1000} s`,
      String(requestBytes),
      String(answerBytes),
      `${ms.toFixed(1)} ms`,
      percentText((count * ms) / everyMs),
    ]),
  )
  return [
    `${url}, at ${baud} baud`,
    table(['model', 'request', 'every', 'bytes out', 'bytes in', 'takes', 'of the line'], rows),
    `${targets.length} devices, ${percentText(utilisationOfAll(targets, shares))} of the line (a device is given ${TURNAROUND_MS} ms to begin its answer)`,
  ].join('\n')
}

function percentText(part: number): string {
  return `${(100 * part).toFixed(1)} %`
}
