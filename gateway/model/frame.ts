import type { Channel, DeviceId } from './ids.ts'

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number

/** Where a frame stands in the journal: 0 for the first frame ever kept, one more for each that follows. */
export type JournalOffset = number

/**
 * The channel in the journal of what a DTU carried for others and which is no frame of any one of them by itself, such as an answer without its request: kept for the receipt's sake. What it means
 * stands in the frames of those others.
 */
export const CARRIED_CHANNEL = 'carried'

/** Bytes a device sent, as they were received. What the journal holds. */
export interface Frame {
  readonly device: DeviceId
  readonly channel: Channel
  /** The gateway's clock. */
  readonly receivedAt: EpochMs
  readonly payload: Uint8Array
}

/** A frame that has its place in the journal. */
export interface JournalledFrame extends Frame {
  readonly offset: JournalOffset
}
