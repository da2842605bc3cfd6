import type { JournalCondition } from './journal.ts'
import type { SinkStatus } from './sink.ts'

/** How one part of the gateway is. */
export interface HealthCheck {
  readonly name: string
  readonly ok: boolean
  /** What is wrong and what to do, when it is not ok. */
  readonly advice?: string
}

/** How the gateway is: answers at `/api/v1/health` and `citygate doctor`. */
export interface HealthReport {
  /** `degraded`: receipts still hold, something behind them lags or fails. `failing`: frames can not be taken. */
  readonly status: 'ok' | 'degraded' | 'failing'
  readonly version: string
  readonly startedAt: number
  readonly checks: readonly HealthCheck[]
  readonly journal: JournalCondition
  readonly sinks: readonly SinkStatus[]
  readonly connections: number
}
