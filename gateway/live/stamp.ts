import type { EpochMs, JournalOffset } from '../model/frame.ts'
import type { Reading } from '../model/reading.ts'

/** When a value was true, and its place in the one total order of a device's readings. */
export interface Stamp {
  /**
   * First key of the order: the event time, or when the reading was likely true where the device's clock is known to be off; but never later than the receipt, so that a
   * clock that runs ahead blocks nothing that comes after it.
   */
  readonly order: EpochMs
  /** Second key: of two readings of one time the one further on in the journal is newer. */
  readonly origin: JournalOffset
  /** Third and fourth key, for readings of one frame. */
  readonly eventAt: EpochMs
  readonly sub: number
  /** What is shown: the event time, or the order when the device's clock is suspect. */
  readonly at: EpochMs
  readonly receivedAt: EpochMs
}

/** The stamp of everything a reading says. */
export function stampOf(reading: Reading): Stamp {
  const order = Math.min(reading.likelyAt ?? reading.at, reading.receivedAt)
  return {
    order,
    origin: reading.origin,
    eventAt: reading.at,
    sub: reading.sub,
    at: reading.flags.clockSuspect ? order : reading.at,
    receivedAt: reading.receivedAt,
  }
}

/**
 * Whether `a` is newer than `b`. A strict total order made from the readings alone: the newest of a set is the same whatever the order and however often its members
 * arrive. Equal stamps are the same reading taken again, which is not newer.
 */
export function isNewer(a: Stamp, b: Stamp): boolean {
  if (a.order !== b.order) return a.order > b.order
  if (a.origin !== b.origin) return a.origin > b.origin
  if (a.eventAt !== b.eventAt) return a.eventAt > b.eventAt
  return a.sub > b.sub
}
