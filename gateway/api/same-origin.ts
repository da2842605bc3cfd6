import type { IncomingMessage } from 'node:http'

/**
 * Whether a request a browser made comes from a page of this very server. Requests of programs carry neither header and pass: they hold no cookie
 * that could be abused, and the loopback operator's rights are what this protects.
 *
 * Fetch metadata (W3C, Sec-Fetch-Site) and Origin (RFC 6454 § 7, WHATWG Fetch § 3.2) are set by the browser, out of the page's reach.
 */
export function sameOrigin(request: IncomingMessage): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  return originMatchesHost(request)
}

/** Whether a browser says that a page of this server made the request. One that says nothing may be anybody's. */
export function provenSameOrigin(request: IncomingMessage): boolean {
  const said = request.headers['sec-fetch-site'] === 'same-origin' || request.headers.origin !== undefined
  return said && sameOrigin(request)
}

/** Whether the Origin header, when there is one, names the host the request was sent to. A WebSocket handshake is held to this alone. */
export function originMatchesHost(request: IncomingMessage): boolean {
  const { origin, host } = request.headers
  if (origin === undefined) return true
  if (host === undefined || !URL.canParse(origin)) return false
  const url = new URL(origin)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return false
  // The scheme is the browser's: behind a proxy that ends TLS it is https while ours is http. A URL leaves out its scheme's own port, a Host header may not.
  const own = `${url.protocol}//${host}`
  return URL.canParse(own) && new URL(own).host === url.host
}
