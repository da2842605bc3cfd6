import type { ClockFault } from '../model/clock.ts'
import type { EpochMs } from '../model/frame.ts'

/** How far a device's clock may be from ours. */
export interface ClockRules {
  /** Ahead by more: refused. A point in the far future would be "latest" for good. */
  readonly farAheadMs: number
  /** Behind by more: refused, for the store does not keep anything that old. */
  readonly tooOldMs: number
  /** `suspect`: the event time of a suspect clock is repaired, and what would be refused for its clock alone is kept. */
  readonly correct: 'off' | 'suspect'
}

/** A reading within this of its receipt is live; further behind it is history, further ahead the clock is wrong. */
export const LIVE_MS = 5 * 60_000
const DAY_MS = 86_400_000

/** Rules that suit a store which keeps readings for so many days. */
export function clockRules(retentionDays: number, correct: 'off' | 'suspect' = 'off'): ClockRules {
  return { farAheadMs: DAY_MS, tooOldMs: retentionDays * DAY_MS, correct }
}

/**
 * GPS counts weeks in ten bits (IS-GPS-200, § 20.3.3.3.1.1: the week number is modulo 1024), and a receiver that does not know in which of these eras it lives tells dates
 * that are whole eras off.
 */
const ERA_MS = 1024 * 7 * DAY_MS

/** How many eras a time is off; 0 when it is not off by whole eras, a day more or less. Negative: behind. */
export function rolloverOf(offsetMs: number): number {
  const eras = Math.round(offsetMs / ERA_MS)
  return eras !== 0 && Math.abs(offsetMs - eras * ERA_MS) <= DAY_MS ? eras : 0
}

/** What is known of a device's clock, for its frames from an offset of the journal on. */
export interface ClockEpoch {
  readonly fault: ClockFault | 'right'
  readonly offsetMs: number
  /** The time at which it stands, of a stuck clock. */
  readonly stuckAt?: EpochMs
}

/** What a frame's times are worth. */
export interface FrameClock {
  /** The device's clock minus ours; 0 where nothing is wrong. */
  readonly errorMs: number
  readonly suspect: boolean
  /** The error holds for all readings of the frame. Otherwise all that is known is when the frame came, and only what can not be true is moved. */
  readonly known: boolean
  readonly eras: number
}

const RIGHT: FrameClock = { errorMs: 0, suspect: false, known: true, eras: 0 }
/** How far a live reading may lie from what the estimate says. */
const NEAR_MS = 60_000

/** Judges the newest time in a frame against the time of receipt and what is known of the clock. */
export function judgeFrameClock(newest: EpochMs, receivedAt: EpochMs, epoch: ClockEpoch | undefined, rules: ClockRules): FrameClock {
  const offset = newest - receivedAt
  if (Math.abs(offset) <= LIVE_MS) return RIGHT
  const eras = rolloverOf(offset) || bufferedEras(offset, epoch)
  if (eras !== 0) return { errorMs: eras * ERA_MS, suspect: true, known: true, eras }
  if (epoch?.fault === 'stuck' && newest === epoch.stuckAt) return { errorMs: offset, suspect: true, known: false, eras: 0 }
  if (offset > 0) {
    const known = epoch?.fault === 'ahead' && offset <= epoch.offsetMs + NEAR_MS
    return { errorMs: known ? epoch.offsetMs : offset, suspect: true, known, eras: 0 }
  }
  if (epoch?.fault === 'behind' && offset <= epoch.offsetMs + NEAR_MS) return { errorMs: epoch.offsetMs, suspect: true, known: true, eras: 0 }
  return -offset > rules.tooOldMs ? { errorMs: offset, suspect: true, known: false, eras: 0 } : RIGHT
}

/** History from a receiver whose eras are known to be off is as many eras off, and older than its live readings. */
function bufferedEras(offset: number, epoch: ClockEpoch | undefined): number {
  if (epoch?.fault !== 'rollover') return 0
  const eras = rolloverOf(epoch.offsetMs)
  return offset - eras * ERA_MS <= DAY_MS ? eras : 0
}

/** Why a time can not be kept, or undefined when it can. */
export function clockProblem(at: EpochMs, receivedAt: EpochMs, rules: ClockRules): string | undefined {
  const ahead = at - receivedAt
  if (ahead <= rules.farAheadMs && -ahead <= rules.tooOldMs) return undefined
  const days = Math.round(Math.abs(ahead) / DAY_MS)
  const said = `event time ${isoOf(at)} is ${days} days ${ahead > 0 ? 'ahead of' : 'behind'} its receipt at ${isoOf(receivedAt)}`
  const eras = Math.abs(rolloverOf(ahead))
  if (eras === 0) return `${said}: set the device's clock`
  const weeks = eras === 1 ? '1,024 weeks' : `${eras} × 1,024 weeks`
  const repair = rules.correct === 'off' ? ', or let the gateway repair such dates with clock.correct: suspect' : ''
  return `${said}, which is ${weeks}, a GPS week rollover: update the receiver's firmware${repair}`
}

/** Dates that JavaScript cannot print are printed as numbers. */
function isoOf(at: EpochMs): string {
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : `${at} ms`
}
