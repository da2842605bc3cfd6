import type { PersonId, Principal, SessionId } from './access.ts'
import type { Actor } from './audit.ts'
import type { EpochMs } from './frame.ts'
import type { Grant } from './roles.ts'

/** Somebody who signs in to the dashboard. */
export interface Person {
  readonly id: PersonId
  /** As they are called; the id where nothing is said. */
  readonly name?: string
  readonly grants: readonly Grant[]
  /** Can not sign in, and has no sessions. */
  readonly disabled?: true
  readonly hasPassword: boolean
  /** A second factor was set up and confirmed. */
  readonly secondFactor: boolean
  readonly createdAt: EpochMs
  readonly lastSignInAt?: EpochMs
}

/** What is said of a person when they are added or changed. */
export type PersonDraft = Pick<Person, 'id' | 'name' | 'grants' | 'disabled'>

/** By what a session was opened. */
export type SignInMeans = 'password' | 'password+totp' | 'password+recovery' | 'oidc' | 'invitation'

/** Someone's session, without what lets in. */
export interface SessionInfo {
  readonly id: SessionId
  readonly person: PersonId
  readonly means: SignInMeans
  readonly address: string
  /** The browser, as it calls itself; cut to 200 characters. */
  readonly agent: string
  readonly createdAt: EpochMs
  /** Within a minute. */
  readonly lastSeenAt: EpochMs
  readonly expiresAt: EpochMs
}

/** Where a session comes from. */
export type SessionOrigin = Pick<SessionInfo, 'means' | 'address' | 'agent'>

/** An identity at a provider of OpenID Connect by which somebody signs in. */
export interface LinkedIdentity {
  readonly issuer: string
  readonly subject: string
  /** The person came with it, and has the roles that the provider's groups give. */
  readonly leads: boolean
}

/** People and their sessions. What is asked on every request is answered from memory. */
export interface PeopleDirectory {
  person(id: PersonId): Person | undefined
  people(): Iterable<Person>

  /** Takes as long for a person who is not there. Undefined: wrong, no password set, or disabled. */
  checkPassword(id: string, password: string): Promise<Person | undefined>
  /** A code of the second factor (RFC 6238), or one of the recovery codes; each is taken once. */
  checkCode(id: PersonId, code: string): Promise<'totp' | 'recovery' | undefined>
  /** Who signs in at a provider of OpenID Connect under this subject (OpenID Connect Core 1.0 § 2: `iss` and `sub` together name a person). */
  identity(issuer: string, subject: string): Person | undefined
  identitiesOf(person: PersonId): readonly LinkedIdentity[]

  /** Opens a session. The token goes into the cookie and is kept nowhere but as a hash. */
  openSession(person: PersonId, origin: SessionOrigin, by: Actor): Promise<{ readonly token: string; readonly session: SessionInfo }>
  /** Who a session's token lets in; undefined when it is wrong, over (idle or too old), or the person is disabled or gone. */
  session(
    token: string,
  ): { readonly session: SessionInfo; readonly person: Person; readonly principal: Extract<Principal, { readonly type: 'person' }> } | undefined
  /** Who a session belongs to, as they are now. */
  visitor(session: SessionId): Extract<Principal, { readonly type: 'person' }> | undefined
  sessionsOf(person: PersonId): readonly SessionInfo[]
  closeSession(id: SessionId, by: Actor): Promise<void>
  /** All of a person but perhaps one. */
  closeSessions(person: PersonId, but: SessionId | undefined, by: Actor, guard?: PersonGuard): Promise<void>
}

/**
 * Looks at a person in the transaction that changes something of them, and throws what keeps it from being done: whoever administers one organisation must not reach somebody who came to another
 * a moment before. Throws PERSON_UNKNOWN or PERSON_ELSEWHERE.
 */
export type PersonGuard = (person: PersonDraft) => void

/** What administrators, and people for themselves, change. Every call is told to the audit. */
export interface PeopleDesk extends PeopleDirectory {
  /** Throws PERSON_INVALID or PERSON_EXISTS. */
  addPerson(person: PersonDraft, by: Actor): Promise<Person>
  /** Says anew all that a draft says. Sessions of a disabled person end. Throws PERSON_UNKNOWN, PERSON_INVALID; LAST_ADMIN when nobody would be left who may administer everything. */
  changePerson(person: PersonDraft, by: Actor): Promise<Person>
  /**
   * The same where what is to be said depends on what is said already: it is read in the transaction that writes, so that two who change one person do not undo each other. What `alter` throws
   * is thrown.
   */
  alterPerson(id: PersonId, alter: (before: PersonDraft) => PersonDraft, by: Actor): Promise<Person>
  /** Throws PERSON_UNKNOWN or LAST_ADMIN. */
  removePerson(id: PersonId, by: Actor, guard?: PersonGuard): Promise<void>
  /** Ends the person's other sessions. Throws PASSWORD_WEAK with what is wrong (NIST SP 800-63B § 5.1.1.2: length and known passwords count, kinds of characters do not), or PERSON_UNKNOWN. */
  setPassword(id: PersonId, password: string, keep: SessionId | undefined, by: Actor): Promise<void>
  /**
   * A link's secret, good once and for a day, to set a password with. Replaces one that was made before, and is good no more once the person gets a role in another organisation: whoever made it
   * may have no right there. Throws PERSON_UNKNOWN.
   */
  invite(id: PersonId, by: Actor, guard?: PersonGuard): Promise<{ readonly token: string; readonly expiresAt: EpochMs }>
  /** Who an invitation is for; undefined when it is wrong, used or over. */
  invitation(token: string): Person | undefined
  /** Uses up an invitation. Throws INVITATION_INVALID or PASSWORD_WEAK. */
  redeemInvitation(token: string, password: string, by: Actor): Promise<Person>
  /** A secret to be confirmed with a code; not asked for before that. `uri` is what authenticator apps read from a QR code (Key URI Format: otpauth://totp/…). */
  startSecondFactor(id: PersonId, by: Actor): Promise<{ readonly secret: string; readonly uri: string }>
  /** Answers recovery codes, shown once. Throws CODE_WRONG. */
  confirmSecondFactor(id: PersonId, code: string, by: Actor): Promise<readonly string[]>
  dropSecondFactor(id: PersonId, by: Actor, guard?: PersonGuard): Promise<void>
  /** Ties a person to an identity at a provider. Throws PERSON_UNKNOWN, PERSON_INVALID or IDENTITY_TAKEN. */
  linkIdentity(id: PersonId, issuer: string, subject: string, by: Actor): Promise<void>
  /** Ends the sessions that were opened by a provider, too. Throws PERSON_UNKNOWN or IDENTITY_UNKNOWN. */
  unlinkIdentity(id: PersonId, issuer: string, subject: string, by: Actor): Promise<void>
  /** Adds somebody who came with an identity, which gives them their roles. Throws PERSON_INVALID, PERSON_EXISTS or IDENTITY_TAKEN. */
  addPersonWith(identity: Pick<LinkedIdentity, 'issuer' | 'subject'>, person: PersonDraft, by: Actor): Promise<Person>
}
