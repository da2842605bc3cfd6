import { setTimeout as pause } from 'node:timers/promises'
import { stateJson } from '../model/json.ts'
import type { LiveState, LiveView } from '../model/live.ts'
import type { Log } from '../model/log.ts'
import type { Publisher, Subscription } from '../model/publisher.ts'
import { topics } from '../model/topics.ts'
import { PublishWindow } from './publish-window.ts'
import { stateFilter } from './state-filter.ts'
import { Turns } from './turns.ts'

/** A device's state is published at most once in this time. */
const ROUND_MS = 1_000
/** Messages on their way at once. */
const IN_FLIGHT = 128

/** Publishes last known states as they change, and sends them to new subscribers. */
export class StateFeed {
  readonly #live: LiveView
  readonly #publisher: Publisher
  readonly #log: Log
  readonly #everyMs: number
  readonly #window: PublishWindow
  /** Of live state in the last round. */
  #revision = 0
  #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()

  /** `everyMs`: from the beginning of a round to that of the next; a second unless told otherwise. */
  constructor(options: { readonly live: LiveView; readonly publisher: Publisher; readonly log: Log; readonly everyMs?: number }) {
    this.#live = options.live
    this.#publisher = options.publisher
    this.#log = options.log
    this.#everyMs = options.everyMs ?? ROUND_MS
    this.#window = new PublishWindow(options.publisher, IN_FLIGHT)
  }

  /** Begins with what changes from now on: live state must have been read. */
  start(): void {
    this.#revision = this.#live.revision
    this.#stopping = new AbortController()
    this.#running = this.#run(this.#stopping.signal)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  /** Publishes the states that changed since the last round and that somebody wants. */
  async round(signal?: AbortSignal): Promise<void> {
    const since = this.#revision
    // Whoever subscribes from here on is greeted with the states as they then are.
    this.#revision = this.#live.revision
    if (since === this.#revision || !this.#publisher.wantedBelow('city/v1')) return
    const turns = new Turns()
    for (const state of this.#live.all()) {
      if (signal?.aborted) break
      if (state.revision > since) await this.#publish(state)
      if (turns.over) await turns.next()
    }
    await this.#window.drain()
  }

  /** Sends a new subscriber every state that its filter matches and that it may see; gives up when the client is gone. */
  async greet(subscription: Subscription): Promise<void> {
    const filter = stateFilter(subscription.filter)
    if (filter === undefined) return
    const turns = new Turns()
    for (const { org, kind, device } of filter.device === undefined ? this.#live.all() : present(this.#live.get(filter.device))) {
      if (filter.matches(org, kind, device) && subscription.permits(org, kind, device) && !(await this.#send(subscription, device))) return
      if (turns.over) await turns.next()
    }
  }

  async #publish(state: LiveState): Promise<void> {
    const topic = topics.state(state.org, state.kind, state.device)
    if (this.#publisher.wanted(topic)) await this.#window.publish(topic, () => JSON.stringify(stateJson(this.#live.get(state.device) ?? state)))
  }

  /** Waits for a state of the device that is on its way, so that the newer one sent here does not overtake it. */
  async #send(subscription: Subscription, device: string): Promise<boolean> {
    for (;;) {
      const state = this.#live.get(device)
      if (state === undefined) return true
      const topic = topics.state(state.org, state.kind, state.device)
      const onItsWay = this.#window.onItsWay(topic)
      if (onItsWay === undefined) return await subscription.send(topic, JSON.stringify(stateJson(state)))
      await onItsWay
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const began = performance.now()
      try {
        await this.round(signal)
      } catch (error) {
        this.#log.warn({ err: error }, 'A state could not be published; its subscribers get the next one')
      }
      await pause(Math.max(0, this.#everyMs - (performance.now() - began)), undefined, { signal }).catch(() => undefined)
    }
  }
}

function present(state: LiveState | undefined): LiveState[] {
  return state ? [state] : []
}
