import type { PersonId, SessionId } from '../../model/access.ts'
import type { EpochMs } from '../../model/frame.ts'
import type { LinkedIdentity, Person, SessionInfo } from '../../model/people.ts'

/** A person with what they sign in with. */
export interface PersonRecord {
  readonly person: Person
  readonly password?: string
  readonly totp?: Uint8Array
  /** Shown to the person and not confirmed yet. */
  readonly pendingTotp?: Uint8Array
  readonly invitation?: { readonly hash: string; readonly until: EpochMs }
  readonly identities: readonly LinkedIdentity[]
  readonly sessions: readonly SessionRecord[]
}

export interface SessionRecord {
  readonly info: SessionInfo
  /** SHA-256 of its secret. */
  readonly hash: Uint8Array
}

/** How a provider's subject is named in one text: both are URIs or texts without line breaks. */
function identityKey(issuer: string, subject: string): string {
  return `${issuer}\n${subject}`
}

/** People and sessions as the running gateway asks them on every request. */
export class PeopleMemory {
  readonly #people = new Map<PersonId, PersonRecord>()
  readonly #sessions = new Map<SessionId, SessionRecord>()
  readonly #identities = new Map<string, PersonId>()
  readonly #invitations = new Map<string, PersonId>()
  /** Later than what the database says, which is told only now and then. */
  readonly #seen = new Map<SessionId, EpochMs>()

  get(id: PersonId): PersonRecord | undefined {
    return this.#people.get(id)
  }

  all(): Iterable<PersonRecord> {
    return this.#people.values()
  }

  session(id: SessionId): SessionRecord | undefined {
    return this.#sessions.get(id)
  }

  lastSeen(session: SessionRecord): EpochMs {
    return Math.max(session.info.lastSeenAt, this.#seen.get(session.info.id) ?? 0)
  }

  see(id: SessionId, at: EpochMs): void {
    this.#seen.set(id, at)
  }

  identity(issuer: string, subject: string): PersonRecord | undefined {
    return this.#people.get(this.#identities.get(identityKey(issuer, subject)) ?? '')
  }

  /** By the hash of its secret. */
  invitation(hash: string): PersonRecord | undefined {
    return this.#people.get(this.#invitations.get(hash) ?? '')
  }

  replace(records: readonly PersonRecord[]): void {
    for (const id of this.#people.keys()) this.#forget(id)
    for (const record of records) this.#put(record)
    for (const id of this.#seen.keys()) if (!this.#sessions.has(id)) this.#seen.delete(id)
  }

  /** Takes what became of these people; one that is not among the records is gone. */
  update(ids: readonly PersonId[], records: readonly PersonRecord[]): void {
    for (const id of ids) this.#forget(id)
    for (const record of records) this.#put(record)
    for (const id of this.#seen.keys()) if (!this.#sessions.has(id)) this.#seen.delete(id)
  }

  #forget(id: PersonId): void {
    const record = this.#people.get(id)
    if (record === undefined) return
    this.#people.delete(id)
    for (const { info } of record.sessions) this.#sessions.delete(info.id)
    for (const { issuer, subject } of record.identities) this.#identities.delete(identityKey(issuer, subject))
    if (record.invitation) this.#invitations.delete(record.invitation.hash)
  }

  #put(record: PersonRecord): void {
    this.#people.set(record.person.id, record)
    for (const session of record.sessions) this.#sessions.set(session.info.id, session)
    for (const { issuer, subject } of record.identities) this.#identities.set(identityKey(issuer, subject), record.person.id)
    if (record.invitation) this.#invitations.set(record.invitation.hash, record.person.id)
  }
}
