import type { Device } from '../../model/device.ts'
import type { DeviceId } from '../../model/ids.ts'
import { newSecret } from '../secrets.ts'
import { type ImportPlan, type PlannedDevice, signsIn } from './import-plan.ts'

/** So many devices are one transaction: little enough that others can write in between, and that a gateway follows change by change. */
export const batchDevices = 1_000

/** What an import writes to. */
export interface ImportTarget {
  addDevices(devices: readonly { readonly device: Device; readonly secret?: string }[]): Promise<unknown>
  changeDevices(devices: readonly Device[]): Promise<void>
}

/** Where secrets that are made are kept for whoever brings them to the devices. */
export interface SecretsKeeper {
  /** One that was kept before. */
  secretOf(id: DeviceId): string | undefined
  write(secrets: readonly { readonly id: DeviceId; readonly secret: string }[]): Promise<void>
}

/** Writes what was planned, a batch at a time, and tells after each how many devices are written. One that is interrupted has written whole batches, and goes on with `resume`. */
export async function* importDevices(
  plan: ImportPlan,
  target: ImportTarget,
  secrets: SecretsKeeper | undefined,
  devicesAtOnce = batchDevices,
): AsyncGenerator<number> {
  let done = 0
  for (const batch of batches(plan.add, devicesAtOnce)) {
    const added = batch.map(planned => withSecret(planned, secrets))
    await secrets?.write(added.flatMap(({ device, secret, made }) => (made && signsIn(device) ? [{ id: device.id, secret }] : [])))
    await target.addDevices(added)
    done += batch.length
    yield done
  }
  for (const batch of batches(plan.change, devicesAtOnce)) {
    await target.changeDevices(batch)
    done += batch.length
    yield done
  }
}

function withSecret({ device, secret }: PlannedDevice, secrets: SecretsKeeper | undefined) {
  return { device, secret: secret ?? secrets?.secretOf(device.id) ?? newSecret(), made: secret === undefined }
}

function* batches<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += size) yield list.slice(start, start + size)
}
