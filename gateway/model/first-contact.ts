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

/** Of which organisations somebody decides about devices; the others' are as if nobody waited. */
export type Decides = (org: OrgId) => boolean

/** The list of devices that announced themselves. Each belongs to the organisation of the key it came with. */
export interface Enrolments {
  /** In the order in which they came. Throws REGISTRY_UNUSABLE. */
  list(): Promise<readonly Newcomer[]>
  /** Registers all of them, with the secret each came with, or none. Throws ENROLMENT_UNKNOWN, DEVICE_EXISTS, REGISTRY_UNUSABLE. */
  approve(ids: readonly DeviceId[], by: Actor, decides: Decides): Promise<readonly Device[]>
  /** They are not asked about again while they keep coming. Throws ENROLMENT_UNKNOWN, REGISTRY_UNUSABLE. */
  refuse(ids: readonly DeviceId[], by: Actor, decides: Decides): Promise<void>
}
