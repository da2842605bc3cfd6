import type { Config } from './config/config.ts'
import type { IdentityProvider } from './model/identity-provider.ts'
import type { Log } from './model/log.ts'
import type { PeopleDesk } from './model/people.ts'
import { OidcProvider } from './oidc/oidc-provider.ts'

/** Where people may sign in elsewhere, if the configuration names a provider. */
export function openProvider(config: Config, people: PeopleDesk, log: Log): { readonly provider?: IdentityProvider } {
  const { issuer, clientId } = config.oidc
  const { publicUrl } = config.http
  if (issuer === undefined || clientId === undefined || publicUrl === undefined) return {}
  return { provider: new OidcProvider({ ...config.oidc, issuer, clientId }, { publicUrl, people, log }) }
}
