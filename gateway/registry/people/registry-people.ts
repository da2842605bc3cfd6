import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { PersonId, Principal, SessionId } from '../../model/access.ts'
import type { Actor } from '../../model/audit.ts'
import { GatewayError } from '../../model/errors.ts'
import type { EpochMs } from '../../model/frame.ts'
import type { LinkedIdentity, PeopleDesk, Person, PersonDraft, PersonGuard, SessionInfo, SessionOrigin } from '../../model/people.ts'
import { newSecret } from '../secrets.ts'
import type { Writing } from '../write.ts'
import { checkIdentity, checkPerson } from './check-person.ts'
import { CommonPasswords } from './common-passwords.ts'
import { deleteIdentity, insertIdentity, insertPersonWith } from './identity-writes.ts'
import { hashPassword, passwordMatches } from './password.ts'
import { passwordProblem } from './password-rules.ts'
import type { PeopleMemory, PersonRecord, SessionRecord } from './people-memory.ts'
import * as writes from './people-writes.ts'
import { recoveryCodes, recoveryHash } from './recovery.ts'
import { base32, newTotpSecret, otpauthUri, stepOf } from './totp.ts'
import { Turnstile } from './turnstile.ts'

/** A session that nobody uses for so long is over; also one that is so old. */
const idleMs = 12 * 3_600_000
const longestMs = 7 * 86_400_000
const invitationMs = 86_400_000
/** How often the database is told that a session is used. */
const seenEveryMs = 300_000
const tokenForm = /^([0-9a-f]{16})\.([A-Za-z0-9_-]{43})$/

/** What {@link RegistryPeople} leans on. */
export interface RegistryPeopleOptions {
  readonly memory: PeopleMemory
  /** Carries out a change on the open database; memory has it when this is done. */
  readonly write: <T>(actor: Actor, change: (writing: Writing) => Promise<T>) => Promise<T>
  /** Tells the database that a session was used; nobody waits for it. */
  readonly seen: (session: SessionId, at: EpochMs) => void
  readonly now: () => EpochMs
}

/** People and their sessions, kept in the registry's database and asked in memory. */
export class RegistryPeople implements PeopleDesk {
  readonly #options: RegistryPeopleOptions
  readonly #common = new CommonPasswords()
  readonly #turnstile = new Turnstile({ atOnce: 2, mostWaiting: 200 })

  constructor(options: RegistryPeopleOptions) {
    this.#options = options
  }

  person(id: PersonId): Person | undefined {
    return this.#options.memory.get(id)?.person
  }

