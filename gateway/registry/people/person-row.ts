import type { Selectable } from 'kysely'
import type { PersonDraft, SignInMeans } from '../../model/people.ts'
import { type Grant, roles } from '../../model/roles.ts'
import type { RegistrySchema } from '../schema.ts'
import type { PersonRecord, SessionRecord } from './people-memory.ts'

type PersonRow = Selectable<RegistrySchema['person']>
type SessionRow = Selectable<RegistrySchema['session']>
type IdentityRow = Selectable<RegistrySchema['identity']>

const means: readonly SignInMeans[] = ['password', 'password+totp', 'password+recovery', 'oidc', 'invitation']

/** A person as it is kept, with their sessions and identities. */
export function personRecord(row: PersonRow, sessions: readonly SessionRow[], identities: readonly IdentityRow[]): PersonRecord {
  return {
    person: {
      id: row.id,
      ...(row.name !== null && { name: row.name }),
      grants: grantsOf(row.grants),
      ...(row.disabled === 1 && { disabled: true }),
      hasPassword: row.password !== null,
      secondFactor: row.totp !== null,
      createdAt: row.created_at,
      ...(row.last_sign_in_at !== null && { lastSignInAt: row.last_sign_in_at }),
    },
    ...(row.password !== null && { password: row.password }),
    ...(row.totp !== null && { totp: row.totp }),
    ...(row.pending_totp !== null && { pendingTotp: row.pending_totp }),
    ...(row.invitation !== null && row.invitation_until !== null && { invitation: { hash: row.invitation, until: row.invitation_until } }),
    identities: identities.map(({ issuer, subject, leads }) => ({ issuer, subject, leads: leads === 1 })),
    sessions: sessions.map(sessionRecord),
  }
}

/** What is said of a person. */
export function draftOf({ id, name, grants, disabled }: PersonRow): PersonDraft {
  return { id, grants: grantsOf(grants), ...(name !== null && { name }), ...(disabled === 1 && { disabled: true }) }
}

/** What somebody may, read back: what is no grant counts for nothing. */
export function grantsOf(text: string): readonly Grant[] {
  const parsed: unknown = JSON.parse(text)
  if (!Array.isArray(parsed)) return []
  return parsed.flatMap((one: unknown): Grant[] => {
    if (typeof one !== 'object' || one === null || !('org' in one) || !('role' in one)) return []
    const { org, role } = one
    const known = roles.find(candidate => candidate === role)
    return typeof org === 'string' && known !== undefined ? [{ org, role: known }] : []
  })
}

function sessionRecord(row: SessionRow): SessionRecord {
  return {
    info: {
      id: row.id,
      person: row.person,
      means: means.find(one => one === row.means) ?? 'password',
      address: row.address,
      agent: row.agent,
      createdAt: row.created_at,
      lastSeenAt: row.last_seen_at,
      expiresAt: row.expires_at,
    },
    hash: row.hash,
  }
}
