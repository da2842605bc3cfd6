import type { AttemptFigures } from './attempts.ts'

/** One limit and how near it is, for whoever looks after the gateway. */
export interface LimitUse {
  /** The setting: `limits.connections`. */
  readonly setting: string
  /** Absent: without an end. Milliseconds for a length of time. */
  readonly most?: number
  /** How much of it is in use now; of a limit for each of many, the largest that is known. */
  readonly inUse?: number
  /** How often it was reached since the start: what was refused, closed, dropped or made to wait. */
  readonly beyond?: number
}

/** All limits of the gateway. */
export interface LimitsReport {
  readonly limits: readonly LimitUse[]
  /** Devices (`device/bus-0417`) and MQTT sessions over which two clients fight now. */
  readonly contested: readonly string[]
  /** What wrong passwords of people have locked. */
  readonly people: AttemptFigures
}
