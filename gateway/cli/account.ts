import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { type Config, loadConfig } from '../config/config.ts'
import type { Device } from '../model/device.ts'
import { type AccountSource, accountFiles, type DeviceAccount, runningGateway, type WholeAccount } from './account-source.ts'
import { addConfigOptions, configOptions } from './config-options.ts'
import { table } from './table.ts'
import { registryKeys, withRegistry } from './with-registry.ts'

type Figures = DeviceAccount['account']
type Clock = NonNullable<DeviceAccount['clock']>

const TOP_REASONS = 10
const SHOWN_CLOCKS = 20

/** `citygate account [DEVICE]`: what became of every frame. */
export function register(program: Command): void {
  const command = program
    .command('account')
    .description(
      'what became of every frame: received = stored + duplicate + rejected + pending. Asks the gateway that runs on the data folder, else reads its files. Exit code 1 when the sum does not hold',
    )
    .argument('[device]', 'of one device, with its clock and its newest rejected frames')
    .option('--json', 'one JSON object, for scripts')
    .addHelpText('after', '\nExamples:\n  citygate account\n  citygate account bus-0417')
  addConfigOptions(command, registryKeys).action(async (device: string | undefined, flags: { readonly json?: true }) => {
    const source = await openSource(command, loadConfig(configOptions(command)))
    try {
      const found = device === undefined ? await source.all() : await source.of(device)
      const balances = holds('total' in found ? found.total : found.account)
      if (flags.json) console.log(JSON.stringify({ source: source.name, balances, ...found }))
      else console.log(['total' in found ? wholeText(found) : deviceText(found), `read from ${source.name}`].join('\n'))
      if (!balances) {
        console.error('the account does not balance: received is not stored + duplicate + rejected + pending')
        process.exitCode = 1
      }
    } finally {
      await source.close()
    }
  })
}

async function openSource(command: Command, config: Config): Promise<AccountSource> {
  return (await runningGateway(config)) ?? accountFiles(config, await registered(command, config))
}

async function registered(command: Command, config: Config): Promise<ReadonlyMap<string, Device>> {
  if (!existsSync(join(config.data, 'registry.db'))) return new Map()
  return withRegistry(command, async registry => new Map(Array.from(registry.all(), device => [device.id, device])))
}

function holds({ received, stored, duplicate, rejected, pending }: Figures): boolean {
  return received === stored + duplicate + rejected + pending && pending >= 0
}

const HEADING = ['received', 'stored', 'duplicate', 'rejected', 'pending', 'flagged', 'last frame'] as const

function cells(account: Figures): string[] {
  const { received, stored, duplicate, rejected, pending, flagged, lastReceivedAt } = account
  return [received, stored, duplicate, rejected, pending, flagged].map(String).concat(lastReceivedAt ?? '–')
}

function wholeText({ total, orgs, clocks }: WholeAccount): string {
  const rows = [['all', '', ...cells(total)], ...orgs.map(({ org, devices, account }) => [org, String(devices), ...cells(account)])]
  const lines = [table(['', 'devices', ...HEADING], rows)]
  if (total.lost) lines.push(`${total.lost} frames were lost with a damaged part of the journal; citygate journal verify says where`)
  lines.push(...reasonLines(total))
  if (clocks.length > 0) {
    lines.push('', `clocks that are off: ${clocks.length}`)
    for (const { device, clock } of clocks.slice(0, SHOWN_CLOCKS)) lines.push(`  ${device}: ${clockText(clock)}`)
    if (clocks.length > SHOWN_CLOCKS) lines.push(`  … and ${clocks.length - SHOWN_CLOCKS} more (--json has all)`)
  }
  return lines.join('\n')
}

function deviceText({ device, account, clock, rejected }: DeviceAccount): string {
  const lines = [table(['', ...HEADING], [[device, ...cells(account)]]), `clock: ${clock ? clockText(clock) : 'nothing is known to be wrong with it'}`]
  lines.push(...reasonLines(account))
  if (rejected.length > 0) lines.push('', 'newest rejected frames', ...rejected.map(frame => `  ${frame.receivedAt} ${frame.reason}: ${frame.detail}`))
  return lines.join('\n')
}

function reasonLines({ rejectedBy }: Figures): string[] {
  const reasons = Object.entries(rejectedBy).sort(([, a], [, b]) => b - a)
  if (reasons.length === 0) return []
  return ['', 'rejected', ...reasons.slice(0, TOP_REASONS).map(([reason, count]) => `  ${reason}: ${count}`)]
}

function clockText({ fault, offsetSeconds, since }: Clock): string {
  const by = lengthText(Math.abs(offsetSeconds))
  const found = `, found ${since}`
  if (fault === 'stuck') return `stands still${found}`
  if (fault === 'rollover') return `${by} ${offsetSeconds < 0 ? 'behind' : 'ahead'}, a GPS week rollover${found}`
  return `${by} ${fault}${found}`
}

function lengthText(seconds: number): string {
  if (seconds >= 2 * 86_400) return `${Math.round(seconds / 86_400)} days`
  if (seconds >= 2 * 3_600) return `${Math.round(seconds / 360) / 10} hours`
  return seconds >= 120 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds)} seconds`
}
