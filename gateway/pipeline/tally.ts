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
