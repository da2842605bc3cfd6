import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Config } from '../config/config.ts'

/** How programs of others reach this gateway, in the words of their command lines. */
interface Reach {
  /** `mosquitto_pub -h … -p …`, to be gone on with. */
  readonly mosquitto: string
  /** What to know of the files in it; absent: nothing. */
  readonly note?: string
}

/** MQTT: over TLS where that is spoken, since only that is open to other machines then. */
export function mosquittoTo({ mqtt, tls }: Pick<Config, 'mqtt' | 'tls'>): Reach {
  if (mqtt.tlsPort === undefined || tls.certFile === undefined) return { mosquitto: `mosquitto_pub -h ${named(mqtt.host)} -p ${mqtt.port}` }
  const { host, authority, note } = certified(tls.certFile, mqtt.host)
  return { mosquitto: `mosquitto_pub -h ${host} -p ${mqtt.tlsPort} --cafile ${authority}`, ...(note && { note }) }
}

/** The API: what `curl` is told before the path. */
export function curlTo({ http, tls }: Pick<Config, 'http' | 'tls'>, path: string): { readonly curl: string; readonly note?: string } {
  if (http.tls === 'off' || tls.certFile === undefined) return { curl: `http://${named(http.host)}:${http.port}${path}` }
  const { host, authority, note } = certified(tls.certFile, http.host)
  return { curl: `--cacert ${authority} https://${host}:${http.port}${path}`, ...(note && { note }) }
}

function named(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
}

/** The name that the server's certificate is for, since clients take it under no other, and where they find who signed it. */
function certified(certFile: string, listens: string): { readonly host: string; readonly authority: string; readonly note?: string } {
  const certificate = read(certFile)
  const names = (certificate?.subjectAltName ?? '').split(', ').flatMap(name => /^(?:DNS|IP Address):([^*\s]+)$/.exec(name)?.[1] ?? [])
  const host = names.includes(listens) ? listens : (names[0] ?? 'NAME-IN-THE-CERTIFICATE')
  if (certificate?.checkIssued(certificate)) return { host, authority: certFile }
  return { host, authority: 'ca.pem', note: `ca.pem: the certificate of the authority that signed ${certFile}` }
}

/** The hint is worth less than the device: a file that can not be read is `citygate doctor`'s to tell. */
function read(certFile: string): X509Certificate | undefined {
  try {
    return new X509Certificate(readFileSync(certFile))
  } catch {
    return undefined
  }
}
