import type { Title } from './kind.ts'

/** A run of bytes of a frame and what it means. */
export interface ExplainedPart {
  /** First byte, from 0, and one past the last. */
  readonly from: number
  readonly to: number
  readonly name: Title
  /** The value as read: `230.2 V`, `2026-08-17 14:18:12 UTC`. */
  readonly value?: string
  /** What more is to be said of it. */
  readonly note?: Title
  /** Paragraph or table of the standard, or of the manual. */
  readonly source?: string
  /** The field of the kind it becomes. */
  readonly field?: string
  /** Why it is wrong, where it is. */
  readonly problem?: Title
  /** Finer parts within it, in order. */
  readonly parts?: readonly ExplainedPart[]
}

/** What every byte of a frame means. The parts follow one another without gaps, and cover the frame. */
export interface Explanation {
  readonly parts: readonly ExplainedPart[]
  /** What the frame says of itself (JT/T 808: messageId, terminal, serial; HJ 212: QN, ST, CN, MN, Flag; DL/T 645 and CJ/T 188: address, control, data identifier). */
  readonly header?: Readonly<Record<string, string | number>>
}
