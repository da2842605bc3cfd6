/** The blocks of a PEM file (RFC 7468) that carry this label, as DER. */
export function pemBlocks(text: string, label: 'CERTIFICATE' | 'X509 CRL'): readonly Buffer[] {
  const block = new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]*)-----END ${label}-----`, 'g')
  return [...text.matchAll(block)].map(([, base64 = '']) => Buffer.from(base64, 'base64'))
}
