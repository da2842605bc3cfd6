import type { Actor } from '../model/audit.ts'
import type { Catalogue, Device } from '../model/device.ts'
import { changedDevice, type DeviceChange, type DeviceUpkeep } from '../model/device-upkeep.ts'
import { GatewayError } from '../model/errors.ts'
import type { DeviceId } from '../model/ids.ts'
import { modelProblem } from './model-fits.ts'
import type { Registry } from './registry.ts'

/** Looks after devices one by one, in the registry. */
export class Upkeep implements DeviceUpkeep {
  readonly #registry: Registry
  readonly #catalogue: Catalogue
  readonly #now: () => number

  constructor(options: { readonly registry: Registry; readonly catalogue: Catalogue; readonly now: () => number }) {
    this.#registry = options.registry
    this.#catalogue = options.catalogue
    this.#now = options.now
  }

  async add(device: Device, by: Actor): Promise<string> {
    this.#check(device)
    return (await this.#registry.as(by).addDevice(device)).secret
  }

  async change(ids: readonly DeviceId[], change: DeviceChange, by: Actor): Promise<readonly Device[]> {
    // Only what is said anew is checked: a device whose model was taken away can still be retired.
    const checked = change.model !== undefined || (change.link !== undefined && change.link !== null)
    return await this.#registry.as(by).alterDevices(ids, before => {
      const after = changedDevice(before, change)
      if (checked) this.#check(after)
      return after
    })
  }

  async remove(id: DeviceId, by: Actor): Promise<void> {
    await this.#registry.as(by).removeDevice(id)
  }

  async renewSecret(id: DeviceId, graceMs: number, by: Actor): Promise<{ readonly secret: string; readonly previousUntil: number }> {
    const { secret } = await this.#registry.as(by).rotateSecret(id, { graceMs })
    return { secret, previousUntil: this.#now() + graceMs }
  }

  #check(device: Device): void {
    const problem = modelProblem(device, this.#catalogue)
    if (problem !== undefined) throw new GatewayError('DEVICE_INVALID', problem)
  }
}
