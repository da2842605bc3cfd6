import type { RejectReason } from './decoded.ts'
import type { EpochMs, JournalOffset } from './frame.ts'
import type { Channel, DeviceId } from './ids.ts'

/** What became of every frame: `received = stored + duplicate + rejected + pending`, always. */
export interface Account {
  readonly received: number
  readonly stored: number
  readonly duplicate: number
  readonly rejected: number
  readonly rejectedBy: Readonly<Partial<Record<RejectReason, number>>>
  readonly pending: number
  /** Of the stored frames, how many carried a flag (out of range, suspect clock, historical). */
  readonly flagged: number
  readonly lastReceivedAt?: EpochMs
  /** In the total only: frames that were in the journal and are not received any more, because damage took them before they were decided. Absent: none. */
  readonly lost?: number
}

/** A frame that gave no reading, kept with its reason. */
export interface RejectedFrame {
  readonly offset: JournalOffset
  readonly device: DeviceId
  readonly channel: Channel
  readonly receivedAt: EpochMs
  readonly payload: Uint8Array
  /** Length of the frame, when `payload` holds only its beginning. */
  readonly payloadBytes?: number
  readonly reason: RejectReason
  readonly detail: string
}

/** The book of frames. */
export interface AccountBook {
  /** Of one device; zeros for one that never sent. */
  of(device: DeviceId): Account
  total(): Account
  /** Newest first. `before` is an offset to page on from. */
  rejectedFrames(query: { readonly device?: DeviceId; readonly before?: JournalOffset; readonly limit: number }): readonly RejectedFrame[]
}
