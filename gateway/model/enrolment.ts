import type { Actor } from './audit.ts'
import type { DeviceId, OrgId } from './ids.ts'

/** Which devices somebody who brings a list may register and change. */
export interface ListReach {
  readonly maintains: (org: OrgId) => boolean
  /** Everything, links among it: they make the gateway itself call an address or share a line with others. */
  readonly overall: boolean
}

/** A list of devices that somebody brings. */
export interface BroughtList {
  /** CSV; the first line names the columns. */
  readonly list: string
  /** Whose devices those are that name no organisation. */
  readonly org?: OrgId
  /** Registered devices that differ are changed. */
  readonly update: boolean
  /** Only check. */
  readonly dryRun: boolean
  /** Lines beyond it are problems, and tell nothing of what others have. */
  readonly reach: ListReach
}

/** What became of a list, or would. */
export interface TakenList {
  /** False when it was only checked, or has problems. */
  readonly written: boolean
  readonly rows: number
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  /** With the line each, in their order; the first hundred. */
  readonly problems: readonly string[]
  readonly problemCount: number
  /** Of the devices that were added and sign in: the only time they can be read. */
  readonly secrets: readonly { readonly id: DeviceId; readonly secret: string }[]
}

/** Takes lists of devices into the registry. */
export interface DeviceLists {
  /** Checks the whole list; writes it when that was asked for and nothing is wrong. Throws IMPORT_INVALID for a text that is no list, DEVICE_INVALID, DEVICE_EXISTS, REGISTRY_UNUSABLE. */
  take(brought: BroughtList, by: Actor): Promise<TakenList>
}
