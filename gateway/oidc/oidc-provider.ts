import * as client from 'openid-client'
import type { Actor } from '../model/audit.ts'
import { GatewayError } from '../model/errors.ts'
import type { Errand, IdentityProvider, ProvenIdentity } from '../model/identity-provider.ts'
import type { Log } from '../model/log.ts'
import type { PeopleDesk, Person } from '../model/people.ts'
import { Admission, type AdmissionRules } from './admission.ts'
import { type ClaimRules, identityIn } from './claims.ts'
import { ProviderMetadata, type ProviderPlace } from './provider-metadata.ts'
import { isUnknownClient, refusalOf } from './refusals.ts'

/** A provider that does not answer must not take the requests that others need. */
const mostAtATime = 32

/** How people sign in at a provider. */
export interface OidcOptions extends ClaimRules, AdmissionRules, ProviderPlace {
  readonly name: string
  /** Beside `openid`. */
  readonly scopes: readonly string[]
  readonly secondFactor: 'own' | 'provider'
}

/** A provider of OpenID Connect: authorisation code flow (OpenID Connect Core 1.0 § 3.1) with PKCE (RFC 7636), state, nonce, and the issuer's name in the answer (RFC 9207). */
export class OidcProvider implements IdentityProvider {
  readonly name: string
  readonly issuer: string
  readonly asksOwnCode: boolean
  readonly dashboard: string
  readonly #options: OidcOptions
  readonly #admission: Admission
  readonly #log: Log
  readonly #metadata: ProviderMetadata
  #underWay = 0

  /** `publicUrl`: the origin of the dashboard, as browsers have it. */
  constructor(options: OidcOptions, parts: { readonly publicUrl: string; readonly people: PeopleDesk; readonly log: Log; readonly timeoutSeconds?: number }) {
    this.#options = options
    this.#admission = new Admission(parts.people, options)
    this.#log = parts.log
    this.#metadata = new ProviderMetadata(options, parts.timeoutSeconds)
    this.name = options.name
    this.issuer = options.issuer
    this.asksOwnCode = options.secondFactor === 'own'
    this.dashboard = new URL(parts.publicUrl).origin
  }

  async begin(): Promise<{ readonly url: string; readonly errand: Errand }> {
    return await this.#asking(async () => {
      const config = await this.#metadata.configuration()
      const errand = { state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier() }
      const { scopes, acr } = this.#options
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: this.#redirectUri(),
        scope: [...new Set(['openid', ...scopes])].join(' '),
        state: errand.state,
        nonce: errand.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(errand.verifier),
        code_challenge_method: 'S256',
        ...(acr.length > 0 && { acr_values: acr.join(' ') }),
      })
      return { url: url.href, errand }
    })
  }

  async prove(errand: Errand, query: string): Promise<ProvenIdentity> {
    return await this.#asking(async () => {
      const config = await this.#metadata.configuration()
      const answer = new URL(this.#redirectUri())
      answer.search = query
      const tokens = await client.authorizationCodeGrant(config, answer, {
        expectedState: errand.state,
        expectedNonce: errand.nonce,
        pkceCodeVerifier: errand.verifier,
        idTokenExpected: true,
      })
      const claims = tokens.claims()
      if (claims === undefined) throw new GatewayError('IDENTITY_UNPROVEN', 'what the provider says is not taken: there is no ID token in it')
      return identityIn(claims, this.#options)
    })
  }

  async admit(identity: ProvenIdentity, by: Actor): Promise<Person> {
    try {
      return await this.#admission.admit(identity, by)
    } catch (error) {
      // Whoever looks after people links them by this.
      if (error instanceof GatewayError) this.#log.warn({ code: error.code, issuer: identity.issuer, subject: identity.subject.slice(0, 255) }, error.message)
      throw error
    }
  }

  #redirectUri(): string {
    return `${this.dashboard}/sign-in/provider`
  }

  async #asking<T>(work: () => Promise<T>): Promise<T> {
    if (this.#underWay >= mostAtATime)
      throw new GatewayError('BUSY', 'too many people sign in at the provider at a time; try again in a moment', { retryable: true })
    this.#underWay++
    try {
      return await work()
    } catch (error) {
      const refusal = refusalOf(error)
      // The secret may be another by now: it is read again.
      if (isUnknownClient(error)) this.#metadata.forget()
      const cause = refusal.cause instanceof Error ? refusal.cause.message : undefined
      this.#log.warn({ code: refusal.code, issuer: this.issuer, ...(cause !== undefined && { why: cause.slice(0, 300) }) }, refusal.message)
      throw refusal
    } finally {
      this.#underWay--
    }
  }
}
