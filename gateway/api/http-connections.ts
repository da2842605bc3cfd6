import type { Socket } from 'node:net'
import { networkOf } from '../model/network.ts'

/** Connections that may be open at one time, WebSockets included. */
export interface HttpConnectionLimits {
  readonly all: number
  /** Of one address (IPv6: of a /64). Proxies that are trusted speak for many and are not counted. */
  readonly perAddress: number
}

/** The open connections of the HTTP server, and who has them. */
export class HttpConnections {
  readonly #limits: HttpConnectionLimits
  readonly #sockets = new Set<Socket>()
  readonly #perAddress = new Map<string, number>()
  readonly #refused = { all: 0, address: 0 }

  constructor(limits: HttpConnectionLimits) {
    this.#limits = limits
  }

  get figures(): { readonly open: number; readonly ofOneAddress: number; readonly refused: { readonly all: number; readonly address: number } } {
    let ofOneAddress = 0
    for (const count of this.#perAddress.values()) ofOneAddress = Math.max(ofOneAddress, count)
    return { open: this.#sockets.size, ofOneAddress, refused: { ...this.#refused } }
  }

  /** Takes a connection in, or closes it. `trusted`: it comes from a proxy that speaks for others. */
  take(socket: Socket, trusted: boolean): void {
    const network = networkOf(socket.remoteAddress ?? '')
    const fromThere = this.#perAddress.get(network) ?? 0
    const full = this.#sockets.size >= this.#limits.all
    if (full || (!trusted && fromThere >= this.#limits.perAddress)) {
      this.#refused[full ? 'all' : 'address']++
      socket.destroy()
      return
    }
    // Node forgets a socket once it is upgraded; stopping must not.
    this.#sockets.add(socket)
    if (!trusted) this.#perAddress.set(network, fromThere + 1)
    socket.once('close', () => {
      this.#sockets.delete(socket)
      if (!trusted) this.#leave(network)
    })
  }

  closeAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #leave(network: string): void {
    const left = (this.#perAddress.get(network) ?? 1) - 1
    if (left > 0) this.#perAddress.set(network, left)
    else this.#perAddress.delete(network)
  }
}