  *people(): Generator<Person> {
    for (const { person } of this.#options.memory.all()) yield person
  }

  async checkPassword(id: string, password: string): Promise<Person | undefined> {
    const record = this.#options.memory.get(id)
    const matches = await this.#turnstile.pass(() => passwordMatches(password, record?.person.disabled ? undefined : record?.password))
    // As things are once the hash is made: a person may have been disabled meanwhile.
    const now = this.#options.memory.get(id)
    return matches && now?.password === record?.password && !now?.person.disabled ? now?.person : undefined
  }

  async checkCode(id: PersonId, code: string): Promise<'totp' | 'recovery' | undefined> {
    const totp = this.#options.memory.get(id)?.totp
    if (totp === undefined) return undefined
    const by: Actor = { type: 'person', name: id }
    const step = stepOf(code.replaceAll(' ', ''), totp, this.#options.now(), 0)
    if (step !== undefined) return (await this.#options.write(by, writing => writes.takeStep(writing, id, step))) ? 'totp' : undefined
    const hash = recoveryHash(code)
    return hash !== undefined && (await this.#options.write(by, writing => writes.takeRecovery(writing, id, hash))) ? 'recovery' : undefined
  }

  identity(issuer: string, subject: string): Person | undefined {
    return this.#options.memory.identity(issuer, subject)?.person
  }

  identitiesOf(person: PersonId): readonly LinkedIdentity[] {
    return this.#options.memory.get(person)?.identities ?? []
  }

  async openSession(person: PersonId, origin: SessionOrigin, by: Actor): Promise<{ readonly token: string; readonly session: SessionInfo }> {
    const now = this.#options.now()
    const { means, address, agent } = origin
    const id = randomBytes(8).toString('hex')
    const secret = randomBytes(32).toString('base64url')
    const session = {
      id,
      person,
      means,
      address: address.slice(0, 64),
      agent: agent.slice(0, 200),
      createdAt: now,
      lastSeenAt: now,
      expiresAt: now + longestMs,
    }
    await this.#options.write(by, writing => writes.insertSession(writing, session, sha256(secret)))
    return { token: `${id}.${secret}`, session }
  }

  session(
    token: string,
  ): { readonly session: SessionInfo; readonly person: Person; readonly principal: Extract<Principal, { readonly type: 'person' }> } | undefined {
    const { memory, now, seen } = this.#options
    const [, id = '', secret = ''] = tokenForm.exec(token) ?? []
    const session = this.#running(id)
    if (session === undefined || !timingSafeEqual(sha256(secret), session.hash)) return undefined
    const owner = memory.get(session.info.person)
    if (owner === undefined || owner.person.disabled) return undefined
    const last = memory.lastSeen(session)
    const at = now()
    if (at - last >= seenEveryMs) {
      memory.see(id, at)
      seen(id, at)
    }
    const { person } = owner
    return { session: { ...session.info, lastSeenAt: last }, person, principal: { type: 'person', id: person.id, session: id, grants: person.grants } }
  }

  visitor(session: SessionId): Extract<Principal, { readonly type: 'person' }> | undefined {
    const running = this.#running(session)
    const person = running && this.person(running.info.person)
    return person === undefined || person.disabled ? undefined : { type: 'person', id: person.id, session, grants: person.grants }
  }

  sessionsOf(person: PersonId): readonly SessionInfo[] {
    const { memory } = this.#options
    const sessions = memory.get(person)?.sessions ?? []
    return sessions.filter(({ info }) => this.#running(info.id)).map(session => ({ ...session.info, lastSeenAt: memory.lastSeen(session) }))
  }

  async closeSession(id: SessionId, by: Actor): Promise<void> {
    const person = this.#options.memory.session(id)?.info.person
    if (person !== undefined) await this.#options.write(by, writing => writes.deleteSessions(writing, person, { only: id }))
  }

  async closeSessions(person: PersonId, but: SessionId | undefined, by: Actor, guard?: PersonGuard): Promise<void> {
    await this.#options.write(by, writing => writes.deleteSessions(writing, person, but === undefined ? {} : { but }, guard))
  }

  async addPerson(draft: PersonDraft, by: Actor): Promise<Person> {
    checkPerson(draft)
    await this.#options.write(by, writing => writes.insertPerson(writing, draft))
    return this.#known(draft.id).person
  }

  async changePerson(draft: PersonDraft, by: Actor): Promise<Person> {
    return await this.alterPerson(draft.id, () => draft, by)
  }

  async alterPerson(id: PersonId, alter: (before: PersonDraft) => PersonDraft, by: Actor): Promise<Person> {
    const checked = (before: PersonDraft): PersonDraft => {
      const after = alter(before)
      checkPerson(after)
      return after
    }
    await this.#options.write(by, writing => writes.updatePerson(writing, id, checked))
    return this.#known(id).person
  }

  async removePerson(id: PersonId, by: Actor, guard?: PersonGuard): Promise<void> {
    await this.#options.write(by, writing => writes.deletePerson(writing, id, guard))
  }

  async setPassword(id: PersonId, password: string, keep: SessionId | undefined, by: Actor): Promise<void> {
    const hash = await this.#hashed(password, this.#known(id))
    await this.#options.write(by, writing => writes.writePassword(writing, id, hash, keep === undefined ? {} : { keep }))
  }

  async invite(id: PersonId, by: Actor, guard?: PersonGuard): Promise<{ readonly token: string; readonly expiresAt: EpochMs }> {
    const token = newSecret()
    const expiresAt = this.#options.now() + invitationMs
    await this.#options.write(by, writing => writes.writeInvitation(writing, id, { hash: sha256(token).toString('hex'), until: expiresAt }, guard))
    return { token, expiresAt }
  }

  invitation(token: string): Person | undefined {
    const record = this.#options.memory.invitation(sha256(token).toString('hex'))
    if (record === undefined || record.person.disabled || (record.invitation?.until ?? 0) <= this.#options.now()) return undefined
    return record.person
  }

  async redeemInvitation(token: string, password: string, by: Actor): Promise<Person> {
    const invited = this.invitation(token)
    if (invited === undefined) throw new GatewayError('INVITATION_INVALID', 'the invitation was used, replaced or is over: ask for another')
    const hash = await this.#hashed(password, this.#known(invited.id))
    await this.#options.write(by, writing => writes.writePassword(writing, invited.id, hash, { invitation: sha256(token).toString('hex') }))
    return this.#known(invited.id).person
  }

  async startSecondFactor(id: PersonId, by: Actor): Promise<{ readonly secret: string; readonly uri: string }> {
    const bytes = newTotpSecret()
    await this.#options.write(by, writing => writes.writePendingTotp(writing, id, bytes))
    const secret = base32(bytes)
    return { secret, uri: otpauthUri(id, secret) }
  }

  async confirmSecondFactor(id: PersonId, code: string, by: Actor): Promise<readonly string[]> {
    const secret = this.#known(id).pendingTotp
    const step = secret && stepOf(code.replaceAll(' ', ''), secret, this.#options.now(), 0)
    if (secret === undefined || step === undefined) throw new GatewayError('CODE_WRONG', 'the code does not fit: is the clock of the phone right?')
    const codes = recoveryCodes()
    const recovery = codes.map(one => recoveryHash(one) ?? '')
    await this.#options.write(by, writing => writes.confirmTotp(writing, id, { secret, step, recovery }))
    return codes
  }

  async dropSecondFactor(id: PersonId, by: Actor, guard?: PersonGuard): Promise<void> {
    await this.#options.write(by, writing => writes.clearTotp(writing, id, guard))
  }

  async linkIdentity(id: PersonId, issuer: string, subject: string, by: Actor): Promise<void> {
    checkIdentity(issuer, subject)
    await this.#options.write(by, writing => insertIdentity(writing, id, { issuer, subject }))
  }

  async unlinkIdentity(id: PersonId, issuer: string, subject: string, by: Actor): Promise<void> {
    await this.#options.write(by, writing => deleteIdentity(writing, id, { issuer, subject }))
  }

  async addPersonWith(identity: Pick<LinkedIdentity, 'issuer' | 'subject'>, draft: PersonDraft, by: Actor): Promise<Person> {
    checkIdentity(identity.issuer, identity.subject)
    checkPerson(draft)
    await this.#options.write(by, writing => insertPersonWith(writing, draft, identity))
    return this.#known(draft.id).person
  }

  /** The session, unless it is over. */
  #running(id: SessionId): SessionRecord | undefined {
    const { memory, now } = this.#options
    const session = memory.session(id)
    if (session === undefined) return undefined
    const at = now()
    return at < session.info.expiresAt && at - memory.lastSeen(session) < idleMs ? session : undefined
  }

  async #hashed(password: string, { person }: PersonRecord): Promise<string> {
    const problem = passwordProblem(password, { common: await this.#common.words(), about: namesAbout(person) })
    if (problem !== undefined) throw new GatewayError('PASSWORD_WEAK', `this password can not be taken: ${problem}`)
    return await this.#turnstile.pass(() => hashPassword(password))
  }

  #known(id: PersonId): PersonRecord {
    const record = this.#options.memory.get(id)
    if (record === undefined) throw new GatewayError('PERSON_UNKNOWN', `there is no person ${JSON.stringify(id.slice(0, 64))}`)
    return record
  }
}

/** Whole and in parts: of the person, and of the organisations they work for. */
function namesAbout({ id, name = '', grants }: Person): readonly string[] {
  return [id, ...grants.map(({ org }) => org)].flatMap(one => [one, ...one.split(/[._@-]/)]).concat(name, name.split(/\s+/))
}

/** One round is enough: what is hashed are 256 random bits. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
