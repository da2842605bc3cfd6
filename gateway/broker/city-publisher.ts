import type { Aedes, AedesPublishPacket } from 'aedes'
import { GatewayError } from '../model/errors.ts'
import type { Publisher } from '../model/publisher.ts'
import type { Fanout } from './fanout.ts'
import type { SessionStore } from './session-store.ts'

/** More levels than any topic of the contract has; Aedes would not let a longer one out. */
const mostLevels = 32

/** The gateway's own voice: what subscribers hear comes from here and from nowhere else. */
export class CityPublisher implements Publisher {
  readonly #aedes: () => Pick<Aedes, 'publish'> | undefined
  readonly #fanout: Fanout
  readonly #sessions: () => SessionStore | undefined
  /** QoS 1 messages that Aedes is still queueing for kept sessions. */
  #storing = 0
  #behind: (() => void)[] = []
  #published = 0

  /** Both are there while the broker is started. */
  constructor(options: {
    readonly aedes: () => Pick<Aedes, 'publish'> | undefined
    readonly fanout: Fanout
    readonly sessions: () => SessionStore | undefined
  }) {
    this.#aedes = options.aedes
    this.#fanout = options.fanout
    this.#sessions = options.sessions
  }

  get published(): number {
    return this.#published
  }

  wanted(topic: string): boolean {
    return this.#fanout.wanted(topic) || this.#sessions()?.wanted(topic) === true
  }

  wantedBelow(prefix: string): boolean {
    return this.#fanout.wantedBelow(prefix) || this.#sessions()?.wantedBelow(prefix) === true
  }

  /**
   * Resolves when every subscriber has the message in its outgoing bytes and every kept session has it on disk. Rejects when it could not be kept for one of them, or the
   * broker is stopped. The payload must not be changed afterwards.
   */
  async publish(topic: string, payload: Uint8Array | string, options: { readonly qos?: 0 | 1 } = {}): Promise<void> {
    if (topic.split('/').length > mostLevels) throw new RangeError(`a topic of more than ${mostLevels} levels cannot be published`)
    const aedes = this.#aedes()
    if (aedes === undefined) throw new GatewayError('STOPPED', `${topic} was not published: the broker is stopped`)
    const qos = options.qos ?? 0
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
    this.#published++
    await new Promise<void>((resolve, reject) => {
      const send = (): void =>
        aedes.publish({ cmd: 'publish', topic, payload: bytes, qos, retain: false, dup: false }, error => {
          if (error) reject(new GatewayError('STOPPED', `${topic} was not published: ${error.message}`))
          else resolve()
        })
      // A QoS 0 message would overtake a QoS 1 message that is still being queued, and Aedes drops what was overtaken (`dedupe` in lib/client.js).
      if (qos === 0 && this.#storing > 0) {
        this.#behind.push(send)
        return
      }
      if (qos === 1) this.#storing++
      send()
    })
    if (qos === 1) await this.#sessions()?.written()
  }

  /** To be called when a message went out to the clients. */
  readonly emitted = (packet: AedesPublishPacket): void => {
    // With the lane off, publishes of clients pass here too.
    if (packet.qos === 0 || packet.topic.startsWith('up/')) return
    this.#storing--
    if (this.#storing > 0) return
    const behind = this.#behind
    this.#behind = []
    for (const send of behind) send()
  }
}
