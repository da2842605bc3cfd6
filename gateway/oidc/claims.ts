import type { IDToken } from 'openid-client'
import { GatewayError } from '../model/errors.ts'
import type { ProvenIdentity } from '../model/identity-provider.ts'

/** Which claims of the ID token are read, and what they must say. */
export interface ClaimRules {
  readonly idClaim: string
  readonly groupsClaim: string
  /** One of these, if there are any (OpenID Connect Core 1.0 § 2, `acr`). */
  readonly acr: readonly string[]
  /** One of these, if there are any (RFC 8176). */
  readonly amr: readonly string[]
}

/** More groups than anybody is in; what is beyond gives no role. */
const mostGroups = 1_000
const longestName = 100

/** What a checked ID token says of somebody. Throws SECOND_FACTOR_MISSING or IDENTITY_UNPROVEN. */
export function identityIn(token: IDToken, rules: ClaimRules): ProvenIdentity {
  if (rules.acr.length > 0 && !rules.acr.some(one => one === token.acr)) throw weaker('acr')
  if (rules.amr.length > 0 && !texts(token.amr).some(method => rules.amr.includes(method))) throw weaker('amr')
  // § 2: at most 255 ASCII characters. A library that checks the rest takes an empty one.
  if (!/^[\x20-\x7e]{1,255}$/.test(token.sub)) throw new GatewayError('IDENTITY_UNPROVEN', 'what the provider says is not taken: its subject (sub) is none')
  const id = token[rules.idClaim]
  const name = calledIn(token.name)
  return {
    issuer: token.iss,
    subject: token.sub,
    ...(typeof id === 'string' && { id: id.trim().toLowerCase() }),
    // § 5.1: only true says that the provider made sure; texts and what is missing do not.
    ...(rules.idClaim === 'email' && token.email_verified !== true && { unverified: true as const }),
    ...(name !== undefined && { name }),
    groups: texts(token[rules.groupsClaim]).slice(0, mostGroups),
  }
}

function weaker(claim: string): GatewayError {
  return new GatewayError('SECOND_FACTOR_MISSING', `the provider does not say that somebody signed in as strictly as this gateway asks for (${claim})`)
}

function texts(value: unknown): readonly string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value]
  return all.filter(one => typeof one === 'string')
}

/** A name that can be shown: what is no such text counts as none. */
function calledIn(value: unknown): string | undefined {
  if (typeof value !== 'string' || /\p{C}/u.test(value)) return undefined
  const name = Array.from(value.trim()).slice(0, longestName).join('').trim()
  return name === '' ? undefined : name
}
