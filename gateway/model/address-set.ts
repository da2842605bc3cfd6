import { BlockList, isIP } from 'node:net'

/** Some addresses of the network, single ones and ranges: `10.0.0.7`, `10.1.0.0/16`, `2001:db8::/32`. An IPv4 address is the same one when it is written as IPv6 (`::ffff:10.0.0.7`). */
export class AddressSet {
  readonly #list = new BlockList()
  readonly #empty: boolean

  /** Throws RangeError for what `isAddressRange` does not take. */
  constructor(ranges: readonly string[]) {
    this.#empty = ranges.length === 0
    for (const range of ranges) {
      const parts = partsOf(range)
      if (parts === undefined) throw new RangeError(`'${range}' is neither an IP address nor a range of them`)
      this.#list.addSubnet(parts.address, parts.bits, parts.family)
    }
  }

  /** Whether an address is one of them. What is no address is not. */
  has(address: string): boolean {
    if (this.#empty) return false
    const plain = plainAddress(address)
    return plain !== undefined && this.#list.check(plain, familyOf(plain))
  }
}

/** Whether a text names an address or a range of addresses (RFC 4632 § 3.1, RFC 4291 § 2.3). */
export function isAddressRange(text: string): boolean {
  return partsOf(text) !== undefined
}

/** An address as it is written in logs, limits and the audit: one way for each. An IPv4 address inside IPv6 as IPv4, without a zone. Undefined for what is no address. */
export function plainAddress(text: string): string | undefined {
  const address = text.replace(/%.*$/s, '').toLowerCase()
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/.exec(address)?.[1]
  const plain = mapped ?? address
  return isIP(plain) === 0 ? undefined : plain
}

function partsOf(range: string): { readonly address: string; readonly bits: number; readonly family: 'ipv4' | 'ipv6' } | undefined {
  const [, text = '', digits] = /^([^/%]{1,64})(?:\/(\d{1,3}))?$/.exec(range.trim()) ?? []
  if (isIP(text) === 0) return undefined
  const family = familyOf(text)
  const most = family === 'ipv4' ? 32 : 128
  const bits = digits === undefined ? most : Number(digits)
  return bits <= most ? { address: text, bits, family } : undefined
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6'
}
