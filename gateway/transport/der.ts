/** One element of DER (X.690 § 8.1): its tag, its content, and all of it. */
export interface DerElement {
  readonly tag: number
  readonly content: Buffer
  readonly whole: Buffer
}

/** Tags used in revocation lists (X.680 § 8.4). */
export const derTag = { boolean: 0x01, integer: 0x02, bitString: 0x03, oid: 0x06, utcTime: 0x17, generalizedTime: 0x18, sequence: 0x30 } as const

/** The elements that stand in these bytes, one behind the other. Throws RangeError for what is no DER, or has larger tags than are used here. */
export function derElements(bytes: Buffer): readonly DerElement[] {
  const elements: DerElement[] = []
  for (let at = 0; at < bytes.length; ) {
    const element = elementAt(bytes, at)
    elements.push(element)
    at += element.whole.length
  }
  return elements
}

/** An object identifier as people write it: `1.2.840.10045.4.3.2` (X.690 § 8.19). */
export function derOid(content: Buffer): string {
  const numbers: number[] = []
  let value = 0
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f)
    if (value > Number.MAX_SAFE_INTEGER) throw new RangeError('an object identifier is too long')
    if (byte >= 0x80) continue
    numbers.push(value)
    value = 0
  }
  const [first = 0, ...others] = numbers
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - root * 40, ...others].join('.')
}

/** The moment that a UTCTime or GeneralizedTime of a certificate names, in milliseconds (RFC 5280 § 4.1.2.5: to the second, and in UTC). */
export function derTime({ tag, content }: DerElement): number {
  const text = content.toString('latin1')
  const [, year = '', rest = ''] = (tag === derTag.utcTime ? /^(\d{2})(\d{10})Z$/ : /^(\d{4})(\d{10})Z$/).exec(text) ?? []
  // A year of two digits: from 50 on it is of the last century.
  const century = year.length === 4 ? '' : Number(year) >= 50 ? '19' : '20'
  const [month, day, hour, minute, second] = rest.match(/../g) ?? []
  const at = Date.parse(`${century}${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (Number.isNaN(at)) throw new RangeError('a time is none')
  return at
}

function elementAt(bytes: Buffer, at: number): DerElement {
  const [tag, first] = [bytes[at], bytes[at + 1]]
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw new RangeError('the bytes are no DER')
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  // 0x80 is a length that is not told, which DER does not have; four bytes are more than any file that is read.
  if (first === 0x80 || lengthBytes > 4 || at + 2 + lengthBytes > bytes.length) throw new RangeError('the bytes are no DER')
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes)
  const from = at + 2 + lengthBytes
  if (from + length > bytes.length) throw new RangeError('the bytes end too early')
  return { tag, content: bytes.subarray(from, from + length), whole: bytes.subarray(at, from + length) }
}
