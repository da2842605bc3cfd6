import type { Account } from '../model/account.ts'
import type { RejectReason } from '../model/decoded.ts'

/** What became of frames. */
export interface Tally {
  received: number
  stored: number
  duplicate: number
  flagged: number
  /** Reasons and how often, of which there are seldom more than one or two: a list is smaller than a map. */
  readonly rejected: [RejectReason, number][]
  lastReceivedAt: number
}

export function emptyTally(): Tally {
  return { received: 0, stored: 0, duplicate: 0, flagged: 0, rejected: [], lastReceivedAt: 0 }
}

/** As it is now. */
export function copyOf(tally: Tally): Tally {
  return { ...tally, rejected: tally.rejected.map(([reason, count]) => [reason, count]) }
}

export function addRejected(tally: Tally, reason: RejectReason, count: number): void {
  const known = tally.rejected.find(([name]) => name === reason)
  if (known) known[1] += count
  else tally.rejected.push([reason, count])
}

export function rejectedOf(tally: Tally): number {
  let sum = 0
  for (const [, count] of tally.rejected) sum += count
  return sum
}

/** Frames of which it is known what became of them. */
export function decided(tally: Tally): number {
  return tally.stored + tally.duplicate + rejectedOf(tally)
}

/** Adds what another tally says. */
export function addTally(sum: Tally, tally: Tally): void {
  sum.received += tally.received
  sum.stored += tally.stored
  sum.duplicate += tally.duplicate
  sum.flagged += tally.flagged
  for (const [reason, count] of tally.rejected) addRejected(sum, reason, count)
  sum.lastReceivedAt = Math.max(sum.lastReceivedAt, tally.lastReceivedAt)
}

/** The account as others see it. */
export function accountOf(tally: Tally): Account {
  const { received, stored, duplicate, flagged, lastReceivedAt } = tally
  const rejected = rejectedOf(tally)
  return {
    received,
    stored,
    duplicate,
    rejected,
    rejectedBy: Object.fromEntries(tally.rejected),
    pending: received - stored - duplicate - rejected,
    flagged,
    ...(lastReceivedAt > 0 && { lastReceivedAt }),
  }
}
