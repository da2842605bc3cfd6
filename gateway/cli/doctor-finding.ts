import type { Title } from '../model/kind.ts'

/** What one look found. */
export interface Finding {
  readonly name: Title
  readonly ok: boolean
  readonly found: Title
  /** What to do, when it is not ok. */
  readonly advice?: Title
}

/** The clock of another machine, and of this one at the same moment. */
export interface ClockPair {
  readonly theirs: number
  readonly ours: number
}
