import { Readable } from 'node:stream'
import type { LevelPersistence, StoredPacket, StoredSubscription } from 'aedes-persistence-level'
import type { Principal } from '../model/access.ts'
import type { IncomingPacket, IncomingPackets } from './aedes-uplinks.ts'
import { principalOf, principalPrefix } from './session-id.ts'
import { SubscriptionIndex } from './subscription-index.ts'

interface Named {
  readonly id: string
}

interface Kept {
  readonly client: string
  readonly filter: string
  readonly qos: 0 | 1 | 2
}

/** What may wait for those who are away. */
export interface QueueLimits {
  /** Of one session. */
  readonly messages: number
  readonly bytes: number
  /** Of all sessions together. */
  readonly allBytes: number
}

interface Queue {
  messages: number
  bytes: number
}

/** Where the names of kept sessions stand, so that they are found again at the next start. */
export interface SessionNames {
  keys(): AsyncIterable<string>
  put(key: string, value: string): Promise<void>
  del(key: string): Promise<void>
}

/** Answers what a principal may hear. */
export interface HearingRights {
  maySubscribe(principal: Principal, filter: string): boolean
  mayReceive(principal: Principal, topic: string): boolean
}

/**
 * Kept sessions: what Aedes asks of its persistence, over aedes-persistence-level.
 *
 * It stands in front for four reasons. Ten thousand devices with clean sessions must come back without touching the disk. Aedes hands over refused filters too
 * (lib/handlers/subscribe.js stores the whole packet): they are left out. A filter may be wider than the rights: what a session may not hear is not queued for it. And a queue has
 * an end. Nothing is kept of retained messages (the greeting takes their place) or of wills (they go with the connection; after a crash of the gateway none is sent). Incoming packets
 * are in the journal: what Aedes asks about them, their uplink answers.
 */
export class SessionStore {
  readonly #inner: LevelPersistence
  readonly #names: SessionNames
  readonly #rights: HearingRights
  readonly #limits: QueueLimits
  readonly #incoming: IncomingPackets
  readonly #index = new SubscriptionIndex<Kept>()
  readonly #sessions = new Map<string, Map<string, Kept>>()
  readonly #perPrincipal = new Map<string, number>()
  /** QoS 1 messages that wait, by session. */
  readonly #queued = new Map<string, Queue>()
  /** The last write of a session's queue: later steps of that session wait for it. */
  readonly #writes = new Map<string, Promise<void>>()
  #queuedInAll = 0
  #bytesInAll = 0
  #dropped = 0

  constructor(options: {
    readonly inner: LevelPersistence
    readonly names: SessionNames
    readonly rights: HearingRights
    readonly limits: QueueLimits
    readonly incoming: IncomingPackets
  }) {
    this.#inner = options.inner
    this.#names = options.names
    this.#rights = options.rights
    this.#limits = options.limits
    this.#incoming = options.incoming
  }

