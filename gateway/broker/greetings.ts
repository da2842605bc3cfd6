import type { AedesPublishPacket, Client } from 'aedes'
import type { Principal } from '../model/access.ts'
import type { DeviceId, KindId, OrgId } from '../model/ids.ts'
import type { Log } from '../model/log.ts'
import type { Greeter, Subscription } from '../model/publisher.ts'
import { parseTopicFilter } from '../model/topic-filter.ts'
import { topics } from '../model/topics.ts'
import type { ClientStream } from './client-stream.ts'
import type { Session } from './session.ts'

/** Bytes of greetings on their way to one client: beyond, the greeter waits. Far below the limit of the client, so that live messages have room beside it. */
const windowBytes = 256 * 1024

/** `deliverQoS` of a client (aedes 1.2, lib/client.js): not in its types, yet how Aedes itself sends retained messages (lib/handlers/subscribe.js). */
interface DeliveringClient extends Client {
  deliverQoS(packet: object, done: (error?: Error) => void): void
}

interface Waiting {
  readonly filters: Map<string, 0 | 1 | 2>
  running: boolean
}

/** Tells each new subscriber what is already known: one filter after the other, as fast as its socket takes it. */
export class Greetings {
  readonly #log: Log
  readonly #mayReceive: (principal: Principal, topic: string) => boolean
  readonly #waiting = new WeakMap<ClientStream, Waiting>()
  #greeter: Greeter | undefined
  #sent = 0

  constructor(options: { readonly log: Log; readonly mayReceive: (principal: Principal, topic: string) => boolean }) {
    this.#log = options.log
    this.#mayReceive = options.mayReceive
  }

  /** Messages sent as greetings since the start. */
  get sent(): number {
    return this.#sent
  }

  use(greeter: Greeter): void {
    this.#greeter = greeter
  }

  /** The SUBACK is written: the greetings come after it. Subscribing twice to a filter that still waits for its greeting brings one. */
  subscribed(client: Client, stream: ClientStream, session: Session, subscriptions: readonly { readonly topic: string; readonly qos: number }[]): void {
    const waiting = this.#waiting.get(stream) ?? { filters: new Map(), running: false }
    this.#waiting.set(stream, waiting)
    for (const { topic, qos } of subscriptions) {
      if ((qos === 0 || qos === 1 || qos === 2) && (topic.startsWith('city/') || topic.startsWith('live/'))) waiting.filters.set(topic, qos)
    }
    if (this.#greeter === undefined || waiting.running || waiting.filters.size === 0) return
    waiting.running = true
    this.#greetAll(this.#greeter, waiting, client, stream, session).catch(error => this.#log.error({ err: error, session: session.id }, 'a greeting failed'))
  }

  async #greetAll(greeter: Greeter, waiting: Waiting, client: Client, stream: ClientStream, session: Session): Promise<void> {
    try {
      for (const [filter, qos] of waiting.filters) {
        waiting.filters.delete(filter)
        if (stream.destroyed) return
        await greeter.greet(this.#subscription(client, stream, session, filter, qos))
      }
    } finally {
      waiting.running = false
    }
  }

  #subscription(client: Client, stream: ClientStream, session: Session, filter: string, qos: 0 | 1 | 2): Subscription {
    const parsed = parseTopicFilter(filter)
    const live = parsed?.levels[0] === 'live'
    const { principal } = session
    let onTheWay = 0
    return {
      filter,
      qos,
      permits: (org: OrgId, kind: KindId, device: DeviceId): boolean => {
        if (parsed === undefined) return false
        if (live) return overlaps(parsed.levels, ['live', 'v1', org]) && this.#mayReceive(principal, topics.tile(org, '0'))
        return overlaps(parsed.levels, ['city', 'v1', org, kind, device]) && this.#mayReceive(principal, topics.state(org, kind, device))
      },
      send: async (topic, payload) => {
        if (stream.destroyed || client.closed) return false
        if (!this.#mayReceive(principal, topic)) return true
        const bytes = typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload)
        onTheWay += bytes.length + topic.length
        this.#sent++
        const delivered = deliver(client, topic, bytes, qos === 0 ? 0 : 1).then(() => {
          onTheWay -= bytes.length + topic.length
        })
        if (onTheWay >= windowBytes / 4) await delivered
        await stream.whenBelow(windowBytes)
        return !stream.destroyed
      },
    }
  }
}

/** Resolves when the message is in the client's outgoing bytes, or the client is gone. */
async function deliver(client: Client, topic: string, payload: Buffer, qos: 0 | 1): Promise<void> {
  if (!delivers(client)) throw new TypeError('this release of Aedes has no deliverQoS: greetings cannot be sent')
  // Without a broker id, so that `dedupe` neither drops it nor takes the live messages published before it for duplicates.
  const packet: Omit<AedesPublishPacket, 'brokerId' | 'brokerCounter' | 'length'> & { readonly brokerId: null } = {
    cmd: 'publish',
    topic,
    payload,
    qos,
    retain: true,
    dup: false,
    brokerId: null,
  }
  await new Promise<void>(resolve => client.deliverQoS(packet, () => resolve()))
}

function delivers(client: Client): client is DeliveringClient {
  return 'deliverQoS' in client && typeof client.deliverQoS === 'function'
}

/** Whether a filter can match a topic that begins with these levels. */
function overlaps(filter: readonly string[], levels: readonly string[]): boolean {
  for (const [index, level] of levels.entries()) {
    const own = filter[index]
    if (own === '#') return true
    if (own !== '+' && own !== level) return false
  }
  return true
}
