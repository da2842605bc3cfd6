import type { PollBlock } from '../../devices/protocols/modbus/plan.ts'
import type { EpochMs } from '../model/frame.ts'
import type { DeviceId } from '../model/ids.ts'

/** When the reads of one device are due. */
export class PollSchedule {
  readonly #entries: { readonly block: PollBlock; due: EpochMs }[]
  #missed = 0

  /**
   * The first reads are spread over each block's period by the device's id: the devices of a line do not all come due in the same moment, and a restart polls
   * each at the same place in its period as before. No first read is more than ten seconds off, so that a new device is soon seen.
   */
  constructor(device: DeviceId, blocks: readonly PollBlock[], now: EpochMs) {
    this.#entries = blocks.map(block => ({ block, due: now + phaseMs(device, block.everyMs) }))
  }

  /** Reads that were left out because the line was too busy, or the device did not answer. */
  get missed(): number {
    return this.#missed
  }

  /** When the next read is due; infinity when there is nothing to read. */
  get due(): EpochMs {
    return this.#first()?.due ?? Number.POSITIVE_INFINITY
  }

  /** Takes the block that is due first and sets when it is due again. A period that has passed is left out, not caught up: two polls never queue up. */
  take(now: EpochMs): PollBlock | undefined {
    const first = this.#first()
    if (!first) return undefined
    const periods = Math.max(1, Math.ceil((now - first.due + 1) / first.block.everyMs))
    this.#missed += periods - 1
    first.due += periods * first.block.everyMs
    return first.block
  }

  #first(): { readonly block: PollBlock; due: EpochMs } | undefined {
    let first = this.#entries[0]
    for (const entry of this.#entries) if (first && entry.due < first.due) first = entry
    return first
  }
}

/** FNV-1a of the id, folded into the period. */
function phaseMs(device: DeviceId, everyMs: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < device.length; i++) hash = Math.imul(hash ^ device.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % Math.min(everyMs, 10_000)
}
