import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'

/** What a simulated city has sent and what came back. */
export interface TrafficStats {
  /** Connections that are up. */
  readonly connected: number
  /** Messages handed to the network or waiting for it. */
  readonly published: number
  /** Messages the gateway acknowledged. */
  readonly acknowledged: number
  /** Published and not acknowledged yet. They are sent again after a reconnect. */
  readonly pending: number
  /** Reports not sent because a unit's buffer was full, or because this process stood still. */
  readonly skipped: number
  /** Connections that were lost or refused, each of which is tried again. */
  readonly reconnects: number
  /** Why the last of them was. */
  readonly lastProblem?: string
  /** From publishing to acknowledgement. NaN until there was one. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number }
}

/** Counts for all connections together. */
export class TrafficMeter {
  connected = 0
  published = 0
  acknowledged = 0
  pending = 0
  skipped = 0
  reconnects = 0
  lastProblem: string | undefined
  readonly #latencyUs: RecordableHistogram = createHistogram()

  acknowledgedAfter(ms: number): void {
    this.acknowledged++
    this.#latencyUs.record(Math.max(1, Math.round(ms * 1000)))
  }

  stats(): TrafficStats {
    const ms = (us: number): number => (this.acknowledged === 0 ? Number.NaN : Math.round(us / 10) / 100)
    return {
      connected: this.connected,
      published: this.published,
      acknowledged: this.acknowledged,
      pending: this.pending,
      skipped: this.skipped,
      reconnects: this.reconnects,
      ...(this.lastProblem !== undefined && { lastProblem: this.lastProblem }),
      latencyMs: { p50: ms(this.#latencyUs.percentile(50)), p99: ms(this.#latencyUs.percentile(99)), max: ms(this.#latencyUs.max) },
    }
  }
}
