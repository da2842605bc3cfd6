import type { Actor } from './audit.ts'
import type { EpochMs } from './frame.ts'
import type { KindId, OrgId } from './ids.ts'

/** What a token reaches, and until when. */
export interface TokenScope {
  readonly org: OrgId
  /** Only devices of this kind. */
  readonly kind?: KindId
  /** It gives orders too. */
  readonly command?: true
  /** From then on it lets nobody in. */
  readonly expiresAt?: EpochMs
  /** What it is for, in its maker's words. */
  readonly title?: string
}

/** A token, without its secret. */
export interface TokenInfo extends TokenScope {
  readonly id: string
  readonly createdAt: EpochMs
  /** Within a minute. */
  readonly lastUsedAt?: EpochMs
}

/** A token's words about itself are no longer than this. */
export const longestTokenTitle = 100

/** Whether a text may stand as what a token is for. Control characters would reach terminals; \p{C} has halves of characters among them. */
export function isTokenTitle(text: string): boolean {
  return text.trim() !== '' && text.length <= longestTokenTitle && !/\p{C}/u.test(text)
}

/** Makes and removes what integrators sign in with. */
export interface TokenDesk {
  /** Oldest first, those that are over among them. */
  list(): readonly TokenInfo[]
  /** Answers the text to sign in with, which can not be read again. Throws DEVICE_INVALID, TOO_MANY_TOKENS, REGISTRY_UNUSABLE. */
  add(scope: TokenScope, by: Actor): Promise<{ readonly info: TokenInfo; readonly token: string }>
  /** From now on it lets nobody in. Throws TOKEN_UNKNOWN, REGISTRY_UNUSABLE. */
  remove(id: string, by: Actor): Promise<void>
}
