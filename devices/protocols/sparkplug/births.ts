import { type Declared, keepFrame } from './kept-frame.ts'
import { type Metric, readPayload } from './payload.ts'
import type { SparkplugTopic } from './topic.ts'

/** What came of a message of an edge node. */
export interface Taken {
  /** As the journal keeps it. */
  readonly frame: Uint8Array
  /** The node has to be asked for its births again: some of them were missed. */
  readonly rebirth: boolean
}

/** Aliases that one edge node may declare. */
const MOST_ALIASES = 20_000
const LONGEST_NAME = 512

/**
 * What one connection of an edge node has declared, and which number its next message has to have. Sparkplug 3.0 § 6.4.6: aliases are unique within an edge node, so there is one table of them;
 * § 6.4.5: `seq` begins with 0 at the node's birth and grows by one with each message, after 255 comes 0.
 */
export class Births {
  readonly #declared = new Map<string, Declared>()
  #seq: number | undefined

  /** Takes a message, in the order in which they came. The same one sent again changes nothing. */
  take({ type }: SparkplugTopic, bytes: Uint8Array): Taken {
    const payload = readPayload(bytes)
    if (type === 'NDEATH') {
      this.#seq = undefined
      return { frame: keepFrame(type, new Map(), bytes), rebirth: false }
    }
    if (!payload) return { frame: keepFrame(type, new Map(), bytes), rebirth: false }
    const missed = this.#isMissed(type === 'NBIRTH', payload.seq)
    if (type === 'NBIRTH') this.#declared.clear()
    if (type === 'NBIRTH' || type === 'DBIRTH') for (const metric of payload.metrics) this.#declare(metric)
    const needed = new Map<string, Declared>()
    let unknown = false
    for (const { alias, name } of payload.metrics) {
      if (alias === undefined || name !== undefined) continue
      const declared = this.#declared.get(alias)
      if (declared) needed.set(alias, declared)
      else unknown = true
    }
    return { frame: keepFrame(type, needed, bytes), rebirth: missed || unknown }
  }

  #isMissed(birth: boolean, seq: number | undefined): boolean {
    const last = this.#seq
    if (seq === undefined) return last === undefined
    this.#seq = seq
    return !birth && seq !== last && (last === undefined || seq !== (last + 1) % 256)
  }

  #declare({ alias, name, datatype }: Metric): void {
    if (alias === undefined || name === undefined || name.length > LONGEST_NAME || this.#declared.size >= MOST_ALIASES) return
    this.#declared.set(alias, { name, datatype: datatype ?? 0 })
  }
}
