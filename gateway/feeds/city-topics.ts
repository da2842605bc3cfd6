import type { LiveView } from '../model/live.ts'
import type { Log } from '../model/log.ts'
import type { Greeter, Publisher, Subscription } from '../model/publisher.ts'
import type { Reading } from '../model/reading.ts'
import type { Sink } from '../model/sink.ts'
import { ReadingFeed } from './reading-feed.ts'
import { StateFeed } from './state-feed.ts'

/** Where city topics get their states, and who carries them. */
export interface CityTopicsOptions {
  readonly live: LiveView
  readonly publisher: Publisher
  readonly log: Log
  /** How often states are published at most, milliseconds; a second unless told otherwise. */
  readonly everyMs?: number
}

/**
 * `city/v1/…`: what integrators subscribe to. Readings are published as the sink takes them, at least once (a restart may repeat the last second's); states follow live
 * state on a clock of their own, since the sink that makes it has another cursor. Nothing is made for which nobody subscribed.
 */
export class CityTopics implements Sink, Greeter {
  readonly name = 'city-topics'
  readonly #readings: ReadingFeed
  readonly #states: StateFeed

  constructor(options: CityTopicsOptions) {
    this.#readings = new ReadingFeed(options.publisher)
    this.#states = new StateFeed(options)
  }

  /** Begins to publish states. */
  start(): Promise<void> {
    this.#states.start()
    return Promise.resolve()
  }

  stop(): Promise<void> {
    return this.#states.stop()
  }

  take(batch: readonly Reading[], signal: AbortSignal): Promise<void> {
    return this.#readings.publish(batch, signal)
  }

  greet(subscription: Subscription): Promise<void> {
    return this.#states.greet(subscription)
  }
}
