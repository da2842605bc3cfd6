import type { Actor } from './audit.ts'
import type { GatewayError } from './errors.ts'
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
  readonly secrets: readonly MadeSecret[]
}

/** A file with devices that somebody brings, CSV or .xlsx. */
export interface BroughtFile extends Omit<BroughtList, 'list'> {
  readonly file: Uint8Array
  /** From which the secrets of the devices follow, so that an import that is interrupted and brought again ends with the secrets of all; needed to write. */
  readonly key?: string
}

/** The secret of a device that was registered. */
export interface MadeSecret {
  readonly id: DeviceId
  readonly secret: string
}

/** How far a file is, in this order: being checked, checked; and where it is written, written bit by bit, secrets, written. It may fail at any time. */
export type FileEvent =
  | { readonly state: 'checking'; readonly rows: number }
  | ({ readonly state: 'checked' } & Pick<TakenList, 'rows' | 'added' | 'changed' | 'unchanged' | 'problems' | 'problemCount'>)
  | { readonly state: 'writing'; readonly done: number; readonly of: number }
  | { readonly state: 'secrets'; readonly secrets: readonly MadeSecret[] }
  | { readonly state: 'written' }
  | { readonly state: 'failed'; readonly error: GatewayError }

/** Takes lists of devices into the registry. */
export interface DeviceLists {
  /** Checks the whole list; writes it when that was asked for and nothing is wrong. Throws IMPORT_INVALID for a text that is no list, DEVICE_INVALID, DEVICE_EXISTS, REGISTRY_UNUSABLE. */
  take(brought: BroughtList, by: Actor): Promise<TakenList>
  /**
   * The same for a file of any length up to a hundred thousand rows, telling how far it is. Devices that are registered just as the file has them count as unchanged. All lines are checked before
   * the first is written; then a transaction follows the other, so that what was written stays when nobody wants the next event any more, and the file may be brought again.
   */
  takeFile(brought: BroughtFile, by: Actor): AsyncGenerator<FileEvent>
}
