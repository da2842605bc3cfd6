import { ByteWire } from './byte-wire.ts'
import type { Door } from './door.ts'
import { readEndpoint } from './endpoint.ts'
import { MbapWire } from './mbap-wire.ts'
import { readSerial } from './serial-port.ts'
import { serialDial } from './serial-transport.ts'
import { tcpDial } from './tcp-transport.ts'
import type { Wire } from './wire.ts'

/** How a line is opened, given whom to tell of strays. */
export type OpenWire = (onStray: () => void) => Wire

/** Links whose bytes come by themselves: a DTU dials in, or speaks on topics. Someone attaches them to the master. */
const ATTACHED = /^(dtu|mqtt):\/\/./

/** How the line of a link is opened; undefined for a link that is no line. `door`: where the transport of a link waits that comes by itself. */
export function wireFor(url: string, door: (url: string) => Door): OpenWire | undefined {
  if (url.startsWith('modbus-tcp:')) {
    const endpoint = readEndpoint(url)
    return endpoint && (onStray => new MbapWire(endpoint, onStray))
  }
  const dial = dialFor(url)
  if (dial) return onStray => new ByteWire({ dial, onStray, doubtable: true })
  // A DTU that is hung up on dials in again at its own time, which may be minutes: not for units that may be dead.
  return ATTACHED.test(url) ? onStray => new ByteWire({ dial: door(url).dial, onStray, doubtable: false }) : undefined
}

function dialFor(url: string): ReturnType<typeof tcpDial> | undefined {
  const endpoint = url.startsWith('rtu-tcp:') ? readEndpoint(url) : undefined
  if (endpoint) return tcpDial(endpoint)
  const serial = readSerial(url)
  return serial && serialDial(serial)
}
