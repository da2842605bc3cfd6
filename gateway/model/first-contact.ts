import type { Actor } from './audit.ts'
import type { Device } from './device.ts'
import type { EpochMs } from './frame.ts'
import type { DeviceId, ModelId, OrgId } from './ids.ts'

/** What becomes of a device that nobody registered and that signs in with a provisioning key. */
export interface Arrival {
  /** Why it may not come in (yet). Holds no secret. */
  readonly message: string
  /** Resolves once it is decided: true when the device is registered now and may be judged anew. Absent: it is decided already. Never rejects. */
  readonly soon?: Promise<boolean>
}

/** Lets new devices announce themselves. */
export interface FirstContact {
  /** Undefined when the password holds no provisioning key. Synchronous; what has to be looked up comes later, bounded in number. */
  arrive(id: DeviceId, password: string, address: string): Arrival | undefined
}

/** A device that announced itself. */
export interface Newcomer {
  readonly device: DeviceId
  readonly org: OrgId
  readonly model: ModelId
  /** The provisioning key it came with. */
  readonly key: string
  readonly state: 'waiting' | 'refused'
  readonly firstAt: EpochMs
  readonly lastAt: EpochMs
  /** Where it came from last. */
  readonly address: string
  /** How often somebody came with its id and another secret: two devices of one name, or an impostor. */
  readonly contested: number
}

/** What devices that come with a provisioning key become. */
export interface ProvisioningRule {
  readonly org: OrgId
  readonly model: ModelId
  /** They are registered at once; otherwise they wait for somebody to approve them. */
  readonly accept: boolean
  /** Ids the key is for, such as `bus-*`. Absent: any. */
  readonly pattern?: string
  /** Devices at most, those that wait or were refused among them. */
  readonly most: number
  readonly expiresAt: EpochMs
}

/** A provisioning key without its secret. */
export interface ProvisioningInfo extends ProvisioningRule {
  readonly id: string
  readonly createdAt: EpochMs
  /** Devices that came with it. */
  readonly used: number
}

/** Of which organisations somebody decides about devices; the others' are as if nobody waited. */
export type Decides = (org: OrgId) => boolean

/** The list of devices that announced themselves. Each belongs to the organisation of the key it came with. */
export interface Enrolments {
  /** In the order in which they came. Throws REGISTRY_UNUSABLE. */
  list(): Promise<readonly Newcomer[]>
  /** The keys they come with, oldest first, those that are over among them. Throws REGISTRY_UNUSABLE. */
  keys(): Promise<readonly ProvisioningInfo[]>
  /** Registers all of them, with the secret each came with, or none. Throws ENROLMENT_UNKNOWN, DEVICE_EXISTS, REGISTRY_UNUSABLE. */
  approve(ids: readonly DeviceId[], by: Actor, decides: Decides): Promise<readonly Device[]>
  /** They are not asked about again while they keep coming. Throws ENROLMENT_UNKNOWN, REGISTRY_UNUSABLE. */
  refuse(ids: readonly DeviceId[], by: Actor, decides: Decides): Promise<void>
}
