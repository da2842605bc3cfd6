import { GatewayError } from '../model/errors.ts'
import type { Person, PersonDraft, PersonGuard } from '../model/people.ts'
import { may, mayOverall } from '../model/rights.ts'
import type { Grant } from '../model/roles.ts'
import type { Asker } from './access.ts'
import { Problem } from './problem.ts'

/** What is to be said of a person; what is absent stays. */
export interface PersonChange {
  readonly name?: string | undefined
  readonly grants?: readonly Grant[] | undefined
  readonly disabled?: boolean | undefined
}

/** A person as an administrator sees them. */
export interface SeenPerson {
  readonly person: Person
  /** They have roles that the administrator does not see: only those who administer every organisation change anything else of them. */
  readonly elsewhere: boolean
}

/**
 * What one administrator sees of people, and may do to them. Whoever administers everything may all of it. Others see people who have a role in an organisation that they administer, and of their
 * roles those there; they give and take roles there. What is a person's everywhere (name, password, second factor, sessions, whether they may sign in, that they are there at all) is theirs only
 * while every role of that person lies in their organisations.
 */
export class PeopleReach {
  readonly #asker: Asker

  constructor(asker: Asker) {
    this.#asker = asker
  }

  /** The person as the administrator sees them; undefined: as if there were no such person. */
  seen(person: Person): SeenPerson | undefined {
    if (!this.#sees(person)) return undefined
    return { person: { ...person, grants: person.grants.filter(grant => this.#holds(grant)) }, elsewhere: this.#elsewhere(person) }
  }

  /** Throws FORBIDDEN for a role in an organisation that is not the administrator's; whether the person has it already is not looked at. */
  checkChosen(grants: readonly Grant[]): void {
    const beyond = grants.find(grant => !this.#holds(grant))
    if (beyond !== undefined) throw new Problem(403, 'FORBIDDEN', `You may not give roles in “${beyond.org}”.`)
  }

  /** The same for somebody new, who needs a role in one of the administrator's organisations: nobody else would look after them. */
  checkGiven(grants: readonly Grant[]): void {
    this.checkChosen(grants)
    if (grants.length === 0 && !this.#overall)
      throw new Problem(400, 'PERSON_INVALID', 'Give at least one role in an organisation of yours: without one you would not see this person any more.')
  }

  /** Throws unless all of a person is the administrator's. */
  readonly guard: PersonGuard = person => {
    if (!this.#sees(person)) throw new GatewayError('PERSON_UNKNOWN', 'There is no such person.')
    if (this.#elsewhere(person))
      throw new GatewayError(
        'PERSON_ELSEWHERE',
        `${person.id} also has roles elsewhere: this is for those who administer every organisation. You may change the roles in yours.`,
      )
  }

  /** The person with a change made to them: roles that the administrator does not see stay. Throws PERSON_UNKNOWN, PERSON_ELSEWHERE, PERSON_INVALID. */
  altered(before: PersonDraft, { name = before.name, grants, disabled = before.disabled ?? false }: PersonChange): PersonDraft {
    if (!this.#sees(before)) throw new GatewayError('PERSON_UNKNOWN', 'There is no such person.')
    if (name !== before.name || disabled !== (before.disabled ?? false)) this.guard(before)
    const kept = before.grants.filter(grant => !this.#holds(grant))
    const after = grants === undefined ? before.grants : [...kept, ...grants]
    if (after.length === 0 && !this.#overall)
      throw new GatewayError('PERSON_INVALID', `${before.id} would have no role left, and you would not see them any more: remove them instead`)
    return { id: before.id, grants: after, ...(name !== undefined && { name }), ...(disabled && { disabled }) }
  }

  get #overall(): boolean {
    return this.#asker.type !== 'nobody' && mayOverall(this.#asker, 'administer')
  }

  #sees({ grants }: Pick<PersonDraft, 'grants'>): boolean {
    return this.#overall || grants.some(grant => this.#holds(grant))
  }

  #elsewhere({ grants }: Pick<PersonDraft, 'grants'>): boolean {
    return grants.some(grant => !this.#holds(grant))
  }

  /** A role over every organisation is held by those alone who have one themselves. */
  #holds({ org }: Grant): boolean {
    return this.#asker.type !== 'nobody' && may(this.#asker, 'administer', org)
  }
}
