import type { X509Certificate } from 'node:crypto'
import type { SecureContextOptions } from 'node:tls'
import type { OrgId } from './ids.ts'

/** What a port that speaks TLS is opened with: the server's certificate as it stands in the files now, and how strictly it is spoken. */
export interface TlsMaterial {
  readonly context: Pick<SecureContextOptions, 'cert' | 'key' | 'minVersion' | 'ciphers'>
  /** Absent: clients are not asked for certificates. */
  readonly clients?: ClientCertificates
  /** Calls back after other files were taken up; answers how to stop. */
  onChange(listener: () => void): () => void
}

/** Certificates of devices: which of them are good for a device of an organisation. */
export interface ClientCertificates {
  /** The certificates of all authorities, PEM. */
  readonly authorities: readonly string[]
  /** Grows with every change of authorities or revocation lists. */
  readonly version: number
  /** What speaks against a certificate of a device of this organisation; undefined: nothing. */
  objection(certificate: X509Certificate, org: OrgId): string | undefined
}

/** The certificate that a client has shown, and shown to have the key of. Whether it is good for anything is another question. */
export interface ShownCertificate {
  readonly x509: X509Certificate
  /** Why the TLS library does not trust it. */
  readonly distrust?: string
}
