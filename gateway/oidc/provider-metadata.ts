import { readFile } from 'node:fs/promises'
import * as client from 'openid-client'
import { GatewayError } from '../model/errors.ts'
import { providerFetch } from './provider-fetch.ts'

/** For each question to the provider: somebody waits at the browser. */
const usualTimeoutSeconds = 4
/** How long what the provider says of itself is believed; its keys are asked for again by themselves when one is new. */
const believedMs = 3_600_000
/** By how much the clocks may differ. */
const toleranceSeconds = 30

/** Which provider, and what it calls the gateway. */
export interface ProviderPlace {
  readonly issuer: string
  readonly clientId: string
  /** Unset: a public client. */
  readonly clientSecretFile?: string
}

/** What a provider says of itself, asked when it is needed first. */
export class ProviderMetadata {
  readonly #place: ProviderPlace
  readonly #timeoutSeconds: number
  #known: { readonly config: Promise<client.Configuration>; readonly until: number } | undefined

  constructor(place: ProviderPlace, timeoutSeconds = usualTimeoutSeconds) {
    this.#place = place
    this.#timeoutSeconds = timeoutSeconds
  }

  /** It is asked anew, and the secret read again. */
  forget(): void {
    this.#known = undefined
  }

  /** What the provider says of itself (OpenID Connect Discovery 1.0 § 4), asked once for all who wait; a failure is asked again. */
  async configuration(): Promise<client.Configuration> {
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
    const { issuer, clientId } = this.#place
    const secret = await this.#secret()
    const address = new URL(issuer)
    const config = await client.discovery(address, clientId, { [client.clockTolerance]: toleranceSeconds }, authenticationWith(secret), {
      timeout: this.#timeoutSeconds,
      [client.customFetch]: providerFetch,
      execute: [
        // Otherwise the library takes TLS for proof enough (OpenID Connect Core 1.0 § 3.1.3.7 point 6).
        client.enableNonRepudiationChecks,
        // The configuration takes one without TLS only on this machine.
        ...(address.protocol === 'http:' ? [client.allowInsecureRequests] : []),
      ],
    })
    const own = config.serverMetadata().issuer
    // To the letter, because people are known by it; and a name that stands for many issuers, as some providers have, would let in strangers.
    if (own !== issuer)
      throw new GatewayError('IDENTITY_UNPROVEN', `the provider calls itself ${own.slice(0, 500)}: if that is the one, set oidc.issuer to just that`)
    return config
  }

  async #secret(): Promise<string | undefined> {
    const { clientSecretFile } = this.#place
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
function authenticationWith(secret: string | undefined): client.ClientAuth {
  if (secret === undefined) return client.None()
  const [basic, post] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)]
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    return (methods.includes('client_secret_basic') ? basic : post)(server, ...rest)
  }
}
