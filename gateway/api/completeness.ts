import { type DeviceHours, HOUR_MS, MINUTE_MS } from '../model/hours.ts'
import type { Kind } from '../model/kind.ts'

/** A reading just due may still be on its way. */
const GRACE_MS = MINUTE_MS
/** Parts of an hour in whole minutes. */
const PARTS = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60]
/** Kinds that may be silent for longer than a day are not judged by the hour. */
const MOST_HOURS = 24

/** How many readings were due and how many of those came: of one hour, or of several. */
export interface Share {
  expected: number
  received: number
}

/** The hours that are looked at, and what is known of them. */
export interface HourWindow {
  /** Counted from 1970, in UTC. */
  readonly first: number
  readonly count: number
  /** Nothing is known of the time before. */
  readonly since: number
  readonly now: number
}

/** The window of the last hours, the one that runs included. */
export function lastHours(count: number, since: number, now: number): HourWindow {
  return { first: Math.floor(now / HOUR_MS) - count + 1, count, since, now }
}

/**
 * Adds what one device owed and gave to the shares of a window's hours. A device owes a reading in every stretch of the length after which its kind counts as stale, from the first it was ever
 * heard of; what comes more often does not count twice, so that one who talks a lot does not make up for one who is silent.
 */
export function addShares(hours: DeviceHours, kind: Pick<Kind, 'staleAfterSeconds'>, window: HourWindow, shares: readonly Share[]): void {
  const from = Math.max(window.since, hours.firstAt)
  const to = window.now - GRACE_MS
  const minutes = kind.staleAfterSeconds / 60
  const part = PARTS.find(length => length >= minutes)
  const span = Math.ceil(minutes / 60)
  for (let index = 0; index < window.count; index++) {
    const share = shares[index]
    if (share === undefined) continue
    const hour = window.first + index
    const start = hour * HOUR_MS
    if (part !== undefined) {
      const first = Math.ceil(Math.max(0, from - start) / MINUTE_MS / part)
      const last = Math.floor(Math.min(HOUR_MS, to - start) / MINUTE_MS / part)
      if (last <= first) continue
      share.expected += last - first
      share.received += hours.partsHeard(hour, part, first * part, last * part)
    } else if (span <= MOST_HOURS && start - (span - 1) * HOUR_MS >= from && start + HOUR_MS <= to) {
      share.expected += 1
      share.received += heardIn(hours, hour - span + 1, hour) ? 1 : 0
    }
  }
}

function heardIn(hours: DeviceHours, first: number, last: number): boolean {
  for (let hour = first; hour <= last; hour++) if (hours.partsHeard(hour, 60) > 0) return true
  return false
}

/** Minutes of a window in which a value of the device was out of range. */
export function minutesOutOfRange(hours: DeviceHours | undefined, window: Pick<HourWindow, 'first' | 'count'>): number {
  let minutes = 0
  if (hours !== undefined) for (let index = 0; index < window.count; index++) minutes += hours.minutesOutOfRange(window.first + index)
  return minutes
}
