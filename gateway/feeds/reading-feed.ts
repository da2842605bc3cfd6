import { GatewayError } from '../model/errors.ts'
import { readingJson } from '../model/json.ts'
import type { Publisher } from '../model/publisher.ts'
import type { Reading } from '../model/reading.ts'
import { topics } from '../model/topics.ts'
import { PublishWindow } from './publish-window.ts'
import { Turns } from './turns.ts'

/** Messages on their way at once. Each takes a few turns of the event loop, so one at a time would be slow; more would only sit in queues. */
const IN_FLIGHT = 128

/** Publishes readings as JSON where a subscription matches. */
export class ReadingFeed {
  readonly #publisher: Publisher
  readonly #window: PublishWindow

  constructor(publisher: Publisher) {
    this.#publisher = publisher
    this.#window = new PublishWindow(publisher, IN_FLIGHT)
  }

  /**
   * Resolves once all are written to their subscribers' connections or kept sessions. QoS 1, which each subscription's own QoS caps. Throws a retryable error when a
   * message could not be handed over; those before it may then arrive twice.
   */
  async publish(batch: readonly Reading[], signal: AbortSignal): Promise<void> {
    if (!this.#publisher.wantedBelow('city/v1')) return
    const wantedOrgs = new Map<string, boolean>()
    const turns = new Turns()
    for (const reading of batch) {
      if (signal.aborted) break
      if (!this.#orgWanted(reading.org, wantedOrgs)) continue
      const topic = topics.reading(reading.org, reading.kind, reading.device)
      if (this.#publisher.wanted(topic)) await this.#window.publish(topic, () => JSON.stringify(readingJson(reading)))
      if (turns.over) await turns.next()
    }
    await this.#drain()
    if (signal.aborted) throw new GatewayError('STOPPED', 'City topics were stopped before all readings were published', { retryable: true })
  }

  #orgWanted(org: string, known: Map<string, boolean>): boolean {
    const wanted = known.get(org) ?? this.#publisher.wantedBelow(`city/v1/${org}`)
    known.set(org, wanted)
    return wanted
  }

  async #drain(): Promise<void> {
    try {
      await this.#window.drain()
    } catch (cause) {
      if (cause instanceof GatewayError && cause.retryable) throw cause
      throw new GatewayError('STOPPED', 'The broker did not take a reading for its subscribers; it is handed over again', { retryable: true, cause })
    }
  }
}
