import { createHash, type X509Certificate } from 'node:crypto'

/** Who signs certificates: an authority, and a name for its key that stays the same when its file is read anew, or its certificate renewed. */
export interface Signer {
  readonly certificate: X509Certificate
  readonly key: string
}

/** An authority as a signer, its key named by its hash. */
export function signerOf(certificate: X509Certificate): Signer {
  return {
    certificate,
    key: createHash('sha256')
      .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64'),
  }
}

/**
 * Whose key signed a certificate: found out once, then remembered as long as somebody holds the certificate. Checking a signature takes 80 µs, everything else about a certificate 2 µs: with
 * a new revocation list ten thousand connected devices are judged anew, and their signatures are what they were.
 */
export class Signatures {
  readonly #signedWith = new WeakMap<X509Certificate, string>()

  isSigned(certificate: X509Certificate, signer: Signer): boolean {
    // Only the key that fits is remembered: a certificate has one signature, and what is kept of it does not grow.
    if (this.#signedWith.get(certificate) === signer.key) return true
    const signed = certificate.verify(signer.certificate.publicKey)
    if (signed) this.#signedWith.set(certificate, signer.key)
    return signed
  }
}
