import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { type AddressSet, plainAddress } from '../model/address-set.ts'

/** What a request tells of its way here. */
export type Asked = Pick<IncomingMessage, 'headers' | 'socket'>

/** Tells where requests come from. A proxy's word (X-Forwarded-For, X-Forwarded-Proto) counts only when the proxy is one of those that were named. */
export class ClientAddresses {
  readonly #trusted: AddressSet

  constructor(trusted: AddressSet) {
    this.#trusted = trusted
  }

  /**
   * The address of whoever asks: the peer, or behind trusted proxies the right-most address that is not one of theirs. Every proxy adds the address it was
   * asked from at the right, so what stands further left is whatever the client liked to write. Empty once the connection is gone.
   */
  addressOf(request: Asked): string {
    let address = plainAddress(request.socket.remoteAddress ?? '') ?? ''
    const hops = lines(request.headers['x-forwarded-for'])
    while (this.#trusted.has(address)) {
      const hop = hops.pop()
      // Nothing further is known, or nothing that is an address: it is the last proxy that asks.
      const before = hop === undefined ? undefined : addressIn(hop)
      if (before === undefined) return address
      address = before
    }
    return address
  }

  /** Whether this is a proxy whose word counts. */
  trusts(address: string): boolean {
    return this.#trusted.has(address)
  }

  /** Whether it was asked over TLS: here, or at the trusted proxy that asks for it. */
  isSecure(request: Asked): boolean {
    if (request.socket instanceof TLSSocket) return true
    // The nearest proxy's own word is the last one; a client's stands before it.
    return this.#trusted.has(request.socket.remoteAddress ?? '') && lines(request.headers['x-forwarded-proto']).pop()?.toLowerCase() === 'https'
  }
}

function lines(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '')
  return text === '' ? [] : text.split(',').map(part => part.trim())
}

/** An address as proxies write it: some add the port, and IPv6 then stands in brackets. */
function addressIn(hop: string): string | undefined {
  const bare = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(hop)?.[1] ?? /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(hop)?.[1] ?? hop
  return plainAddress(bare)
}
