import type { RejectedFrame } from '../model/account.ts'
import type { EpochMs, JournalOffset } from '../model/frame.ts'
import type { DeviceId } from '../model/ids.ts'
import type { Presence } from '../model/presence.ts'
import type { Reading } from '../model/reading.ts'

/** What became of one frame. */
export interface Outcome {
  readonly offset: JournalOffset
  readonly device: DeviceId
  readonly receivedAt: EpochMs
  /** The newest time in it by the device's clock, if it says any. */
  readonly deviceAt?: EpochMs | undefined
  readonly verdict: 'stored' | 'duplicate' | 'rejected'
  /** New readings, for the sinks. */
  readonly readings: readonly Reading[]
  /** What it says of whether devices are there. */
  readonly presences?: readonly Presence[]
  /** Set when the frame, or a part of it, gave no reading: what is kept for people to look at. */
  readonly refusal?: RejectedFrame
}
