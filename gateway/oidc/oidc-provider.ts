import { readFile } from 'node:fs/promises'
import * as client from 'openid-client'
import type { Actor } from '../model/audit.ts'
import { GatewayError } from '../model/errors.ts'
import type { Errand, IdentityProvider, ProvenIdentity } from '../model/identity-provider.ts'
import type { Log } from '../model/log.ts'
import type { PeopleDesk, Person } from '../model/people.ts'
import { Admission, type AdmissionRules } from './admission.ts'
import { type ClaimRules, identityIn } from './claims.ts'
import { providerFetch } from './provider-fetch.ts'
import { isUnknownClient, refusalOf } from './refusals.ts'

/** For each question to the provider: somebody waits at the browser. */
const usualTimeoutSeconds = 4
/** How long what the provider says of itself is believed; its keys are asked for again by themselves when one is new. */
const believedMs = 3_600_000
/** By how much the clocks may differ. */
const toleranceSeconds = 30
/** A provider that does not answer must not take the requests that others need. */
const mostAtATime = 32

/** How people sign in at a provider. */
export interface OidcOptions extends ClaimRules, AdmissionRules {
  readonly issuer: string
  readonly clientId: string
  /** Unset: a public client. */
  readonly clientSecretFile?: string
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
  readonly #timeoutSeconds: number
  #known: { readonly config: Promise<client.Configuration>; readonly until: number } | undefined
  #underWay = 0

  /** `publicUrl`: the origin of the dashboard, as browsers have it. */
  constructor(options: OidcOptions, parts: { readonly publicUrl: string; readonly people: PeopleDesk; readonly log: Log; readonly timeoutSeconds?: number }) {
    this.#options = options
    this.#admission = new Admission(parts.people, options)
    this.#log = parts.log
    this.#timeoutSeconds = parts.timeoutSeconds ?? usualTimeoutSeconds
    this.name = options.name
    this.issuer = options.issuer
    this.asksOwnCode = options.secondFactor === 'own'
    this.dashboard = new URL(parts.publicUrl).origin
  }

  async begin(): Promise<{ readonly url: string; readonly errand: Errand }> {
    return await this.#asking(async () => {
      const config = await this.#configuration()
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
      // A page goes there: what is no address of the web could be a script.
      if (url.protocol !== 'https:' && !(url.protocol === 'http:' && this.#plain()))
        throw new GatewayError('IDENTITY_UNPROVEN', 'the provider names a page to sign in that is not on the web')
      return { url: url.href, errand }
    })
  }

  async prove(errand: Errand, query: string): Promise<ProvenIdentity> {
    return await this.#asking(async () => {
      const config = await this.#configuration()
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

  /** A provider on this machine may speak without TLS. */
  #plain(): boolean {
    return new URL(this.issuer).protocol === 'http:'
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
      if (isUnknownClient(error)) this.#known = undefined
      const cause = refusal.cause instanceof Error ? refusal.cause.message : undefined
      this.#log.warn({ code: refusal.code, issuer: this.issuer, ...(cause !== undefined && { why: cause.slice(0, 300) }) }, refusal.message)
      throw refusal
    } finally {
      this.#underWay--
    }
  }

  /** What the provider says of itself (OpenID Connect Discovery 1.0 § 4), asked once for all who wait; a failure is asked again. */
  async #configuration(): Promise<client.Configuration> {
    const now = performance.now()
    if (this.#known === undefined || this.#known.until <= now) this.#known = { config: this.#discover(), until: now + believedMs }
    const known = this.#known
    try {
      return await known.config
    } catch (error) {
      if (this.#known === known) this.#known = undefined
      throw error
    }
  }

  async #discover(): Promise<client.Configuration> {
    const { issuer, clientId } = this.#options
    const secret = await this.#secret()
    const plain = this.#plain()
    const metadata = { [client.clockTolerance]: toleranceSeconds }
    const found = await client.discovery(new URL(issuer), clientId, metadata, client.None(), {
      timeout: this.#timeoutSeconds,
      [client.customFetch]: providerFetch,
      ...(plain && { execute: [client.allowInsecureRequests] }),
    })
    const server = found.serverMetadata()
    const config = new client.Configuration(server, clientId, metadata, authenticationFor(server, secret))
    config.timeout = this.#timeoutSeconds
    config[client.customFetch] = providerFetch
    if (plain) client.allowInsecureRequests(config)
    // Otherwise the library takes TLS for proof enough (§ 3.1.3.7 point 6).
    client.enableNonRepudiationChecks(config)
    return config
  }

  async #secret(): Promise<string | undefined> {
    const { clientSecretFile } = this.#options
    if (clientSecretFile === undefined) return undefined
    try {
      const secret = (await readFile(clientSecretFile, 'utf8')).trim()
      if (secret !== '') return secret
    } catch (cause) {
      throw new GatewayError('PROVIDER_UNREACHABLE', 'the secret for the provider can not be read: see oidc.clientSecretFile', { retryable: true, cause })
    }
    throw new GatewayError('PROVIDER_UNREACHABLE', 'the file with the secret for the provider is empty: see oidc.clientSecretFile', { retryable: true })
  }
}

/** OpenID Connect Core 1.0 § 9; Discovery 1.0 § 3: a provider that says nothing takes client_secret_basic. */
function authenticationFor(server: client.ServerMetadata, secret: string | undefined): client.ClientAuth {
  if (secret === undefined) return client.None()
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  return methods.includes('client_secret_basic') ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret)
}
