import type { Actor } from '../model/audit.ts'
import { GatewayError } from '../model/errors.ts'
import { grantsByGroups } from '../model/group-grants.ts'
import type { ProvenIdentity } from '../model/identity-provider.ts'
import type { PeopleDesk, Person } from '../model/people.ts'
import type { Grant } from '../model/roles.ts'

/** Who may come in. */
export interface AdmissionRules {
  readonly unknownPeople: 'refuse' | 'create'
  /** `GROUP:ORG=ROLE`. */
  readonly grants: readonly string[]
}

type Desk = Pick<PeopleDesk, 'identity' | 'identitiesOf' | 'addPersonWith' | 'alterPerson'>

/** Says who somebody is here that a provider knows. Nobody is ever taken for a person by name or e-mail address: only by an identity that was linked, or that they came with. */
export class Admission {
  readonly #people: Desk
  readonly #rules: AdmissionRules

  constructor(people: Desk, rules: AdmissionRules) {
    this.#people = people
    this.#rules = rules
  }

  /** Throws IDENTITY_UNKNOWN, EMAIL_UNVERIFIED, ROLE_MISSING, PERSON_DISABLED, PERSON_EXISTS or PERSON_INVALID. */
  async admit(identity: ProvenIdentity, by: Actor): Promise<Person> {
    const person = this.#people.identity(identity.issuer, identity.subject)
    if (person === undefined) return await this.#newcomer(identity, by)
    if (person.disabled) throw new GatewayError('PERSON_DISABLED', `${person.id} may not sign in here`)
    return this.#rules.unknownPeople === 'create' && this.#leads(identity, person) ? await this.#follow(identity, person, by) : person
  }

  async #newcomer(identity: ProvenIdentity, by: Actor): Promise<Person> {
    const { issuer, subject, id, unverified, name, groups } = identity
    if (this.#rules.unknownPeople === 'refuse')
      throw new GatewayError('IDENTITY_UNKNOWN', 'the provider knows you, and this gateway does not: an administrator can connect your account')
    if (unverified) throw new GatewayError('EMAIL_UNVERIFIED', 'the provider did not make sure that your e-mail address is yours')
    if (id === undefined) throw new GatewayError('PERSON_INVALID', 'the provider does not tell what you are called: see oidc.idClaim and oidc.scopes')
    const grants = this.#rolesOf(groups)
    return await this.#people.addPersonWith({ issuer, subject }, { id, grants, ...(name !== undefined && { name }) }, by)
  }

  /** Roles that the provider gives, it also takes: who left a group has lost them by the next time they sign in. */
  async #follow({ groups }: ProvenIdentity, person: Person, by: Actor): Promise<Person> {
    const grants = grantsByGroups(this.#rules.grants, groups)
    const now = same(grants, person.grants) ? person : await this.#people.alterPerson(person.id, before => ({ ...before, grants }), by)
    this.#rolesOf(groups)
    return now
  }

  #rolesOf(groups: readonly string[]): readonly Grant[] {
    const grants = grantsByGroups(this.#rules.grants, groups)
    if (grants.length === 0) throw new GatewayError('ROLE_MISSING', 'none of your groups at the provider has a role here')
    return grants
  }

  #leads({ issuer, subject }: ProvenIdentity, { id }: Person): boolean {
    return this.#people.identitiesOf(id).some(one => one.leads && one.issuer === issuer && one.subject === subject)
  }
}

function same(one: readonly Grant[], other: readonly Grant[]): boolean {
  const texts = (grants: readonly Grant[]): string =>
    grants
      .map(({ org, role }) => `${org}=${role}`)
      .sort()
      .join(' ')
  return texts(one) === texts(other)
}
