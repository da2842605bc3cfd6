import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import Provider, { type Context, type Grant } from 'oidc-provider'

/** What the provider knows of an account. */
export interface ProviderAccount {
  readonly preferred_username?: string
  readonly name?: string
  readonly email?: string
  readonly email_verified?: boolean
  readonly groups?: readonly string[]
  /** As this account is said to have signed in. */
  readonly amr?: readonly string[]
}

/** A real provider of OpenID Connect on this machine. */
export interface RealProvider {
  readonly issuer: string
  readonly clientId: string
  readonly secret: string
  /** By subject: whoever enters one on its page is signed in there. */
  readonly accounts: Map<string, ProviderAccount>
  stop(): Promise<void>
}

const clientId = 'citygate'
const secret = 'a secret of the client, 1'

/** Starts `oidc-provider`, one client registered, with a page to sign in that asks for nothing but the account. PKCE is required. */
export async function startRealProvider(redirectUri: string): Promise<RealProvider> {
  const accounts = new Map<string, ProviderAccount>()
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: secret, redirect_uris: [redirectUri], response_types: ['code'], grant_types: ['authorization_code'] }],
    claims: { openid: ['sub', 'amr'], profile: ['preferred_username', 'name'], email: ['email', 'email_verified'], groups: ['groups'] },
    scopes: ['openid', 'profile', 'email', 'groups'],
    conformIdTokenClaims: false,
    cookies: { keys: ['for tests'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context: Context, accountId: string) =>
      accounts.has(accountId) ? { accountId, claims: () => ({ sub: accountId, ...accounts.get(accountId) }) } : undefined,
    // Nobody is asked whether the gateway may know who they are.
    loadExistingGrant: async ({ oidc }: Context): Promise<Grant> => {
      const grant = new oidc.provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId })
      grant.addOIDCScope('openid profile email groups')
      await grant.save()
      return grant
    },
    ttl: { Session: 600, Interaction: 600, Grant: 600, AuthorizationCode: 60, AccessToken: 60, IdToken: 60 },
  })
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) answer(request, response)
    else void interact(provider, accounts, request, response)
  })
  return {
    issuer,
    clientId,
    secret,
    accounts,
    stop: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

async function interact(provider: Provider, accounts: RealProvider['accounts'], request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') {
    response.setHeader('Content-Type', 'text/html')
    response.end('<form method="post"><label>Account <input name="account"></label> <button>Go on</button> <button name="no" value="1">Cancel</button></form>')
    return
  }
  const entered = new URLSearchParams(await text(request))
  const accountId = entered.get('account') ?? ''
  const result =
    entered.get('no') === '1'
      ? { error: 'access_denied', error_description: 'changed their mind' }
      : { login: { accountId, amr: accounts.get(accountId)?.amr ?? ['pwd'] } }
  await provider.interactionFinished(request, response, result)
}
