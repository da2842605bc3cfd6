import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import helmet from 'helmet'
import type { ClientAddresses } from './client-address.ts'
import type { MapSettings } from './options.ts'

/** A year, as browsers' preload lists ask for. */
const HSTS_SECONDS = 31_536_000

/**
 * Headers that keep a page to itself. Made for the dashboard: no inline script; MapLibre's worker is a blob; Mantine writes style elements.
 *
 * The referrer's origin is told, because public tile servers refuse requests without it. upgrade-insecure-requests is left out: on plain HTTP in a city's own
 * network it would lock people out.
 */
export function securityHeaders(map: Pick<MapSettings, 'styleUrl' | 'tilesUrl' | 'pmtilesUrl'>): RequestHandler {
  const mapOrigins = [...new Set([map.styleUrl, map.tilesUrl, map.pmtilesUrl].flatMap(url => originOf(url) ?? []))]
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'base-uri': ["'self'"],
        'connect-src': ["'self'", ownWebSocket, ...mapOrigins],
        'font-src': ["'self'", 'data:', ...mapOrigins],
        'form-action': ["'self'"],
        'frame-ancestors': ["'self'"],
        'img-src': ["'self'", 'data:', 'blob:', ...mapOrigins],
        'object-src': ["'none'"],
        'script-src': ["'self'"],
        'script-src-attr': ["'none'"],
        'style-src': ["'self'", "'unsafe-inline'"],
        'worker-src': ["'self'", 'blob:'],
      },
    },
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
  })
}

/**
 * Tells browsers that were answered over TLS to come over TLS again (HSTS). Never over plain HTTP (RFC 6797 § 7.2). Other hosts of the domain are none of ours, so
 * they are left out.
 */
export function strictTransport(clients: ClientAddresses): RequestHandler {
  return (request, response, next) => {
    if (clients.isSecure(request)) response.set('Strict-Transport-Security', `max-age=${HSTS_SECONDS}`)
    next()
  }
}

/** WebSockets to this very host: not every browser counts them as 'self' (CSP 3 § 6.7.2.8 does). */
function ownWebSocket(request: IncomingMessage): string {
  const { host } = request.headers
  return host !== undefined && /^[A-Za-z0-9.:[\]-]{1,255}$/.test(host) ? `ws://${host} wss://${host}` : "'self'"
}

/** The origin a map address allows; a template's varying first label (`{s}.tile…`) as a wildcard. Undefined for an address on this server. */
export function originOf(address: string | undefined): string | undefined {
  const match = /^(https?):\/\/([^/?#]+)/i.exec(address ?? '')
  const [, scheme = '', authority = ''] = match ?? []
  const host = authority.replace(/^.*@/, '').replace(/^[^.]*\{[^}]*\}[^.]*\./, '*.')
  return /^(\*\.)?[A-Za-z0-9.:[\]-]+$/.test(host) ? `${scheme.toLowerCase()}://${host}` : undefined
}
