import type { Selectable } from 'kysely'
import type { EpochMs } from '../model/frame.ts'
import { isId } from '../model/ids.ts'
import { isTokenTitle, longestTokenTitle, type TokenInfo, type TokenScope } from '../model/tokens.ts'
import { idRule } from './check-device.ts'
import type { RegistrySchema } from './schema.ts'
import type { SecretHash } from './secrets.ts'

/** A token and what it is checked with. */
export interface TokenRecord {
  readonly info: TokenInfo
  readonly secret: SecretHash
}

/** Says what is wrong with a token that is to be made, if anything is. */
export function tokenProblem({ org, kind, expiresAt, title }: TokenScope, now: EpochMs): string | undefined {
  for (const [field, value] of Object.entries({ org, kind }))
    if (value !== undefined && !isId(value)) return `${field}: '${value}' is no id: expected ${idRule}`
  if (expiresAt !== undefined && !(Number.isSafeInteger(expiresAt) && expiresAt > now)) return 'expires: expected a moment that is still to come'
  if (title !== undefined && !isTokenTitle(title)) return `title: expected 1 to ${longestTokenTitle} characters without control characters`
  return undefined
}

/** A token as it is kept, read back. */
export function tokenOf(row: Selectable<RegistrySchema['token']>): TokenRecord {
  const { id, org, kind, title, salt, hash } = row
  return {
    info: {
      id,
      org,
      ...(kind !== null && { kind }),
      ...(row.may_command === 1 && { command: true }),
      ...(row.expires_at !== null && { expiresAt: row.expires_at }),
      ...(title !== null && { title }),
      createdAt: row.created_at,
      ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
    },
    secret: { salt, hash },
  }
}

/** What the audit tells of a token. */
export function tokenFacts({ org, kind, command, expiresAt, title }: TokenScope): Readonly<Record<string, unknown>> {
  return {
    org,
    ...(kind !== undefined && { kind }),
    ...(command && { command }),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    ...(title !== undefined && { title }),
  }
}
