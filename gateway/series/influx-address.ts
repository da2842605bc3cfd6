import { GatewayError } from '../model/errors.ts'

/** Where InfluxDB is and who signs in there. */
export interface InfluxAddress {
  readonly origin: string
  /** Path in front of `/write` and `/query`, for a server behind a reverse proxy. */
  readonly path: string
  /** For messages: never holds credentials. */
  readonly shown: string
  readonly authorization?: string
}

/** Reads an InfluxDB URL; credentials may stand in it or beside it. Throws `CONFIG_INVALID`. */
export function influxAddress(url: string, username?: string, password?: string): InfluxAddress {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
    // The URL is not repeated: what cannot be read may still hold a password.
    throw new GatewayError('CONFIG_INVALID', 'the InfluxDB URL is no http:// or https:// URL; it should look like http://influx:8086')
  }
  const user = username ?? decodeURIComponent(parsed.username)
  const secret = password ?? decodeURIComponent(parsed.password)
  const path = parsed.pathname.replace(/\/+$/, '')
  return {
    origin: parsed.origin,
    path,
    shown: `${parsed.host}${path}`,
    ...(user !== '' && { authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}` }),
  }
}
