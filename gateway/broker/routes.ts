import type { Principal } from '../model/access.ts'
import type { DeviceDirectory } from '../model/device.ts'
import type { EpochMs } from '../model/frame.ts'
import type { Channel, DeviceId } from '../model/ids.ts'
import { byteAt } from './publish-packet.ts'
import type { RefusalReason } from './refusals.ts'
import { SparkplugSession, type Tell } from './sparkplug-session.ts'
import { mayPublish } from './topic-rights.ts'

/** Where a topic leads: whose frame it is. */
export interface Route {
  readonly device: DeviceId
  readonly channel: Channel
  /** Makes of a payload what the journal keeps. Undefined: the payload itself. */
  readonly keep: ((payload: Buffer) => Buffer) | undefined
}

/** Why a topic leads nowhere. */
export interface NoRoute {
  readonly refused: RefusalReason
  readonly detail: string
}

interface Known extends Route {
  readonly topic: Buffer
}

/** A concentrator speaks for so many topics at most before what is known of them is forgotten. */
const mostKnown = 1_024

/**
 * The topics one client may publish to. A client publishes to the same few over and over: each is looked up once, and known again by its bytes, until the directory changes. So no
 * text is made of a topic that is known.
 */
export class Routes {
  readonly #principal: Principal
  readonly #directory: DeviceDirectory
  readonly #tell: Tell
  readonly #now: () => EpochMs
  #sparkplug: SparkplugSession | undefined
  #version = -1
  #last: Known | undefined
  /** By `hashOf`; made for the second topic, which most devices never have. */
  #known: Map<number, Known> | undefined

  constructor(options: { readonly principal: Principal; readonly directory: DeviceDirectory; readonly now: () => EpochMs; readonly tell: Tell }) {
    this.#principal = options.principal
    this.#directory = options.directory
    this.#now = options.now
    this.#tell = options.tell
  }

  /** Where the topic that stands there leads. */
  find(bytes: Buffer, from: number, to: number): Route | NoRoute {
    if (this.#directory.version !== this.#version) this.#forget()
    const last = this.#last
    if (last !== undefined && same(last.topic, bytes, from, to)) return last
    if (last === undefined) return this.#look(bytes, from, to)
    this.#known ??= new Map([[hashOf(last.topic, 0, last.topic.length), last]])
    const hash = hashOf(bytes, from, to)
    const known = this.#known.get(hash)
    if (known !== undefined && same(known.topic, bytes, from, to)) {
      this.#last = known
      return known
    }
    const found = this.#look(bytes, from, to)
    if (this.#last !== last && this.#last !== undefined) {
      if (this.#known.size >= mostKnown) this.#known.clear()
      this.#known.set(hash, this.#last)
    }
    return found
  }

  #look(bytes: Buffer, from: number, to: number): Route | NoRoute {
    const topic = bytes.toString('utf8', from, to)
    const right = mayPublish(this.#principal, topic, this.#directory)
    if (!right.allowed) return { refused: right.reason, detail: `may not publish to ${JSON.stringify(topic.slice(0, 200))}` }
    const { device, channel, sparkplug } = right
    const keep = sparkplug && ((payload: Buffer) => this.#session().keep(sparkplug, payload))
    this.#last = { topic: Buffer.from(bytes.subarray(from, to)), device, channel, keep }
    return this.#last
  }

  #session(): SparkplugSession {
    this.#sparkplug ??= new SparkplugSession({ now: this.#now, tell: this.#tell })
    return this.#sparkplug
  }

  #forget(): void {
    this.#version = this.#directory.version
    this.#last = undefined
    this.#known = undefined
  }
}

/** Topics are short: a loop is done before a call into native code has begun. */
function same(topic: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (topic.length !== to - from) return false
  // From the end: what tells two topics apart seldom stands at the beginning.
  for (let index = topic.length - 1; index >= 0; index--) if (topic[index] !== bytes[from + index]) return false
  return true
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo; draft-eastlake-fnv). */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ byteAt(bytes, at), 0x01000193)
  return hash
}
