import { type Command, Option } from 'commander'
import { type Device, type Stage, stages } from '../model/device.ts'

/** Which devices a command is about. */
export interface DeviceFilter {
  readonly org?: string
  readonly model?: string
  readonly group?: string
  readonly tag?: string
  readonly stage?: Stage
}

/** The flags of a {@link DeviceFilter}. */
export function addFilterOptions(command: Command): void {
  command
    .option('--org <ORG>', 'only of this organisation')
    .option('--model <MODEL>', 'only of this model')
    .option('--group <NAME>', 'only of this group')
    .option('--tag <TAG>', 'only with this tag')
    .addOption(new Option('--stage <STAGE>', 'only in this stage').choices(stages))
}

/** Whether a device passes all that was asked for. */
export function isWanted(device: Device, { org, model, group, tag, stage }: DeviceFilter): boolean {
  if (org !== undefined && device.org !== org) return false
  if (model !== undefined && device.model !== model) return false
  if (group !== undefined && device.group !== group) return false
  if (tag !== undefined && !device.tags?.includes(tag)) return false
  return stage === undefined || (device.stage ?? 'enrolled') === stage
}

/** A flag with several words, separated by commas. */
export function words(text: string): readonly string[] {
  return text
    .split(',')
    .map(word => word.trim())
    .filter(word => word !== '')
}
