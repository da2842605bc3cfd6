import { Births } from '../../devices/protocols/sparkplug/births.ts'
import { BOOLEAN, writePayload } from '../../devices/protocols/sparkplug/payload.ts'
import { NAMESPACE, type SparkplugTopic } from '../../devices/protocols/sparkplug/topic.ts'
import type { EpochMs } from '../model/frame.ts'

/** A node that does not mend its ways is asked no more often. */
const REBIRTH_EVERY_MS = 10_000

/** Sends a message to subscribers. */
export type Tell = (topic: string, payload: Uint8Array) => void

/** The Sparkplug side of one edge node's connection: remembers what its births declared, and asks for them again when something was missed (Sparkplug 3.0 § 6.4.5, rebirth). */
export class SparkplugSession {
  readonly #births = new Births()
  readonly #now: () => EpochMs
  readonly #tell: Tell
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(options: { readonly now: () => EpochMs; readonly tell: Tell }) {
    this.#now = options.now
    this.#tell = options.tell
  }

  /** A message as the journal keeps it. */
  keep(topic: SparkplugTopic, payload: Uint8Array): Buffer {
    const { frame, rebirth } = this.#births.take(topic, payload)
    if (rebirth) this.#ask(topic)
    return Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength)
  }

  #ask({ group, node }: SparkplugTopic): void {
    const now = this.#now()
    if (now - this.#askedAt < REBIRTH_EVERY_MS) return
    this.#askedAt = now
    const metrics = [{ name: 'Node Control/Rebirth', datatype: BOOLEAN, value: true }]
    this.#tell(`${NAMESPACE}/${group}/NCMD/${node}`, writePayload({ timestamp: now, metrics }))
  }
}
