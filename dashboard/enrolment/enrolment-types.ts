/** A device that announced itself and that nobody registered. */
export interface Newcomer {
  readonly device: string
  readonly org: string
  readonly model: string
  /** The id of the provisioning key it came with. */
  readonly key: string
  readonly state: 'waiting' | 'refused'
  readonly firstAt: string
  readonly lastAt: string
  readonly address: string
  /** How often somebody came with its id and another secret. */
  readonly contested: number
}

export interface NewcomerList {
  readonly enrolments: readonly Newcomer[]
  readonly total: number
}

/** With which new devices announce themselves. */
export interface ProvisioningKey {
  readonly id: string
  readonly org: string
  readonly model: string
  readonly accept: boolean
  readonly pattern?: string
  readonly most: number
  readonly used: number
  readonly createdAt: string
  readonly expiresAt: string
}

/** What somebody decides about devices that announced themselves. */
export type Decision = 'approve' | 'refuse'

/** What became of a decision about several: each is decided by itself. */
export interface Decided {
  readonly decision: Decision
  readonly done: readonly string[]
  readonly failed: readonly { readonly device: string; readonly error: unknown }[]
}
