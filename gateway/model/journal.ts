import type { EpochMs, Frame, JournalledFrame, JournalOffset } from './frame.ts'

/** Whose frames they are, on which channel. */
export type FrameSource = Pick<Frame, 'device' | 'channel'>

/**
 * The durable, ordered log of frames.
 *
 * Two steps make a receipt: `append` copies the frame into the open group (the payload may be reused at once), `synced` says when the group is on disk.
 * A caller that has many frames appends them all and waits once, for the last.
 */
export interface Journal {
  /** Takes a frame into the open group and tells its offset. Throws `JOURNAL_FULL` or `JOURNAL_CLOSED`, and then nothing was taken. */
  append(frame: Frame): JournalOffset
  /**
   * The same for a payload that stands in `bytes` from `from` to before `to`, as in what a socket brought: no object a frame. The bytes may be reused at once. Absent: `append` does.
   */
  appendBytes?(source: FrameSource, receivedAt: EpochMs, bytes: Uint8Array, from: number, to: number): JournalOffset
  /** Resolves once the frame at this offset, and all before it, survive a power cut. Rejects when they cannot be written. */
  synced(offset: JournalOffset): Promise<void>
  /** The first offset still kept. */
  readonly start: JournalOffset
  /** One past the last synced offset: what readers may see. */
  readonly end: JournalOffset
  /**
   * The frames from an offset on: at least one if `from < end` and any is left undamaged, and no more than about a quarter of a megabyte. A `from` before `start` reads from `start`.
   */
  read(from: JournalOffset): Promise<readonly JournalledFrame[]>
  /** Resolves when `end > offset`, or when the signal aborts. */
  whenPast(offset: JournalOffset, signal: AbortSignal): Promise<void>
  readonly condition: JournalCondition
}

/** A journal whose oldest frames can be let go. */
export interface ReleasableJournal extends Journal {
  /** No reader needs a frame before this offset any more: whole segments before it may be deleted. */
  release(before: JournalOffset): void
}

/** How the journal is, for health, metrics and back-pressure. */
export interface JournalCondition {
  /**
   * `pressed`: most of the budget holds frames that a sink has not taken. `full`: no frame is taken until there is room. `failing`: the disk refuses writes; frames are
   * taken as long as memory for them is left, and no receipt is given.
   */
  readonly state: 'normal' | 'pressed' | 'full' | 'failing'
  /** What to do about it, when it is not normal. */
  readonly advice?: string
  readonly bytes: number
  readonly budgetBytes: number
  readonly segments: number
  /** Frames appended and not yet synced. */
  readonly unsynced: number
  /** Places where synced frames were found damaged or missing, ever. */
  readonly damages?: number
  /** Offsets below `end` that no frame can be read for, because of damage: what the account's sum is short of. */
  readonly lostFrames?: number
  /** What to do about damage, while it is news: for a day after it was found. */
  readonly damageAdvice?: string
}

/** Whether frames are taken: a pressed journal takes them, a full or failing one makes devices wait. */
export function takesFrames(condition: JournalCondition): boolean {
  return condition.state === 'normal' || condition.state === 'pressed'
}