  get figures(): { readonly sessions: number; readonly queued: number; readonly queuedBytes: number; readonly dropped: number } {
    return { sessions: this.#sessions.size, queued: this.#queuedInAll, queuedBytes: this.#bytesInAll, dropped: this.#dropped }
  }

  wanted(topic: string): boolean {
    return this.#index.wanted(topic)
  }

  wantedBelow(prefix: string): boolean {
    return this.#index.wantedBelow(prefix)
  }

  isKept(session: string): boolean {
    return this.#sessions.has(session)
  }

  /** Kept sessions of a principal. */
  countOf(principal: Principal): number {
    return this.#perPrincipal.get(principalPrefix(principal)) ?? 0
  }

  /** Resolves when all that was queued so far is written; rejects when some of it could not be. */
  async written(): Promise<void> {
    await Promise.all(this.#writes.values())
  }

  /** Aedes calls this once, when it starts; it looks at the name of the function's constructor, so this must stay `async`. */
  async setup(broker: unknown): Promise<void> {
    await this.#inner.setup(broker)
    for await (const id of this.#names.keys()) {
      for (const subscription of await this.#inner.subscriptionsByClient({ id })) this.#put(id, subscription)
      for await (const packet of this.#inner.outgoingStream({ id })) this.#count(id, 1, bytesOf(packet))
    }
  }

  async addSubscriptions(client: Named, subscriptions: readonly StoredSubscription[]): Promise<void> {
    const principal = principalOf(client.id)
    if (principal === undefined) return
    const known = this.#sessions.get(client.id)
    const fresh = subscriptions.filter(({ topic, qos }) => known?.get(topic)?.qos !== qos && this.#rights.maySubscribe(principal, topic))
    if (fresh.length === 0) return
    if (known === undefined) await this.#names.put(client.id, '')
    for (const subscription of fresh) this.#put(client.id, subscription)
    await this.#inner.addSubscriptions(client, fresh)
  }

  async removeSubscriptions(client: Named, filters: readonly string[]): Promise<void> {
    const known = this.#sessions.get(client.id)
    const gone = filters.filter(filter => known?.has(filter))
    if (known === undefined || gone.length === 0) return
    for (const filter of gone) this.#take(known, filter)
    await this.#inner.removeSubscriptions(client, gone)
    if (known.size === 0) await this.#forget(client.id)
  }

  async subscriptionsByClient(client: Named): Promise<StoredSubscription[]> {
    return [...(this.#sessions.get(client.id)?.values() ?? [])].map(({ filter, qos }) => ({ topic: filter, qos }))
  }

  async cleanSubscriptions(client: Named): Promise<void> {
    await this.removeSubscriptions(client, [...(this.#sessions.get(client.id)?.keys() ?? [])])
  }

  /** Kept sessions that must get the message, each once. Only QoS 1 and 2 wait for who is away (MQTT 3.1.1 § 3.1.2.4). */
  async subscriptionsByTopic(topic: string): Promise<{ readonly clientId: string; readonly topic: string; readonly qos: 0 | 1 | 2 }[]> {
    const found = new Map<string, Kept>()
    for (const kept of this.#index.match(topic)) {
      const principal = kept.qos > 0 ? principalOf(kept.client) : undefined
      if (principal !== undefined && this.#rights.mayReceive(principal, topic)) found.set(kept.client, kept)
    }
    return [...found.values()].map(({ client, filter, qos }) => ({ clientId: client, topic: filter, qos }))
  }

  async outgoingEnqueue(subscription: { readonly clientId: string }, packet: StoredPacket): Promise<void> {
    this.#enqueue(subscription.clientId, packet)
  }

  /**
   * Does not wait for the disk, so that messages leave for the connected in the order they were published: Aedes takes one that is overtaken for a duplicate and drops it
   * (`dedupe` in lib/client.js). `written` waits.
   */
  async outgoingEnqueueCombi(subscriptions: readonly { readonly clientId: string }[], packet: StoredPacket): Promise<void> {
    for (const { clientId } of subscriptions) this.#enqueue(clientId, packet)
  }

  async outgoingUpdate(client: Named, packet: StoredPacket): Promise<void> {
    await this.#writes.get(client.id)?.catch(() => undefined)
    try {
      await this.#inner.outgoingUpdate(client, packet)
    } catch (error) {
      // A full queue did not take it. Whoever is connected gets it all the same; Aedes would disconnect it for this error.
      if (!(error instanceof Error) || error.message !== 'no such packet') throw error
    }
  }

  async outgoingClearMessageId(client: Named, packet: StoredPacket): Promise<StoredPacket | undefined> {
    if (packet.messageId === undefined || !this.#queued.has(client.id)) return undefined
    const cleared = await this.#inner.outgoingClearMessageId(client, packet)
    if (cleared !== undefined) this.#count(client.id, -1, -bytesOf(cleared))
    return cleared
  }

  outgoingStream(client: Named): Readable {
    return this.#queued.has(client.id) ? this.#inner.outgoingStream(client) : Readable.from([])
  }

  async storeRetained(): Promise<void> {}

  createRetainedStreamCombi(): Readable {
    return Readable.from([])
  }

  async putWill(): Promise<void> {}

  async delWill(): Promise<void> {}

  streamWill(): Readable {
    return Readable.from([])
  }

  async cleanIncoming(): Promise<void> {}

  incomingGetPacket(client: Named, packet: IncomingPacket): Promise<IncomingPacket> {
    return this.#incoming.get(client, packet)
  }

  incomingDelPacket(client: Named, packet: IncomingPacket): Promise<void> {
    return this.#incoming.delete(client, packet)
  }

  #enqueue(client: string, packet: StoredPacket): void {
    const bytes = bytesOf(packet)
    if (!this.#hasRoom(client, bytes)) {
      this.#dropped++
      return
    }
    this.#count(client, 1, bytes)
    const before = this.#writes.get(client)
    const write = this.#write(client, packet, before)
    this.#writes.set(client, write)
    // Whoever asks `written` hears of it; here it only must not go unhandled.
    const settled = (): void => {
      if (this.#writes.get(client) === write) this.#writes.delete(client)
    }
    write.then(settled, settled)
  }

  async #write(client: string, packet: StoredPacket, before: Promise<void> | undefined): Promise<void> {
    try {
      await Promise.all([before, this.#inner.outgoingEnqueue({ clientId: client }, packet)])
    } catch (error) {
      this.#count(client, -1, -bytesOf(packet))
      throw error
    }
  }

  #put(client: string, { topic, qos }: StoredSubscription): void {
    let filters = this.#sessions.get(client)
    if (filters === undefined) {
      filters = new Map()
      this.#sessions.set(client, filters)
      this.#countPrincipal(client, 1)
    }
    this.#take(filters, topic)
    const kept = { client, filter: topic, qos }
    filters.set(topic, kept)
    this.#index.add(topic, kept)
  }

  #take(filters: Map<string, Kept>, filter: string): void {
    const kept = filters.get(filter)
    if (kept === undefined) return
    filters.delete(filter)
    this.#index.remove(filter, kept)
  }

  async #forget(client: string): Promise<void> {
    this.#sessions.delete(client)
    this.#countPrincipal(client, -1)
    await this.#names.del(client)
  }

  #hasRoom(client: string, bytes: number): boolean {
    const { messages = 0, bytes: waiting = 0 } = this.#queued.get(client) ?? {}
    const limits = this.#limits
    return messages < limits.messages && waiting + bytes <= limits.bytes && this.#bytesInAll + bytes <= limits.allBytes
  }

  #count(client: string, messages: number, bytes: number): void {
    const queue = this.#queued.get(client) ?? { messages: 0, bytes: 0 }
    queue.messages += messages
    queue.bytes += bytes
    this.#queuedInAll += messages
    this.#bytesInAll += bytes
    if (queue.messages > 0) this.#queued.set(client, queue)
    else this.#queued.delete(client)
  }

  #countPrincipal(client: string, by: number): void {
    const principal = principalOf(client)
    if (principal === undefined) return
    const prefix = principalPrefix(principal)
    const count = (this.#perPrincipal.get(prefix) ?? 0) + by
    if (count > 0) this.#perPrincipal.set(prefix, count)
    else this.#perPrincipal.delete(prefix)
  }
}

/** What a message takes in a queue, about: its topic and payload. The same whether it was just published or read back. */
function bytesOf({ topic = '', payload = '' }: StoredPacket): number {
  return Buffer.byteLength(topic) + Buffer.byteLength(payload)
}
