import type { Actor } from './audit.ts'
import type { Device, Link, Stage } from './device.ts'
import type { EpochMs } from './frame.ts'
import type { DeviceId, ModelId } from './ids.ts'
import type { Position } from './reading.ts'

/** What is to be said of a device from now on. What is absent stays as it is, null takes it away. Its id and its organisation stay what they are. */
export interface DeviceChange {
  readonly model?: ModelId | undefined
  readonly name?: string | null | undefined
  readonly group?: string | null | undefined
  /** All of them, not those to be added. */
  readonly tags?: readonly string[] | null | undefined
  readonly sim?: string | null | undefined
  readonly stage?: Stage | undefined
  readonly place?: Position | null | undefined
  readonly behind?: DeviceId | null | undefined
  readonly link?: ChangedLink | null | undefined
}

/** A {@link Link} as it is given. */
export interface ChangedLink {
  readonly url: string
  readonly unit?: number | undefined
  readonly address?: string | undefined
}

/** Looks after devices one by one. Everything is checked by the same rules as a list of devices. */
export interface DeviceUpkeep {
  /** Answers the secret that was made for it. Throws DEVICE_INVALID, DEVICE_EXISTS, REGISTRY_UNUSABLE. */
  add(device: Device, by: Actor): Promise<string>
  /** Changes all of them or none, and answers what became of them. Throws DEVICE_INVALID, DEVICE_UNKNOWN, REGISTRY_UNUSABLE. */
  change(ids: readonly DeviceId[], change: DeviceChange, by: Actor): Promise<readonly Device[]>
  /** What the device has sent stays. Throws DEVICE_UNKNOWN, DEVICE_INVALID while others stand behind it, REGISTRY_UNUSABLE. */
  remove(id: DeviceId, by: Actor): Promise<void>
  /** Answers another secret; the one before is taken for so long. Throws DEVICE_UNKNOWN, REGISTRY_UNUSABLE. */
  renewSecret(id: DeviceId, graceMs: number, by: Actor): Promise<{ readonly secret: string; readonly previousUntil: EpochMs }>
}

/** The device with a change made to it, unchecked. */
export function changedDevice(device: Device, change: DeviceChange): Device {
  const stage = change.stage ?? device.stage
  const name = changed(device.name, change.name)
  const group = changed(device.group, change.group)
  const tags = changed(device.tags, change.tags)
  const sim = changed(device.sim, change.sim)
  const place = changed(device.place, change.place)
  const behind = changed(device.behind, change.behind)
  const link = changed<ChangedLink>(device.link, change.link)
  return {
    id: device.id,
    org: device.org,
    model: change.model ?? device.model,
    ...(name !== undefined && { name }),
    ...(group !== undefined && { group }),
    ...(tags !== undefined && tags.length > 0 && { tags }),
    ...(sim !== undefined && { sim }),
    ...(stage !== undefined && stage !== 'enrolled' && { stage }),
    ...(place !== undefined && { place }),
    ...(behind !== undefined && { behind }),
    ...(link !== undefined && { link: linkOf(link) }),
    ...(device.simulated && { simulated: true }),
  }
}

function changed<T>(before: T | undefined, given: T | null | undefined): T | undefined {
  return given === undefined ? before : (given ?? undefined)
}

function linkOf({ url, unit, address }: ChangedLink): Link {
  return { url, ...(unit !== undefined && { unit }), ...(address !== undefined && { address }) }
}
