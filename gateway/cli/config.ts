import type { Command } from 'commander'
import { loadConfigWithPlaces } from '../config/config.ts'
import { shownConfig } from '../config/shown.ts'
import { addConfigOptions, configOptions } from './config-options.ts'
import { table } from './table.ts'

/** `citygate config`: what is set, and where. */
export function register(program: Command): void {
  const command = program
    .command('config')
    .description('check the configuration and print it, with where each value comes from and without secrets')
    .option('--json', 'one JSON array, for scripts')
    .addHelpText(
      'after',
      `
Examples:
  citygate config
  citygate config --config /etc/citygate/citygate.yaml --json`,
    )
  addConfigOptions(command).action((flags: { readonly json?: true }) => {
    const shown = shownConfig(loadConfigWithPlaces(configOptions(command)))
    if (flags.json) console.log(JSON.stringify(shown))
    else
      console.log(
        table(
          ['setting', 'value', 'from'],
          shown.map(({ key, value, from }) => [key, Array.isArray(value) ? value.join(', ') : String(value), from]),
        ),
      )
  })
}
