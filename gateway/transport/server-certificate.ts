import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import type { TlsMaterial } from '../model/tls.ts'
import { timeProblem } from './authority.ts'
import { pemBlocks } from './pem.ts'

/** Of TLS 1.2, what keeps a recording safe when the key is stolen later, and authenticates every record; of TLS 1.3, all (Mozilla's "intermediate", version 5.7). */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

const dayMs = 86_400_000

/** The server's own certificate, as it was read. */
export interface ServerCertificate {
  readonly context: TlsMaterial['context']
  readonly x509: X509Certificate
}

/** Reads certificate (with those of the authorities in between behind it) and key. Throws RangeError that says what is wrong; it holds nothing of the key. */
export async function readServerCertificate(files: { readonly certFile: string; readonly keyFile: string }): Promise<ServerCertificate> {
  const [cert, key] = await Promise.all([read(files.certFile), read(files.keyFile)])
  const [first] = pemBlocks(cert, 'CERTIFICATE')
  if (first === undefined) throw new RangeError(`there is no certificate (PEM) in ${files.certFile}`)
  if (!key.includes('PRIVATE KEY-----')) throw new RangeError(`there is no private key (PEM) in ${files.keyFile}`)
  if (key.includes('ENCRYPTED'))
    throw new RangeError(`the key in ${files.keyFile} is encrypted: take its passphrase off with openssl pkey, and let only the gateway's user read it`)
  const context = { cert, key, minVersion: 'TLSv1.2', ciphers } as const
  try {
    createSecureContext(context)
    return { context, x509: new X509Certificate(first) }
  } catch (error) {
    // OpenSSL's own words, such as "key values mismatch".
    const why = error instanceof Error ? error.message : String(error)
    throw new RangeError(`${files.certFile} and ${files.keyFile} do not go together or can not be read (${why})`, { cause: error })
  }
}

/** What to do about the certificate's dates: it has expired, or will before anybody may look again. */
export function dateProblem(certificate: X509Certificate, now: number): string | undefined {
  const outOfTime = timeProblem(certificate, now)
  if (outOfTime !== undefined) return `the server's certificate ${outOfTime}: clients refuse it; put another in its place`
  const left = certificate.validToDate.getTime() - now
  const lifetime = certificate.validToDate.getTime() - certificate.validFromDate.getTime()
  // Certificates that live for days only are renewed every day.
  if (left > Math.min(14 * dayMs, lifetime / 4)) return undefined
  return `the server's certificate expires at ${certificate.validToDate.toISOString()}: put another in its place`
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new RangeError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
