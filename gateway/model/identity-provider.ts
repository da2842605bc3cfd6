import type { Actor } from './audit.ts'
import type { Person } from './people.ts'

/** Who has signed in at a provider of OpenID Connect: told by the provider, and proven by its signature. */
export interface ProvenIdentity {
  readonly issuer: string
  /** Never given to anybody else by this issuer (OpenID Connect Core 1.0 § 2, `sub`). */
  readonly subject: string
  /** What they would sign in as here, if the provider tells it. */
  readonly id?: string
  /** The provider says that the e-mail address that is their id was not shown to be theirs. */
  readonly unverified?: true
  /** As they are called. */
  readonly name?: string
  /** The groups that roles may be given for. */
  readonly groups: readonly string[]
}

/** What is remembered of somebody who left for the provider, to know them again. Secret: it leaves the gateway in no other way than the protocol's own. */
export interface Errand {
  readonly state: string
  readonly nonce: string
  /** RFC 7636. */
  readonly verifier: string
}

/** Where people sign in elsewhere, and who may come in with that. */
export interface IdentityProvider {
  /** What people call it. */
  readonly name: string
  readonly issuer: string
  /** Whether people who set up a second factor here are asked for its code after the provider, too. */
  readonly asksOwnCode: boolean
  /** The origin of the dashboard, where people come back to. */
  readonly dashboard: string
  /** Where to send the browser. Throws PROVIDER_UNREACHABLE. */
  begin(): Promise<{ readonly url: string; readonly errand: Errand }>
  /**
   * Who came back, from the query that the provider gave the browser. Throws PROVIDER_UNREACHABLE; PROVIDER_REFUSED; IDENTITY_UNPROVEN, when a check failed;
   * SECOND_FACTOR_MISSING, when the provider must have asked for one and does not say so.
   */
  prove(errand: Errand, query: string): Promise<ProvenIdentity>
  /** Who that is here, after their roles were made to follow the provider where it gives them. Throws IDENTITY_UNKNOWN, EMAIL_UNVERIFIED, ROLE_MISSING, PERSON_DISABLED, PERSON_EXISTS or PERSON_INVALID. */
  admit(identity: ProvenIdentity, by: Actor): Promise<Person>
}
