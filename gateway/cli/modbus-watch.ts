import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import { z } from 'zod'
import { loadConfig } from '../config/config.ts'
import { askGateway } from './ask-gateway.ts'
import { addConfigOptions, configOptions } from './config-options.ts'
import { wholeNumber } from './numbers.ts'

interface Flags {
  readonly times: number
  readonly every: number
}

const LineSchema = z.object({
  lines: z.array(
    z.object({
      url: z.string(),
      connected: z.boolean(),
      devices: z.number(),
      silent: z.number(),
      requests: z.number(),
      answers: z.number(),
      exceptions: z.number(),
      timeouts: z.number(),
      strays: z.number(),
      missed: z.number(),
      utilisation: z.number(),
      slipP99Ms: z.number(),
    }),
  ),
})
const LatestSchema = z.object({ values: z.record(z.string(), z.object({ value: z.union([z.number(), z.boolean(), z.string()]), at: z.string() })) })

/** `citygate modbus watch DEVICE|URL…`. */
export function registerWatch(modbus: Command): void {
  const command = modbus
    .command('watch')
    .description('watch devices or lines of the running gateway: a JSON line whenever something changed. Ctrl-C ends it')
    .argument('<what...>', 'devices by id, lines by URL')
    .option('--every <SECONDS>', 'how often to look', wholeNumber, 1)
    .option('--times <NUMBER>', 'look so often and end (0: go on)', wholeNumber, 0)
    .addHelpText('after', '\nExample:\n  citygate modbus watch meter-0042 modbus-tcp://10.0.0.5:502')
  addConfigOptions(command, ['data']).action(async (what: readonly string[], { times, every }: Flags) => {
    const gateway = askGateway(loadConfig(configOptions(command)))
    const before = new Map<string, string>()
    for (let looks = 0; times === 0 || looks < times; looks++) {
      if (looks > 0) await delay(1000 * Math.max(1, every))
      const lines = what.some(isLine) ? (await gateway.get('/lines', LineSchema)).lines : []
      for (const each of what) {
        const found = isLine(each)
          ? lines.find(line => line.url.startsWith(each))
          : { device: each, ...(await gateway.get(`/devices/${encodeURIComponent(each)}/latest`, LatestSchema)) }
        const text = JSON.stringify(found ?? { url: each, problem: 'the gateway has no such line' })
        if (before.get(each) !== text) console.log(text)
        before.set(each, text)
      }
    }
  })
}

function isLine(what: string): boolean {
  return what.includes('://')
}
