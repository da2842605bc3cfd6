import type { SignInSources } from '../../gateway/api/options.ts'
import type { Principal } from '../../gateway/model/access.ts'
import { AttemptLimiter, personAttemptRules } from '../../gateway/model/attempts.ts'
import type { Actor } from '../../gateway/model/audit.ts'
import { GatewayError } from '../../gateway/model/errors.ts'
import type { PeopleDesk, Person, PersonDraft, PersonGuard, SessionInfo, SessionOrigin } from '../../gateway/model/people.ts'
import { NOW } from './city.ts'

type PersonPrincipal = Extract<Principal, { readonly type: 'person' }>

/** A mock of people and sessions: passwords as they are, the code of every second factor is 123456. What it is told to do is in `deeds`. */
export class PeopleInMemory implements PeopleDesk {
  readonly deeds: string[] = []
  readonly #people = new Map<string, Person>()
  readonly #passwords = new Map<string, string>()
  readonly #sessions = new Map<string, SessionInfo>()
  readonly #tokens = new Map<string, string>()
  readonly #invitations = new Map<string, string>()
  #count = 0

  person = (id: string): Person | undefined => this.#people.get(id)
  people = (): Iterable<Person> => this.#people.values()
  identity = (): undefined => undefined
  identitiesOf = (): readonly [] => []
  sessionsOf = (person: string): readonly SessionInfo[] => [...this.#sessions.values()].filter(session => session.person === person)

  /** Somebody with a password. */
  put(draft: PersonDraft, password: string, secondFactor = false): void {
    this.#people.set(draft.id, { ...draft, hasPassword: true, secondFactor, createdAt: NOW })
    this.#passwords.set(draft.id, password)
  }

  async checkPassword(id: string, password: string): Promise<Person | undefined> {
    const person = this.#people.get(id)
    return person?.disabled !== true && this.#passwords.get(id) === password ? person : undefined
  }

  async checkCode(_id: string, code: string): Promise<'totp' | undefined> {
    return code === '123456' ? 'totp' : undefined
  }

  async openSession(person: string, origin: SessionOrigin, by: Actor): Promise<{ readonly token: string; readonly session: SessionInfo }> {
    this.#count++
    const session = { ...origin, id: `session-${this.#count}`, person, createdAt: NOW, lastSeenAt: NOW, expiresAt: NOW + 1_000 }
    const token = `a-token-of-session-${this.#count}`
    this.#sessions.set(session.id, session)
    this.#tokens.set(token, session.id)
    this.#note('openSession', person, by)
    return { token, session }
  }

  session(token: string): { readonly session: SessionInfo; readonly person: Person; readonly principal: PersonPrincipal } | undefined {
    const session = this.#sessions.get(this.#tokens.get(token) ?? '')
    const person = session && this.#people.get(session.person)
    const principal = session && this.visitor(session.id)
    return session && person && principal && { session, person, principal }
  }

  visitor(id: string): PersonPrincipal | undefined {
    const session = this.#sessions.get(id)
    const person = session && this.#people.get(session.person)
    return person === undefined || person.disabled ? undefined : { type: 'person', id: person.id, session: id, grants: person.grants }
  }

  async closeSession(id: string, by: Actor): Promise<void> {
    this.#sessions.delete(id)
    this.#note('closeSession', id, by)
  }

  async closeSessions(person: string, but: string | undefined, by: Actor, guard?: PersonGuard): Promise<void> {
    guard?.(this.#known(person))
    for (const { id } of this.sessionsOf(person)) if (id !== but) this.#sessions.delete(id)
    this.#note('closeSessions', person, by)
  }

  async addPerson(draft: PersonDraft, by: Actor): Promise<Person> {
    if (this.#people.has(draft.id)) throw new GatewayError('PERSON_EXISTS', `there is a person "${draft.id}" already`)
    if (!/^[a-z0-9][a-z0-9.@-]*$/.test(draft.id)) throw new GatewayError('PERSON_INVALID', 'a person’s id is made of a–z, 0–9, dot, @ and -')
    const person = { ...draft, hasPassword: false, secondFactor: false, createdAt: NOW }
    this.#people.set(draft.id, person)
    this.#note('addPerson', draft.id, by)
    return person
  }

  async changePerson(draft: PersonDraft, by: Actor): Promise<Person> {
    const { disabled: _disabled, ...kept } = this.#known(draft.id)
    const person = { ...kept, ...draft }
    this.#people.set(draft.id, person)
    this.#note('changePerson', draft.id, by)
    return person
  }

  alterPerson(id: string, alter: (before: PersonDraft) => PersonDraft, by: Actor): Promise<Person> {
    return this.changePerson(alter(this.#known(id)), by)
  }

  async removePerson(id: string, by: Actor, guard?: PersonGuard): Promise<void> {
    guard?.(this.#known(id))
    this.#people.delete(this.#known(id).id)
    this.#note('removePerson', id, by)
  }

  async setPassword(id: string, password: string, keep: string | undefined, by: Actor): Promise<void> {
    if (password.length < 12) throw new GatewayError('PASSWORD_WEAK', 'the password is shorter than 12 characters')
    this.#people.set(id, { ...this.#known(id), hasPassword: true })
    this.#passwords.set(id, password)
    await this.closeSessions(id, keep, by)
  }

  async invite(id: string, by: Actor, guard?: PersonGuard): Promise<{ readonly token: string; readonly expiresAt: number }> {
    guard?.(this.#known(id))
    const token = `invitation-of-${this.#known(id).id}`
    this.#invitations.set(token, id)
    this.#note('invite', id, by)
    return { token, expiresAt: NOW + 86_400_000 }
  }

  invitation(token: string): Person | undefined {
    return this.#people.get(this.#invitations.get(token) ?? '')
  }

  async redeemInvitation(token: string, password: string, by: Actor): Promise<Person> {
    const person = this.invitation(token)
    if (person === undefined) throw new GatewayError('INVITATION_INVALID', 'the invitation is good no more')
    await this.setPassword(person.id, password, undefined, by)
    this.#invitations.delete(token)
    return this.#known(person.id)
  }

  async startSecondFactor(id: string, by: Actor): Promise<{ readonly secret: string; readonly uri: string }> {
    this.#note('startSecondFactor', id, by)
    return { secret: 'JBSWY3DP', uri: `otpauth://totp/Citygate:${id}?secret=JBSWY3DP` }
  }

  async confirmSecondFactor(id: string, code: string, by: Actor): Promise<readonly string[]> {
    if (code !== '123456') throw new GatewayError('CODE_WRONG', 'the code is wrong')
    this.#people.set(id, { ...this.#known(id), secondFactor: true })
    this.#note('confirmSecondFactor', id, by)
    return ['recovery-1', 'recovery-2']
  }

  async dropSecondFactor(id: string, by: Actor, guard?: PersonGuard): Promise<void> {
    guard?.(this.#known(id))
    this.#people.set(id, { ...this.#known(id), secondFactor: false })
    this.#note('dropSecondFactor', id, by)
  }

  async linkIdentity(): Promise<void> {
    throw new Error('this server knows no providers')
  }

  async unlinkIdentity(): Promise<void> {
    throw new GatewayError('IDENTITY_UNKNOWN', 'nobody signs in with this identity')
  }

  async addPersonWith(): Promise<Person> {
    throw new Error('this server knows no providers')
  }

  #known(id: string): Person {
    const person = this.#people.get(id)
    if (person === undefined) throw new GatewayError('PERSON_UNKNOWN', `there is no person "${id}"`)
    return person
  }

  #note(what: string, whom: string, by: Actor): void {
    this.deeds.push(`${by.name}: ${what} ${whom}`)
  }
}

/** What a server takes for people to sign in. `clock` is that of lock-outs. */
export function signInOver(people: PeopleInMemory, clock?: () => number): { readonly signIn: SignInSources } {
  return { signIn: { people, attempts: new AttemptLimiter({ rules: personAttemptRules, ...(clock && { clock }) }) } }
}
