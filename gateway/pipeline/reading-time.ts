import type { EpochMs } from '../model/frame.ts'
import type { DecodedReading, ReadingFlags } from '../model/reading.ts'
import { type ClockRules, clockProblem, type FrameClock, LIVE_MS } from './clock-rules.ts'

/** When a reading was true, and what is to be said of that. */
export interface ReadingTime {
  readonly at: EpochMs
  readonly likelyAt?: EpochMs
  readonly flags: ReadingFlags
}

const LIVE: ReadingFlags = {}
const HISTORICAL: ReadingFlags = { historical: true }

/** The newest time that the device itself said; undefined when it said none. */
export function newestAt(readings: readonly DecodedReading[]): EpochMs | undefined {
  let newest: EpochMs | undefined
  for (const { at } of readings) if (at !== undefined && (newest === undefined || at > newest)) newest = at
  return newest === undefined ? undefined : Math.round(newest)
}

/** The event time of one reading of a frame, or why it has none that can be kept. */
export function readingTime(deviceAt: EpochMs, receivedAt: EpochMs, clock: FrameClock, rules: ClockRules): ReadingTime | string {
  const believable = deviceAt - receivedAt <= LIVE_MS && receivedAt - deviceAt <= rules.tooOldMs
  // Where nothing is known of the clock but when the frame came, what may well be true is left alone.
  const errorMs = clock.known || !believable || isNewestOf(deviceAt, receivedAt, clock) ? clock.errorMs : 0
  const likelyAt = deviceAt - errorMs
  const correct = errorMs !== 0 && rules.correct === 'suspect'
  const at = correct ? likelyAt : deviceAt
  const problem = clockProblem(at, receivedAt, rules)
  if (problem !== undefined) return problem
  const late = receivedAt - likelyAt > LIVE_MS
  if (!clock.suspect) return { at, flags: late ? HISTORICAL : LIVE }
  const flags: ReadingFlags = { ...(late && HISTORICAL), clockSuspect: true, ...(correct && { clockCorrected: true }) }
  return correct || errorMs === 0 ? { at, flags } : { at, likelyAt, flags }
}

/** The reading that the frame's clock was judged by: of a clock that stands still it is within what may be true. */
function isNewestOf(deviceAt: EpochMs, receivedAt: EpochMs, clock: FrameClock): boolean {
  return deviceAt - receivedAt === clock.errorMs
}
