/** Where a converter or server is reached. */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** The port registered for Modbus (IANA service `mbap`). */
const DEFAULT_PORT = 502

/** Reads `modbus-tcp://host:port` or `rtu-tcp://host:port`. Undefined when the text is neither. */
export function readEndpoint(url: string): Endpoint | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, hostname, port } = new URL(url)
  if (!['modbus-tcp:', 'rtu-tcp:'].includes(protocol) || hostname === '') return undefined
  // An IPv6 address stands in brackets in a URL, and without them in a socket's options.
  return { host: hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase(), port: port === '' ? DEFAULT_PORT : Number(port) }
}
