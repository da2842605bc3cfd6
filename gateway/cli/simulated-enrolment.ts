import { join } from 'node:path'
import type { Enrolment } from '../../devices/simulators/index.ts'
import { GatewayError } from '../model/errors.ts'
import { Registry } from '../registry/registry.ts'
import { cliActor } from './cli-actor.ts'
import { commandLog } from './command-log.ts'

/** A running gateway knows within this time what was put into its registry: nobody has to be refused before that. */
export const KNOWN_WITHIN_MS = 1000

/** Puts the devices into the registry, in place of simulated ones with the same ids. A device that is not simulated is never replaced. */
export async function enrol(data: string, enrolments: readonly Enrolment[]): Promise<void> {
  const registry = new Registry({ file: join(data, 'registry.db'), log: commandLog, now: Date.now })
  await registry.start()
  try {
    const ids = new Set(enrolments.map(({ device }) => device.id))
    const inTheWay = [...registry.all()].filter(device => ids.has(device.id) || (device.behind !== undefined && ids.has(device.behind)))
    const real = inTheWay.find(device => !device.simulated)
    if (real) throw new GatewayError('DEVICE_EXISTS', `${real.id} is registered and no simulated device: it is left alone, and nothing was changed`)
    const writer = registry.as(cliActor())
    if (inTheWay.length > 0) await writer.removeDevices(inTheWay.map(device => device.id))
    await writer.addDevices(enrolments)
  } finally {
    await registry.stop()
  }
}
