import type { BreakerSettings } from './bus-unit.ts'
import type { ProbeSettings } from './turns.ts'

/** How a line is worked. All have a default in {@link lineDefaults}. */
export interface LineSettings extends BreakerSettings, ProbeSettings {
  readonly connectTimeoutMs: number
  /** Frames that may be on their way to the disk before the line waits. */
  readonly mostUnsynced: number
}

export const lineDefaults: LineSettings = {
  timeoutMs: 1000,
  connectTimeoutMs: 5000,
  firstBackOffMs: 1000,
  longestBackOffMs: 60_000,
  mostUnsynced: 64,
  probeShare: 0.04,
}
