import type { BusPoll } from '../../../devices/protocols/bus-speech.ts'
import type { DeviceId } from '../../model/ids.ts'

interface Entry {
  readonly poll: BusPoll
  due: number
}

/** When the reads of one device are due. */
export class PollSchedule {
  readonly #entries: readonly Entry[]
  #missed = 0
  #again: { readonly poll: BusPoll; readonly at: number } | undefined

  /**
   * The first reads are spread over each poll's period by the device's id: the devices of a line do not all come due in the same moment, and a restart polls
   * each at the same place in its period as before. No first read is more than ten seconds off, so that a new device is soon seen.
   */
  constructor(device: DeviceId, polls: readonly BusPoll[], now: number) {
    this.#entries = polls.map(poll => ({ poll, due: now + phaseMs(device, poll.everyMs) }))
  }

  /** Reads that were left out because the line was too busy, or the device did not answer. */
  get missed(): number {
    return this.#missed
  }

  /** When the next read is due; infinity when there is nothing to read. */
  get due(): number {
    return Math.min(this.#first()?.due ?? Number.POSITIVE_INFINITY, this.#again?.at ?? Number.POSITIVE_INFINITY)
  }

  /** Takes the poll that is due first, or the one that is wanted, and sets when it is due again. A period that has passed is left out, not caught up: two polls never queue up. */
  take(now: number, wanted?: BusPoll): BusPoll | undefined {
    const again = this.#again
    this.#again = undefined
    const chosen = wanted ?? (again && again.at <= now ? again.poll : undefined)
    const entry = this.#entries.find(each => each.poll === chosen) ?? this.#first()
    if (!entry) return undefined
    // Out of its turn: its place in its period stays.
    if (again?.poll === entry.poll && entry.due > now) return entry.poll
    const periods = Math.max(1, Math.ceil((now - entry.due + 1) / entry.poll.everyMs))
    this.#missed += periods - 1
    entry.due += periods * entry.poll.everyMs
    return entry.poll
  }

  /** Asks once more at that time, beside what is due anyway: the last answer did not come, and the next turn of a slow poll may be a quarter of an hour off. */
  again(poll: BusPoll, at: number): void {
    this.#again = { poll, at }
  }

  /** Leaves a poll out until then, and keeps its place in its period. */
  postpone(poll: BusPoll, until: number): void {
    const entry = this.#entries.find(each => each.poll === poll)
    if (!entry || entry.due >= until) return
    const periods = Math.ceil((until - entry.due) / poll.everyMs)
    this.#missed += periods
    entry.due += periods * poll.everyMs
  }

  #first(): Entry | undefined {
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
