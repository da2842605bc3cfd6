import type { JournalOffset } from './frame.ts'
import type { Presence } from './presence.ts'
import type { Reading, Refuse } from './reading.ts'

/** A consumer of readings. Each has its own cursor in the journal, so each may be slow or fail alone. */
export interface Sink {
  readonly name: string
  /**
   * Takes readings in journal order. Taking a batch twice leaves one copy. Throws `GatewayError{retryable}` to be handed the same batch again;
   * a non-retryable error is logged and the batch passed over. A single reading that it will never take is told to `refuse`, and the rest is taken.
   */
  take(batch: readonly Reading[], signal: AbortSignal, refuse: Refuse): Promise<void>
  /** Hears what the frames of the next batch say of whether devices are there, before it takes their readings. Hearing it twice is hearing it once. Absent: it does not care. */
  hear?(presences: readonly Presence[]): void
  /** Makes safe what was taken, for a sink that gathers; called before a cursor is kept. Absent: `take` itself is safe. */
  flush?(): Promise<void>
}

/** Where a sink stands, for health and metrics. */
export interface SinkStatus {
  readonly name: string
  readonly cursor: JournalOffset
  /** Frames between its cursor and the journal's end. */
  readonly lagFrames: number
  /** Age of the oldest frame it has not taken, in seconds; 0 when it has taken all. */
  readonly lagSeconds: number
  readonly state: 'running' | 'retrying' | 'stopped'
  /** Why it is retrying. */
  readonly problem?: string
  /** How old the oldest frame it has not taken may become before somebody should look. */
  readonly lagBudgetSeconds: number
  /** Readings it is handed at once: grows while it keeps up with more, shrinks when it does not answer in time. */
  readonly batchReadings: number
}
