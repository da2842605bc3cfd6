import type { EpochMs } from '../../../gateway/model/frame.ts'
import { BOOLEAN, DOUBLE, INT64, type Metric, readPayload, writePayload } from '../../protocols/sparkplug/payload.ts'
import { NAMESPACE } from '../../protocols/sparkplug/topic.ts'
import type { Plant } from '../plant.ts'

/** What is published. */
export interface NodeMessage {
  readonly topic: string
  readonly payload: Uint8Array
}

/** What the node measures, by the names of its metrics. */
const METRICS: readonly (readonly [metric: string, field: string])[] = [
  ['Voltage/L1', 'voltageL1'],
  ['Voltage/L2', 'voltageL2'],
  ['Voltage/L3', 'voltageL3'],
  ['Current/L1', 'currentL1'],
  ['Current/L2', 'currentL2'],
  ['Current/L3', 'currentL3'],
  ['Power/Total', 'activePower'],
  ['Energy/Import', 'importEnergy'],
]
const REBIRTH = 'Node Control/Rebirth'

/** A Sparkplug edge node as the standard wants it: a birth first, then data by alias, numbered; a birth again whenever it is asked for one. */
export class EdgeNode {
  readonly #group: string
  readonly #node: string
  readonly #plant: Plant
  #born = false
  #seq = 0

  constructor({ group, node, plant }: { readonly group: string; readonly node: string; readonly plant: Plant }) {
    this.#group = group
    this.#node = node
    this.#plant = plant
  }

  /** Where it listens for commands. */
  get commands(): string {
    return `${NAMESPACE}/${this.#group}/NCMD/${this.#node}`
  }

  /** Its will. */
  death(): NodeMessage {
    const metrics: Metric[] = [{ name: 'bdSeq', datatype: INT64, value: 0 }]
    return { topic: `${NAMESPACE}/${this.#group}/NDEATH/${this.#node}`, payload: writePayload({ metrics }) }
  }

  /** A new connection: everything begins with a birth again. */
  reborn(): void {
    this.#born = false
  }

  /** A command from the gateway. */
  command(payload: Uint8Array): void {
    if (readPayload(payload)?.metrics.some(({ name, value }) => name === REBIRTH && value === true)) this.#born = false
  }

  /** What it says now: its birth, or its data. */
  next(at: EpochMs): NodeMessage {
    const { values } = this.#plant.sample(at)
    const born = this.#born
    this.#born = true
    this.#seq = born ? (this.#seq + 1) % 256 : 0
    const measured = METRICS.flatMap(([metric, field], index): Metric[] => {
      const value = values[field]
      if (typeof value !== 'number') return []
      const alias = String(index + 1)
      return [born ? { alias, value } : { name: metric, alias, datatype: DOUBLE, value }]
    })
    const own: Metric[] = [
      { name: 'bdSeq', datatype: INT64, value: 0 },
      { name: REBIRTH, datatype: BOOLEAN, value: false },
    ]
    const metrics = born ? measured : [...own, ...measured]
    return {
      topic: `${NAMESPACE}/${this.#group}/${born ? 'NDATA' : 'NBIRTH'}/${this.#node}`,
      payload: writePayload({ timestamp: at, metrics, seq: this.#seq }),
    }
  }
}
