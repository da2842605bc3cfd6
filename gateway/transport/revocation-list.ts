import type { X509Certificate } from 'node:crypto'
import { verify } from 'node:crypto'
import { type DerElement, derElements, derOid, derTag, derTime } from './der.ts'

/** How lists are signed (RFC 4055 § 5, RFC 5758 § 3.2, RFC 8410 § 3). SHA-1 is not among them: such a list can be forged. */
const digests: ReadonlyMap<string, string | undefined> = new Map([
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
  ['1.3.101.112', undefined],
])

/** A certificate revocation list (RFC 5280 § 5), as far as it is needed to tell whether a certificate is on it. */
export class RevocationList {
  /** When the next list is due, milliseconds; absent: none is promised. */
  readonly nextUpdate: number | undefined
  readonly #revoked: ReadonlySet<string>
  readonly #signed: Buffer
  readonly #signature: Buffer
  readonly #digest: string | undefined

  /** Throws RangeError for bytes (DER) that are no list, or one that says more than is understood here. */
  constructor(der: Buffer) {
    const [list] = derElements(der)
    const [signed, algorithm, signature] = derElements(inside(list, derTag.sequence))
    const parts = [...derElements(inside(signed, derTag.sequence))]
    this.#signed = signed?.whole ?? der
    const oid = derOid(inside(derElements(inside(algorithm, derTag.sequence))[0], derTag.oid))
    if (!digests.has(oid)) throw new RangeError(`it is signed by a method (${oid}) other than RSA or ECDSA with SHA-2, or Ed25519`)
    this.#digest = digests.get(oid)
    // The first byte of a BIT STRING counts the bits that are left over; in a signature none are.
    this.#signature = inside(signature, derTag.bitString).subarray(1)

    if (parts[0]?.tag === derTag.integer) parts.shift()
    // The signature's method again, the issuer and the time of this update: whose list it is, the signature tells.
    parts.splice(0, 3)
    const next = parts[0]
    this.nextUpdate = next?.tag === derTag.utcTime || next?.tag === derTag.generalizedTime ? derTime(next) : undefined
    if (this.nextUpdate !== undefined) parts.shift()
    const entries = parts[0]?.tag === derTag.sequence ? derElements(inside(parts.shift(), derTag.sequence)) : []
    const extensions = parts.shift()
    if (extensions !== undefined) refuseCritical(derElements(extensions.content)[0])
    this.#revoked = new Set(entries.map(serialOf))
  }

  /** How many certificates are on it. */
  get size(): number {
    return this.#revoked.size
  }

  /** Whether it was signed with the key of this authority. */
  isFrom(authority: X509Certificate): boolean {
    try {
      return verify(this.#digest, this.#signed, authority.publicKey, this.#signature)
    } catch {
      // A key of another kind than the signature.
      return false
    }
  }

  has(certificate: X509Certificate): boolean {
    return this.#revoked.has(plainHex(certificate.serialNumber))
  }
}

function serialOf(entry: DerElement): string {
  const [serial, , extensions] = derElements(inside(entry, derTag.sequence))
  // What matters among these says that the entry is about a certificate of somebody else (§ 5.3.3).
  if (extensions !== undefined) refuseCritical(extensions)
  return plainHex(inside(serial, derTag.integer).toString('hex'))
}

/** § 5.2: a list with a critical part that is not understood (it covers a part of the certificates only, or changes another list) must not be used. */
function refuseCritical(extensions: DerElement | undefined): void {
  for (const extension of derElements(inside(extensions, derTag.sequence))) {
    const [oid, critical] = derElements(inside(extension, derTag.sequence))
    if (critical?.tag === derTag.boolean && critical.content[0] !== 0)
      throw new RangeError(`it has the critical extension ${derOid(inside(oid, derTag.oid))}: a whole list of the authority's own certificates is wanted`)
  }
}

function inside(element: DerElement | undefined, tag: number): Buffer {
  if (element?.tag !== tag) throw new RangeError('it is no revocation list')
  return element.content
}

function plainHex(hex: string): string {
  return hex.toLowerCase().replace(/^0+/, '')
}
