import type { Command } from 'commander'
import { loadConfig } from '../config/config.ts'
import { addConfigOptions, configOptions } from './config-options.ts'
import { wholeNumber } from './numbers.ts'
import { runUntilSignal } from './run-until-signal.ts'

interface DemoFlags {
  readonly empty?: true
  readonly buses: number
  readonly meters: number
  readonly worksites: number
  readonly others: number
  readonly dialling: number
}

/** `citygate demo`: the gateway with a simulated city, as `npm start` runs it. */
export function register(program: Command): void {
  const command = program
    .command('demo')
    .description('run the gateway together with a simulated city, marked as simulated wherever it is shown')
    .option('--empty', 'without the simulated city')
    .option('--buses <NUMBER>', 'simulated buses', wholeNumber, 240)
    .option('--meters <NUMBER>', 'simulated electricity and water meters', wholeNumber, 60)
    .option('--worksites <NUMBER>', 'simulated worksites', wholeNumber, 24)
    .option('--others <NUMBER>', 'simulated things of the other kinds: gas and heat meters, cranes, lifts, environment stations, soil sensors', wholeNumber, 12)
    .option(
      '--dialling <NUMBER>',
      'simulated devices of each protocol that dials in by itself: vehicle terminals, stations, meters behind DTUs, edge nodes',
      wholeNumber,
      8,
    )
    .addHelpText(
      'after',
      `
Examples:
  citygate demo
  citygate demo --buses 1000 --meters 0 --worksites 0 --data /tmp/city`,
    )
  addConfigOptions(command).action(async (flags: DemoFlags) => {
    const config = loadConfig(configOptions(command))
    const { runDemo } = await import('../demo.ts')
    const { buses, meters, worksites, others, dialling } = flags
    await runUntilSignal(() => runDemo(config, { empty: flags.empty === true, buses, meters, worksites, others, dialling }))
  })
}
