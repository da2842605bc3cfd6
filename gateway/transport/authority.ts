import { X509Certificate } from 'node:crypto'
import { pemBlocks } from './pem.ts'
import { RevocationList } from './revocation-list.ts'
import { type Signatures, type Signer, signerOf } from './signatures.ts'

/** The authority of an organisation: what its devices' certificates are signed with, and which of them no longer count. */
export interface Authority {
  readonly issuers: readonly Issuer[]
}

interface Issuer extends Signer {
  readonly lists: readonly RevocationList[]
}

/** Reads the texts of an organisation's two files. Throws RangeError that says what is wrong. */
export function readAuthority(certificatesPem: string, listsPem: string | undefined): Authority {
  if (certificatesPem.includes('PRIVATE KEY-----')) throw new RangeError('it holds a private key: the key of an authority does not belong on the gateway')
  const signers = pemBlocks(certificatesPem, 'CERTIFICATE').map(signerIn)
  if (signers.length === 0) throw new RangeError('there is no certificate (PEM) in it')
  for (const { certificate } of signers)
    if (!certificate.ca) throw new RangeError(`${certificate.subject.replaceAll('\n', ', ')} is no authority: its basicConstraints do not say CA:TRUE`)
  const lists = pemBlocks(listsPem ?? '', 'X509 CRL').map(der => new RevocationList(der))
  if (listsPem !== undefined && lists.length === 0) throw new RangeError('there is no revocation list (PEM, X509 CRL) in the file beside it')
  const issuers = signers.map(signer => ({ ...signer, lists: lists.filter(list => list.isFrom(signer.certificate)) }))
  if (!lists.every(list => issuers.some(issuer => issuer.lists.includes(list))))
    throw new RangeError('a revocation list in the file beside it was not signed by this authority')
  return { issuers }
}

/** What speaks against a certificate of a device whose organisation has this authority; undefined: nothing. */
export function objectionTo(certificate: X509Certificate, authority: Authority, signatures: Signatures, now: number): string | undefined {
  // A name alone can be copied: the signature tells. An authority that was renewed with its old key stands there twice.
  const issuers = authority.issuers.filter(one => certificate.checkIssued(one.certificate) && signatures.isSigned(certificate, one))
  if (issuers.length === 0) return "the certificate was not signed by the authority of the device's organisation"
  if (certificate.ca) return 'the certificate is that of an authority, not of a device'
  if (issuers.some(issuer => issuer.lists.some(list => list.has(certificate)))) return 'the certificate was revoked'
  const outOfTime = timeProblem(certificate, now)
  if (outOfTime !== undefined) return `the certificate ${outOfTime}`
  const authorityProblems = issuers.map(issuer => timeProblem(issuer.certificate, now))
  return authorityProblems.includes(undefined) ? undefined : `the certificate of the device's authority ${authorityProblems[0]}`
}

/** Whether a certificate counts at this moment, by its own dates. */
export function timeProblem(certificate: X509Certificate, now: number): string | undefined {
  if (now < certificate.validFromDate.getTime()) return `is not valid before ${certificate.validFromDate.toISOString()}`
  if (now >= certificate.validToDate.getTime()) return `expired at ${certificate.validToDate.toISOString()}`
  return undefined
}

function signerIn(der: Buffer): Signer {
  try {
    return signerOf(new X509Certificate(der))
  } catch (error) {
    throw new RangeError('a certificate in it can not be read', { cause: error })
  }
}
