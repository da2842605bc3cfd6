import type { Command } from 'commander'
import { loadConfig } from '../config/config.ts'
import { addConfigOptions, configOptions } from './config-options.ts'
import { runUntilSignal } from './run-until-signal.ts'

/** `citygate serve`: the gateway. */
export function register(program: Command): void {
  const command = program
    .command('serve')
    .description('run the gateway until it is stopped (Ctrl-C, SIGTERM)')
    .addHelpText(
      'after',
      `
Each flag is also a CITYGATE_* variable and a key of the YAML file: docs/configuration.md.

Examples:
  citygate serve
  citygate serve --data /var/lib/citygate --http 8080 --mqtt 1883
  citygate serve --series influx --influx-url http://127.0.0.1:8086 --influx-db citygate`,
    )
  addConfigOptions(command).action(async () => {
    const config = loadConfig(configOptions(command))
    const { runGateway } = await import('../main.ts')
    await runUntilSignal(() => runGateway(config))
  })
}
