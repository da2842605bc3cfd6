import type { Socket } from 'node:net'
import { type AddressSet, plainAddress } from '../model/address-set.ts'
import { readProxyHeader } from './proxy-header.ts'
import type { Refusals } from './refusals.ts'

/** Tells who is at the other end of a connection: the peer, or who is behind the load balancer whose PROXY header comes first. */
export class ProxyDoor {
  readonly #trusted: AddressSet
  readonly #withinMs: number
  readonly #refusals: Refusals

  constructor(options: {
    /** Load balancers. They must send a header; what anybody else sends is never taken for one. */
    readonly trusted: AddressSet
    /** How long a header may take. */
    readonly withinMs: number
    readonly refusals: Refusals
  }) {
    this.#trusted = options.trusted
    this.#withinMs = options.withinMs
    this.#refusals = options.refusals
  }

  /** Calls back with the address once it is known, and with the socket at the first byte behind the header. */
  enter(socket: Socket, known: (peer: string) => void): void {
    const balancer = plainAddress(socket.remoteAddress ?? '') ?? ''
    if (!this.#trusted.has(balancer)) {
      known(balancer)
      return
    }
    let held: Buffer = Buffer.alloc(0)
    const timer = setTimeout(() => refuse(`no whole PROXY header came within ${this.#withinMs} ms`), this.#withinMs)
    const done = (): void => {
      clearTimeout(timer)
      socket.off('readable', read).off('close', done)
    }
    const refuse = (detail: string): void => {
      done()
      this.#refusals.note('PROXY_HEADER', { peer: balancer }, `${detail}; closed`)
      socket.destroy()
    }
    const read = (): void => {
      const chunk: unknown = socket.read()
      if (!(chunk instanceof Buffer)) return
      held = Buffer.concat([held, chunk])
      const header = readProxyHeader(held)
      if (header.found === 'malformed') refuse(header.detail)
      if (header.found !== 'header') return
      done()
      if (header.length < held.length) socket.unshift(held.subarray(header.length))
      known(plainAddress(header.client ?? '') ?? balancer)
    }
    socket.on('readable', read).on('close', done)
  }
}
