import type { Device } from '../../model/device.ts'
import type { DeviceId } from '../../model/ids.ts'
import { newSecret } from '../secrets.ts'
import type { ImportPlan, PlannedDevice } from './import-plan.ts'

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

/** Whether a device signs in with a secret: not one that is polled or dials in by a link, nor one that a concentrator speaks for. */
export function signsIn({ link, behind }: Device): boolean {
  return link === undefined && behind === undefined
}

/** Writes what was planned, a batch at a time. One that is interrupted has written whole batches, and goes on with `resume`. */
export async function importDevices(
  plan: ImportPlan,
  target: ImportTarget,
  secrets: SecretsKeeper | undefined,
  progress: (done: number) => void,
): Promise<void> {
  let done = 0
  for (const batch of batches(plan.add)) {
    const added = batch.map(planned => withSecret(planned, secrets))
    await secrets?.write(added.flatMap(({ device, secret, made }) => (made && signsIn(device) ? [{ id: device.id, secret }] : [])))
    await target.addDevices(added)
    done += batch.length
    progress(done)
  }
  for (const batch of batches(plan.change)) {
    await target.changeDevices(batch)
    done += batch.length
    progress(done)
  }
}

function withSecret({ device, secret }: PlannedDevice, secrets: SecretsKeeper | undefined) {
  return { device, secret: secret ?? secrets?.secretOf(device.id) ?? newSecret(), made: secret === undefined }
}

function* batches<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += batchDevices) yield list.slice(start, start + batchDevices)
}
