import { type Command, Option } from 'commander'
import type { ConfigOptions } from '../config/config.ts'
import { settings } from '../config/settings.ts'

/** Gives a command the flags of these settings, or of all of them, and `--config`. */
export function addConfigOptions(command: Command, keys?: readonly string[]): Command {
  command.option('--config <FILE>', 'the YAML file with the configuration (usual: citygate.yaml in this folder, if there is one)')
  for (const setting of settings) {
    if (setting.option === undefined || (keys && !keys.includes(setting.key))) continue
    const usual = typeof setting.initial === 'string' || typeof setting.initial === 'number' ? ` (usual: ${setting.initial})` : ''
    const option = new Option(`${setting.option} <${setting.argument}>`, `${setting.about}${usual}`)
    if (setting.list) option.argParser((value: string, before: unknown) => [...(Array.isArray(before) ? before : []), value])
    command.addOption(option)
  }
  return command
}

/** What the command line says about the configuration. */
export function configOptions(command: Command): ConfigOptions {
  const given: Readonly<Record<string, unknown>> = command.opts()
  const flags: Record<string, unknown> = {}
  for (const setting of settings) {
    const option = command.options.find(one => one.long === setting.option)
    if (option !== undefined) flags[setting.key] = given[option.attributeName()]
  }
  return { flags, ...(typeof given.config === 'string' && { file: given.config }) }
}
