import type { ClockFault, ClockView, DeviceClock } from '../model/clock.ts'
import type { EpochMs, JournalOffset } from '../model/frame.ts'
import type { DeviceId } from '../model/ids.ts'
import type { ClockEpoch } from './clock-rules.ts'
import { ClockSamples, type ClockVerdict } from './clock-samples.ts'
import type { Outcome } from './outcome.ts'

/** From which frame of the journal on a device's clock was known to be like this. */
export interface KnownClock extends ClockEpoch {
  readonly device: DeviceId
  readonly from: JournalOffset
  readonly since: EpochMs
}

/** A drift by less is not worth a new estimate. */
const SAME_MS = 30_000
/** Estimates kept for one device, and devices whose samples are kept. */
const MOST_EPOCHS = 64
const MOST_DEVICES = 100_000

/**
 * Watches the clocks of all devices. What it finds holds for frames that come in later, never for those that are in the journal already: so a frame is read in the
 * same way however often it is decoded, and whatever was learned in between. Samples live in memory only; after a restart they are gathered anew, while what was found is kept.
 */
export class ClockWatch implements ClockView {
  readonly #samples = new Map<DeviceId, ClockSamples>()
  readonly #epochs = new Map<DeviceId, KnownClock[]>()
  readonly #found = new Map<DeviceId, Omit<KnownClock, 'from'>>()
  readonly #tooOldMs: number

  constructor(tooOldMs: number, kept: Iterable<KnownClock> = []) {
    this.#tooOldMs = tooOldMs
    for (const epoch of kept) this.#put(epoch)
  }

  /** What was known of a device's clock when this frame came in. */
  epochFor(device: DeviceId, offset: JournalOffset): ClockEpoch | undefined {
    if (this.#epochs.size === 0) return undefined
    return this.#epochs.get(device)?.findLast(epoch => epoch.from <= offset)
  }

  /** Learns from frames in order. Those before `from` it was shown already. */
  learn(outcomes: readonly Outcome[], from: JournalOffset): void {
    for (const { offset, device, receivedAt, verdict, deviceAt } of outcomes) {
      // What is sent again tells how long it waited.
      if (deviceAt === undefined || verdict === 'duplicate' || offset < from) continue
      const samples = this.#samples.get(device)
      if (!samples) this.#begin(device, deviceAt, receivedAt)
      else {
        const clock = samples.add(deviceAt, receivedAt, this.#tooOldMs)
        if (clock) this.#find(device, clock, deviceAt, receivedAt)
      }
    }
  }

  /** What was found since the last time, as it holds from this offset on: the end of the journal. */
  foundBefore(end: JournalOffset): readonly KnownClock[] {
    return Array.from(this.#found.values(), found => ({ ...found, from: end }))
  }

  /** These are in the file: from now on they count. */
  kept(found: readonly KnownClock[]): void {
    for (const epoch of found) {
      this.#put(epoch)
      this.#found.delete(epoch.device)
    }
  }

  get(device: DeviceId): DeviceClock | undefined {
    const epoch = this.#epochs.get(device)?.at(-1)
    return epoch && shown(epoch)
  }

  *all(): Generator<DeviceClock> {
    for (const epochs of this.#epochs.values()) {
      const newest = epochs.at(-1)
      const clock = newest && shown(newest)
      if (clock) yield clock
    }
  }

  /** How many clocks are off, by what is wrong with them. */
  counts(): Record<ClockFault, number> {
    const counts = { ahead: 0, behind: 0, stuck: 0, rollover: 0 }
    for (const { fault } of this.all()) counts[fault]++
    return counts
  }

  #begin(device: DeviceId, at: EpochMs, receivedAt: EpochMs): void {
    this.#samples.set(device, new ClockSamples(at, receivedAt))
    if (this.#samples.size <= MOST_DEVICES) return
    const oldest = this.#samples.keys().next().value
    if (oldest !== undefined) this.#samples.delete(oldest)
  }

  #find(device: DeviceId, { fault, offsetMs }: ClockVerdict, at: EpochMs, since: EpochMs): void {
    const known = this.#epochs.get(device)?.at(-1)
    if (fault === (known?.fault ?? 'right') && (fault === 'right' || isSame(fault, known, offsetMs, at))) this.#found.delete(device)
    else this.#found.set(device, { device, since, fault, offsetMs, ...(fault === 'stuck' && { stuckAt: at }) })
  }

  #put(epoch: KnownClock): void {
    const epochs = this.#epochs.get(epoch.device)
    if (!epochs) this.#epochs.set(epoch.device, [epoch])
    else {
      epochs.push(epoch)
      if (epochs.length > MOST_EPOCHS) epochs.shift()
    }
  }
}

function isSame(fault: ClockVerdict['fault'], known: ClockEpoch | undefined, offsetMs: number, at: EpochMs): boolean {
  return fault === 'stuck' ? known?.stuckAt === at : Math.abs(offsetMs - (known?.offsetMs ?? 0)) <= SAME_MS
}

function shown({ device, fault, offsetMs, since }: KnownClock): DeviceClock | undefined {
  return fault === 'right' ? undefined : { device, fault, offsetMs, since }
}
