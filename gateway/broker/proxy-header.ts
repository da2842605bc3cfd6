import { isIP } from 'node:net'

/** The first bytes of a connection through a load balancer, read so far. */
export type ProxyHeader =
  | { readonly found: 'more' }
  | { readonly found: 'malformed'; readonly detail: string }
  /** `client`: who is behind the balancer; absent when it speaks for itself (health checks), or over no network. */
  | { readonly found: 'header'; readonly length: number; readonly client?: string }

/** § 2.2 of the PROXY protocol (haproxy.org, proxy-protocol.txt, 2020/03/05): what version 2 begins with. */
const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
/** § 2.1: the longest line of version 1, with CR and LF. */
const longestLine = 107
/** Addresses and the notes behind them; nobody is known to send more than some hundred bytes of notes. */
const longestBlock = 2_048

/** Reads the header that stands before everything else on a connection through a load balancer: version 1 (a line) or 2 (bytes). */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  if (isBeginningOf(signature, bytes)) return bytes.length < 16 ? { found: 'more' } : readBlock(bytes)
  if (isBeginningOf(Buffer.from('PROXY '), bytes)) return readLine(bytes)
  return malformed('what came first is no PROXY header')
}

function readLine(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, longestLine).indexOf('\r\n')
  if (end < 0) return bytes.length < longestLine ? { found: 'more' } : malformed(`the PROXY line is longer than ${longestLine} bytes`)
  const [, family, client = '', server = '', ...ports] = bytes.toString('latin1', 0, end).split(' ')
  const length = end + 2
  // § 2.1: what follows UNKNOWN is not looked at.
  if (family === 'UNKNOWN') return { found: 'header', length }
  const version = family === 'TCP4' ? 4 : family === 'TCP6' ? 6 : -1
  const portsGood = ports.length === 2 && ports.every(port => /^(0|[1-9]\d{0,4})$/.test(port) && Number(port) <= 65_535)
  if (isIP(client) !== version || isIP(server) !== version || client.includes('%') || !portsGood)
    return malformed('the PROXY line does not name two addresses and two ports')
  return { found: 'header', length, client }
}

function readBlock(bytes: Buffer): ProxyHeader {
  const [versionAndCommand, family] = [bytes.readUInt8(12), bytes.readUInt8(13)]
  const blockLength = bytes.readUInt16BE(14)
  if (versionAndCommand !== 0x20 && versionAndCommand !== 0x21) return malformed('the PROXY header is of no version or command that is known')
  if (blockLength > longestBlock) return malformed(`the PROXY header is longer than ${longestBlock} bytes`)
  const length = 16 + blockLength
  if (bytes.length < length) return { found: 'more' }
  // LOCAL: the balancer itself, to see whether somebody is here.
  if (versionAndCommand === 0x20) return { found: 'header', length }
  const addresses = bytes.subarray(16, length)
  switch (family) {
    case 0x11:
      return addresses.length < 12 ? malformed('the PROXY header is too short') : { found: 'header', length, client: addresses.subarray(0, 4).join('.') }
    case 0x21:
      return addresses.length < 36 ? malformed('the PROXY header is too short') : { found: 'header', length, client: ipv6(addresses) }
    // Unspecified, and Unix sockets of the balancer's own machine.
    case 0x00:
    case 0x31:
      return { found: 'header', length }
    default:
      return malformed('the PROXY header is of something other than TCP')
  }
}

function ipv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, place) => bytes.readUInt16BE(place * 2).toString(16))
  // Written as a URL has it: the longest run of zeros as ::, as everywhere else.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}

function isBeginningOf(whole: Buffer, bytes: Buffer): boolean {
  const shared = Math.min(whole.length, bytes.length)
  return whole.subarray(0, shared).equals(bytes.subarray(0, shared))
}

function malformed(detail: string): ProxyHeader {
  return { found: 'malformed', detail }
}
