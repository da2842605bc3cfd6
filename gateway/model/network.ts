/**
 * What stands for one place in counts by address: an IPv4 address as it is, also when it comes as `::ffff:192.0.2.1`; of an IPv6 address the first 64 bits, because whoever has one
 * address has all of its /64 (RFC 6177 § 2). What is neither comes back as it is, cut at 64 characters.
 */
export function networkOf(address: string): string {
  const plain = address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
  if (!plain.includes(':')) return plain.slice(0, 64)
  const withoutZone = plain.split('%', 1)[0] ?? ''
  const [head = '', tail] = withoutZone.split('::', 2)
  const first = groupsOf(head)
  if (tail !== undefined) {
    const last = groupsOf(tail)
    // `::` stands for as many zero groups as are missing to eight (RFC 4291 § 2.2).
    while (first.length + last.length < 8) first.push('0')
    first.push(...last)
  }
  return `${first
    .slice(0, 4)
    .map(group =>
      group
        .slice(0, 4)
        .toLowerCase()
        .replace(/^0+(?=.)/, ''),
    )
    .join(':')}::/64`
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':').slice(0, 8)
}
