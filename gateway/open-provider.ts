import type { Config } from './config/config.ts'
import type { IdentityProvider } from './model/identity-provider.ts'
import type { Log } from './model/log.ts'
import type { PeopleDesk } from './model/people.ts'

/** Where people may sign in elsewhere, if the configuration names a provider; only then is what it takes loaded. */
export async function openProvider(config: Config, people: PeopleDesk, log: Log): Promise<{ readonly provider?: IdentityProvider }> {
  const { issuer, clientId } = config.oidc
  const { publicUrl } = config.http
  if (issuer === undefined || clientId === undefined || publicUrl === undefined) return {}
  const { OidcProvider } = await import('./oidc/oidc-provider.ts')
  return { provider: new OidcProvider({ ...config.oidc, issuer, clientId }, { publicUrl, people, log }) }
}
