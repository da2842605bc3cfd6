import { Command, CommanderError } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import { GatewayError } from '../model/errors.ts'

/** What each command's file exports. */
export interface CommandFile {
  register(program: Command): void
}

/** Every command, in the order of the help. A file is loaded when its command is asked for, so that `decode` does not wait for the gateway. */
const commands: readonly { readonly name: string; readonly load: () => Promise<CommandFile> }[] = [
  { name: 'serve', load: () => import('./serve.ts') },
  { name: 'demo', load: () => import('./demo.ts') },
  { name: 'simulate', load: () => import('./simulate.ts') },
  { name: 'device', load: () => import('./device.ts') },
  { name: 'provisioning', load: () => import('./provisioning.ts') },
  { name: 'enrolment', load: () => import('./enrolment.ts') },
  { name: 'dtu', load: () => import('./dtu.ts') },
  { name: 'org', load: () => import('./org.ts') },
  { name: 'token', load: () => import('./token.ts') },
  { name: 'user', load: () => import('./user.ts') },
  { name: 'audit', load: () => import('./audit.ts') },
  { name: 'model', load: () => import('./model.ts') },
  { name: 'decode', load: () => import('./decode.ts') },
  { name: 'command', load: () => import('./command.ts') },
  { name: 'modbus', load: () => import('./modbus.ts') },
  { name: 'journal', load: () => import('./journal.ts') },
  { name: 'account', load: () => import('./account.ts') },
  { name: 'config', load: () => import('./config.ts') },
  { name: 'doctor', load: () => import('./doctor.ts') },
]

/** The command was called in a way it does not know. */
const usageExit = 2

/** Runs a command and answers the exit code: 0 done, 1 it failed (`CODE: message` on standard error), 2 it was called wrongly. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const program = new Command('citygate')
    .description('Citygate: telemetry of buses, meters and worksites, from the device to the map and the time-series store')
    .version(packageJson.version)
    .option('--verbose', 'tell more, and print stacks of errors')
    .exitOverride()
    .allowExcessArguments(false)
    .showHelpAfterError('(--help shows what there is)')
  const wanted = args.find(arg => !arg.startsWith('-'))
  const chosen = commands.filter(command => command.name === wanted)
  for (const command of chosen.length > 0 ? chosen : commands) (await command.load()).register(program)
  try {
    await program.parseAsync(args, { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    return exitCodeOf(error, program.opts().verbose === true)
  }
}

function exitCodeOf(error: unknown, verbose: boolean): number {
  // Commander has said by then what it has to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExit
  const message = error instanceof Error ? error.message : String(error)
  console.error(error instanceof GatewayError ? `${error.code}: ${message}` : `UNEXPECTED: ${message}${verbose ? '' : ' (--verbose prints where it happened)'}`)
  if (verbose && error instanceof Error) console.error(error.stack, error.cause ?? '')
  return 1
}
