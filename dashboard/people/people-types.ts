import type { Grant } from '../session/session-types.ts'

/** Somebody who signs in, as administrators see them. Times are RFC 3339. */
export interface Person {
  readonly id: string
  readonly name?: string
  /** Those in organisations that whoever looks administers. */
  readonly grants: readonly Grant[]
  /** There are others: only those roles can be changed, and nothing else of the person. */
  readonly elsewhere?: true
  readonly disabled?: true
  readonly hasPassword: boolean
  readonly secondFactor: boolean
  readonly createdAt: string
  readonly lastSignInAt?: string
}

export interface SessionInfo {
  readonly id: string
  readonly means: 'password' | 'password+totp' | 'password+recovery' | 'oidc' | 'invitation'
  readonly address: string
  readonly agent: string
  readonly createdAt: string
  readonly lastSeenAt: string
  readonly expiresAt: string
  /** The one that asks. */
  readonly current: boolean
}

export interface SessionList {
  readonly sessions: readonly SessionInfo[]
}
