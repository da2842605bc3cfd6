import type { Catalogue, Device } from '../model/device.ts'
import { quoted } from './check-device.ts'

/** What is wrong between a device and its model, with the field's name. Undefined when nothing is. */
export function modelProblem({ model, link }: Pick<Device, 'model' | 'link'>, catalogue: Catalogue): string | undefined {
  const entry = catalogue.model(model)
  if (entry === undefined)
    return `model: there is no ${quoted(model)}: /api/v1/models of a running gateway lists those there are; others are added with the setting models`
  if (link === undefined || entry.model.protocol !== 'telemetry') return undefined
  return `link: ${model} speaks ${entry.model.protocol}, which is not polled: leave link empty, the device publishes by itself`
}
