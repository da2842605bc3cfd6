import type { Config } from '../config/config.ts'
import { ProviderMetadata } from '../oidc/provider-metadata.ts'
import { refusalOf } from '../oidc/refusals.ts'
import type { Finding } from './doctor-finding.ts'

/** Whether the provider that people sign in at answers, is the one that is meant, and its secret can be read; nothing where there is none. */
export async function checkProvider({ oidc, http }: Config): Promise<readonly Finding[]> {
  const { issuer, clientId } = oidc
  if (issuer === undefined || clientId === undefined) return []
  const name = { en: 'OpenID Connect', zh: 'OpenID Connect' }
  try {
    await new ProviderMetadata({ ...oidc, issuer, clientId }).configuration()
    const back = `${new URL(http.publicUrl ?? '').origin}/sign-in/provider`
    return [
      {
        name,
        ok: true,
        found: { en: `${issuer} answers; its redirect URI for us must be ${back}`, zh: `${issuer} 有响应；其中为本网关登记的重定向 URI 须为 ${back}` },
      },
    ]
  } catch (error) {
    const { message } = refusalOf(error)
    const advice = { en: 'until then people sign in with passwords only', zh: '在此之前只能用密码登录' }
    return [{ name, ok: false, found: { en: message, zh: message }, advice }]
  }
}
