import { AuthorizationResponseError, ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client'
import { GatewayError } from '../model/errors.ts'

/** What openid-client's checks are called (oauth4webapi 3, its error codes) when the provider answered something that is no answer. */
const noAnswer: ReadonlySet<string> = new Set([
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_MISSING_SERVER_METADATA',
  'OAUTH_INVALID_SERVER_METADATA',
  'OAUTH_HTTP_REQUEST_FORBIDDEN',
  'OAUTH_REQUEST_PROTOCOL_FORBIDDEN',
])

/** Why nobody is let in, for whoever signs in: what failed and what to do, without anything that the provider sent. */
export function refusalOf(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error
  if (error instanceof AuthorizationResponseError) {
    // RFC 6749 § 4.1.2.1.
    const text =
      error.error === 'access_denied'
        ? 'signing in was broken off at the provider'
        : `the provider does not let anybody in for this gateway (${plain(error.error)})`
    return new GatewayError('PROVIDER_REFUSED', text, { cause: error })
  }
  if (error instanceof WWWAuthenticateChallengeError) return unknownClient('invalid_client', error)
  if (error instanceof ResponseBodyError) return refusedByToken(error)
  if (error instanceof ClientError) {
    // What the provider's fetch told stands behind the library's own words.
    for (let inner: unknown = error.cause; inner instanceof Error; inner = inner.cause) if (inner instanceof GatewayError) return inner
    const code = error.code ?? ''
    if (code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT') return unreachable('it takes too long', error)
    if (noAnswer.has(code)) return unreachable('what it answers is not OpenID Connect', error)
    return new GatewayError('IDENTITY_UNPROVEN', `what the provider says is not taken: ${failedCheck(error)}`, { cause: error })
  }
  return new GatewayError('IDENTITY_UNPROVEN', 'what the provider says is not taken: it can not be read', { cause: error })
}

/** Whether the provider does not take the gateway for who it is (RFC 6749 § 5.2). */
export function isUnknownClient(error: unknown): boolean {
  return error instanceof WWWAuthenticateChallengeError || (error instanceof ResponseBodyError && error.error === 'invalid_client')
}

/** RFC 6749 § 5.2: the provider does not give a token for the code. */
function refusedByToken(error: ResponseBodyError): GatewayError {
  if (error.status >= 500) return unreachable(`it answers ${error.status}`, error)
  if (error.error === 'invalid_grant')
    return new GatewayError('PROVIDER_REFUSED', 'the provider does not take its code back: it was used, or is over; sign in again', { cause: error })
  return unknownClient(error.error, error)
}

function unknownClient(why: string, cause: Error): GatewayError {
  return new GatewayError('PROVIDER_REFUSED', `the provider does not know this gateway (${plain(why)}): see oidc.clientId and oidc.clientSecretFile`, { cause })
}

function unreachable(why: string, cause: Error): GatewayError {
  return new GatewayError('PROVIDER_UNREACHABLE', `the provider can not be asked: ${why}`, { retryable: true, cause })
}

function failedCheck(error: ClientError): string {
  const claim = claimIn(error)
  switch (error.code) {
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return 'its ID token is over, or not good yet; are both clocks right?'
    case 'OAUTH_JWT_CLAIM_COMPARISON_FAILED':
      return claim === 'aud' ? 'its ID token is for somebody else (aud)' : `its ID token has another ${claim ?? 'claim'} than was asked for`
    case 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED':
      return 'it calls itself by another name than oidc.issuer'
    case 'OAUTH_KEY_SELECTION_FAILED':
      return 'its ID token is signed with a key that it does not name'
    case 'OAUTH_UNSUPPORTED_OPERATION':
      return 'its ID token is not signed, or in a way that is not taken'
    default:
      return 'its answer or ID token fails a check'
  }
}

/** The claim that differs, as the library's error names it. */
function claimIn(error: Error): string | undefined {
  for (let inner: unknown = error.cause; typeof inner === 'object' && inner !== null; inner = 'cause' in inner ? inner.cause : undefined)
    if ('claim' in inner && typeof inner.claim === 'string') return plain(inner.claim)
  return undefined
}

function plain(text: string): string {
  return text.slice(0, 64).replaceAll(/[^A-Za-z0-9_.-]/g, '?')
}
