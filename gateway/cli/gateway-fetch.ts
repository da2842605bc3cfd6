import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent, fetch, type RequestInit, type Response } from 'undici'
import type { Config } from '../config/config.ts'

/**
 * Asks the gateway of this configuration over HTTP. Where it speaks TLS, the one at the other end must have the very certificate that stands in `tls.certFile`: it is
 * reached by an address of this machine, which its certificate does not name, and may be signed by an authority that this machine does not know.
 */
export async function gatewayFetch(config: Config, url: string, init: RequestInit = {}): Promise<Response> {
  const { certFile } = config.tls
  if (config.http.tls === 'off' || certFile === undefined) return fetch(url, init)
  const own = new X509Certificate(readFileSync(certFile)).toString()
  const connect = { ca: own, allowPartialTrustChain: true, checkServerIdentity: () => undefined }
  return fetch(url, { ...init, dispatcher: new Agent({ connect, keepAliveTimeout: 1 }) })
}
