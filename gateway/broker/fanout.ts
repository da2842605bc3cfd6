import type { AedesPublishPacket } from 'aedes'
import { SubscriptionIndex } from './subscription-index.ts'

type Listener = (packet: AedesPublishPacket, done: () => void) => void

/**
 * Hands a message to the connected clients that subscribed to it: the `mq` of Aedes (the four functions of mqemitter's interface that Aedes calls).
 *
 * Ours, because the same index then answers `wanted` exactly, at no cost; and because mqemitter stops everybody while a hundred messages wait for slow clients. Here each client
 * has its own bounds (see `BrokerLimits.outboundBytesPerClient`).
 */
export class Fanout {
  readonly #index = new SubscriptionIndex<Listener>()
  readonly #onEmit: (packet: AedesPublishPacket) => void
  #closed = false
  /** Aedes listens to other brokers' `$SYS/…`, where no client may. */
  #aedesOwn = 0

  constructor(options: {
    /** Called for each message once it has gone out to the clients, whether or not they have taken it. */ readonly onEmit: (packet: AedesPublishPacket) => void
  }) {
    this.#onEmit = options.onEmit
  }

  /** Of clients. */
  get subscriptions(): number {
    return this.#index.size - this.#aedesOwn
  }

  wanted(topic: string): boolean {
    return this.#index.wanted(topic)
  }

  wantedBelow(prefix: string): boolean {
    return this.#index.wantedBelow(prefix)
  }

  /** A broker may be started again after it was stopped. */
  open(): void {
    this.#closed = false
  }

  on(filter: string, listener: Listener, done?: () => void): this {
    this.#index.add(filter, listener)
    if (filter.startsWith('$')) this.#aedesOwn++
    if (done !== undefined) setImmediate(done)
    return this
  }

  removeListener(filter: string, listener: Listener, done?: () => void): this {
    this.#index.remove(filter, listener)
    if (filter.startsWith('$')) this.#aedesOwn--
    if (done !== undefined) setImmediate(done)
    return this
  }

  /** Calls back when every client has it in its outgoing bytes, or is gone. */
  emit(packet: AedesPublishPacket, done: (error?: Error) => void): this {
    this.#toAll(packet, done)
    this.#onEmit(packet)
    return this
  }

  close(done: () => void): this {
    this.#closed = true
    setImmediate(done)
    return this
  }

  #toAll(packet: AedesPublishPacket, done: (error?: Error) => void): void {
    if (this.#closed) {
      done(new Error('the broker is stopped'))
      return
    }
    const listeners = this.#index.match(packet.topic)
    let left = listeners.length
    if (left === 0) done()
    for (const listener of listeners) {
      listener(packet, () => {
        left--
        if (left === 0) done()
      })
    }
  }
}
