/** The session's cookie where plain HTTP is spoken. */
export const sessionCookie = 'citygate_session'
/** Over TLS: browsers take a cookie of this name only from this very host, over TLS and for all paths (RFC 6265bis § 4.1.3.2), so no neighbour can put one in. */
const secureSessionCookie = `__Host-${sessionCookie}`

/** A week, as long as a session lasts at most; the gateway may end it sooner. */
const LONGEST_SECONDS = 7 * 86_400

/** Ties somebody who left for a provider to the browser they left with, in the same way. */
const errandCookie = 'citygate_errand'

/** The session's token in a Cookie header (RFC 6265 § 4.2.1). Undefined when there is none, when it is no token, and when there are two: one of them is somebody else's. */
export function sessionToken(header: string | undefined, secure: boolean): string | undefined {
  return oneValue(header, secure ? secureSessionCookie : sessionCookie)
}

/** What names an errand at a provider, in the same way. */
export function errandToken(header: string | undefined, secure: boolean): string | undefined {
  return oneValue(header, errandName(secure))
}

function oneValue(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map(pair => pair.trim())
    .filter(pair => pair.startsWith(`${name}=`))
    .map(pair => pair.slice(name.length + 1))
  const [token] = values
  return values.length === 1 && token !== undefined && /^[A-Za-z0-9_.-]{16,256}$/.test(token) ? token : undefined
}

/** Puts a session's token into the browser, where no script and no other site's page reaches it. */
export function setSession(token: string, secure: boolean): string {
  return `${secure ? secureSessionCookie : sessionCookie}=${token}; Max-Age=${LONGEST_SECONDS}; ${attributes(secure)}`
}

/** Strict is enough, although people come back from elsewhere: the page that they come back to asks by itself. */
export function setErrand(token: string, secure: boolean, seconds: number): string {
  return `${errandName(secure)}=${token}; Max-Age=${seconds}; ${attributes(secure)}`
}

/** Takes it away again. */
export function clearErrand(secure: boolean): string {
  return `${errandName(secure)}=; Max-Age=0; ${attributes(secure)}`
}

function errandName(secure: boolean): string {
  return secure ? `__Host-${errandCookie}` : errandCookie
}

/** Takes a session out of the browser, by either name. */
export function clearSession(secure: boolean): readonly string[] {
  const names = secure ? [secureSessionCookie, sessionCookie] : [sessionCookie]
  return names.map(name => `${name}=; Max-Age=0; ${attributes(secure)}`)
}

function attributes(secure: boolean): string {
  return `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
}
