import type { Publisher } from '../model/publisher.ts'

/** Publishes many messages at once, but those of one topic one after the other: an integrator never sees a topic out of order. */
export class PublishWindow {
  readonly #publisher: Publisher
  readonly #size: number
  readonly #inFlight = new Map<string, Promise<void>>()
  #failure: unknown

  /** `size`: messages handed to the broker and not yet written to their subscribers. */
  constructor(publisher: Publisher, size: number) {
    this.#publisher = publisher
    this.#size = size
  }

  /**
   * Hands a message over as soon as there is room and the one before it on its topic is written. Its payload is made at that moment, so that it is not old by then. A
   * failure is told by `drain`.
   */
  async publish(topic: string, payload: () => string): Promise<void> {
    for (;;) {
      const before = this.#inFlight.get(topic) ?? (this.#inFlight.size >= this.#size ? this.#oldest() : undefined)
      if (before === undefined) break
      await before
    }
    this.#inFlight.set(topic, this.#send(topic, payload()))
  }

  /** Resolves when nothing is on its way on a topic; undefined when nothing is. */
  onItsWay(topic: string): Promise<void> | undefined {
    return this.#inFlight.get(topic)
  }

  /** Waits until all is written. Throws the first failure since the last call. */
  async drain(): Promise<void> {
    await Promise.all(this.#inFlight.values())
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) throw failure
  }

  #oldest(): Promise<void> | undefined {
    return this.#inFlight.values().next().value
  }

  async #send(topic: string, payload: string): Promise<void> {
    try {
      await this.#publisher.publish(topic, payload, { qos: 1 })
    } catch (error) {
      this.#failure ??= error
    } finally {
      this.#inFlight.delete(topic)
    }
  }
}
