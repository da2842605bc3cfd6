import type { Actor } from '../../model/audit.ts'
import type { Device } from '../../model/device.ts'
import type { Decides, Enrolments, Newcomer, ProvisioningInfo } from '../../model/first-contact.ts'
import type { DeviceId } from '../../model/ids.ts'
import type { Registry } from '../registry.ts'

/** The devices that wait, for whoever decides about them. */
export class WaitingList implements Enrolments {
  readonly #registry: Registry

  constructor(registry: Registry) {
    this.#registry = registry
  }

  list(): Promise<readonly Newcomer[]> {
    return this.#registry.newcomers()
  }

  keys(): Promise<readonly ProvisioningInfo[]> {
    return this.#registry.provisioningKeys()
  }

  approve(ids: readonly DeviceId[], by: Actor, decides: Decides): Promise<readonly Device[]> {
    return this.#registry.as(by).approve(ids, decides)
  }

  refuse(ids: readonly DeviceId[], by: Actor, decides: Decides): Promise<void> {
    return this.#registry.as(by).refuse(ids, decides)
  }
}
