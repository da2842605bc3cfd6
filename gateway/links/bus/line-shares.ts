import { plannedPolls, utilisationOf } from '../../../devices/line-plan.ts'
import type { ModelShare } from '../../model/line.ts'
import type { LineSpeed } from '../../model/model-bench.ts'
import type { BusTarget } from './bus-unit.ts'
import { bitsPerByte, readSerial } from './serial-port.ts'

/** What each model on a line takes of its time; devices of one are asked alike. The order is that of the devices. */
export function sharesOf(targets: readonly BusTarget[], speed: LineSpeed): readonly Omit<ModelShare, 'devices'>[] {
  const first = new Map<string, BusTarget>()
  for (const target of targets) if (!first.has(target.model)) first.set(target.model, target)
  return [...first.values()].map(target => {
    const polls = plannedPolls(target, speed)
    return { model: target.model, polls, utilisation: utilisationOf(polls) }
  })
}

/** The part of a line's time that all its devices take. */
export function utilisationOfAll(targets: readonly BusTarget[], shares: readonly Pick<ModelShare, 'model' | 'utilisation'>[]): number {
  const of = new Map(shares.map(({ model, utilisation }) => [model, utilisation]))
  return targets.reduce((sum, { model }) => sum + (of.get(model) ?? 0), 0)
}

/** The speed that a line's URL says; undefined where it says none. */
export function speedOfUrl(url: string): LineSpeed | undefined {
  const serial = readSerial(url)
  return serial && { baud: serial.baud, bitsPerByte: bitsPerByte(serial) }
}
