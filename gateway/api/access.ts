import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import type { Authenticator, Principal } from '../model/access.ts'
import type { PeopleDirectory } from '../model/people.ts'
import type { ClientAddresses } from './client-address.ts'
import { sessionToken } from './cookies.ts'
import { Problem } from './problem.ts'
import { provenSameOrigin } from './same-origin.ts'

/** Who asks: a token's holder, a person who signed in, whoever works on this machine, or nobody known. */
export type Asker = Extract<Principal, { type: 'token' | 'person' | 'local' }> | { readonly type: 'nobody' }

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

/** Set by reverse proxies: the peer is then the proxy, not whoever asks. RFC 7239 § 4, and the names in use before it. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-server', 'x-real-ip', 'via']

/** The one place where it is decided who is asking. */
export class Access {
  readonly #options: {
    readonly mode: 'loopback' | 'sign-in'
    readonly authenticator: Authenticator
    readonly people?: Pick<PeopleDirectory, 'session'>
    readonly clients: Pick<ClientAddresses, 'isSecure'>
  }

  constructor(options: {
    readonly mode: 'loopback' | 'sign-in'
    readonly authenticator: Authenticator
    readonly people?: Pick<PeopleDirectory, 'session'>
    readonly clients: Pick<ClientAddresses, 'isSecure'>
  }) {
    this.#options = options
  }

  /**
   * Tells who asks. A request with a token is judged by it alone, whatever cookie comes along, also from this machine: an integrator tries a token and sees what it reaches.
   * Throws `TOKEN_INVALID` (401) when they are wrong.
   */
  judge(request: IncomingMessage): Asker {
    const credentials = request.headers.authorization
    if (credentials !== undefined) return this.#bearer(credentials)
    const person = this.#person(request)
    if (person !== undefined) return person
    return this.#options.mode === 'loopback' && fromThisMachine(request) ? { type: 'local' } : { type: 'nobody' }
  }

  /**
   * Who signed in on this browser. A browser sends cookies whoever's page asks, so for what may change something they count only when it says that the page is one of ours; a
   * cookie that is wrong or over counts as none.
   */
  #person(request: IncomingMessage): Asker | undefined {
    const token = sessionToken(request.headers.cookie, this.#options.clients.isSecure(request))
    if (token === undefined) return undefined
    if (request.method !== 'GET' && request.method !== 'HEAD' && !provenSameOrigin(request)) return undefined
    return this.#options.people?.session(token)?.principal
  }

  #bearer(credentials: string): Asker {
    // RFC 9110 § 11.1: the scheme's case does not matter. RFC 6750 § 2.1: what a token is made of.
    const token = /^bearer +([A-Za-z0-9\-._~+/]{1,512}=*)$/i.exec(credentials.trim())?.[1]
    const principal = token === undefined ? undefined : this.#options.authenticator.token(token)
    if (principal === undefined || principal.type === 'device') {
      throw new Problem(401, 'TOKEN_INVALID', 'The token is not known here, was removed, or is over. Send it as “Authorization: Bearer cgt_…”.', {
        headers: { 'WWW-Authenticate': 'Bearer realm="citygate", error="invalid_token"' },
      })
    }
    return principal
  }
}

/** The answer to nobody who wants what is not for everybody. */
export function tokenRequired(): Problem {
  return new Problem(401, 'TOKEN_REQUIRED', 'Sign in, or send a token: “Authorization: Bearer cgt_…”, made with `citygate token add`.', {
    headers: { 'WWW-Authenticate': 'Bearer realm="citygate"' },
  })
}

/**
 * Whether a request was made by someone on this machine. The peer's address alone does not tell: a page of a foreign site whose name was made to
 * point at 127.0.0.1 (DNS rebinding) comes from there too, but its Host header gives it away; and a reverse proxy's requests are somebody else's.
 */
export function fromThisMachine(request: IncomingMessage): boolean {
  if (!isLoopbackAddress(request.socket.remoteAddress)) return false
  if (!isLoopbackHost(request.headers.host)) return false
  return !PROXY_HEADERS.some(header => request.headers[header] !== undefined)
}

function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false
  const family = isIP(address)
  // BlockList looks through IPv4-mapped addresses (::ffff:127.0.0.1) by itself.
  return family !== 0 && LOOPBACK.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host)
}
