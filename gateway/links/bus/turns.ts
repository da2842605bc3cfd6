import type { BusUnit } from './bus-unit.ts'

/** How much of a line the devices that do not answer may cost. */
export interface ProbeSettings {
  /** How long an answer may take. */
  readonly timeoutMs: number
  /** Part of the time that probing silent devices may take from those that answer. */
  readonly probeShare: number
}

/** Who is asked now, or when there is something to do next. */
export type Turn = { readonly unit: BusUnit; readonly timeoutMs: number; readonly probe: boolean } | { readonly waitUntil: number }

/** A probe waits for this many times what the slowest lately took. */
const PROBE_PATIENCE = 3
const SHORTEST_PROBE_MS = 150
/** Every so many probes a device gets the full time: it may have become slow. */
const FULL_PROBE_EVERY = 4
/** How fast a slow answer is forgotten: half of it in about seventy answers. */
const FORGETTING = 0.99

/**
 * Whose turn it is. Devices that answer come by when they are due. A silent one is probed in a gap that is long enough, which costs nobody anything; where there is no such gap, the time that
 * failed probes take is limited to a share of the line. So a line with many dead devices goes on as if they were not there, and each of them is found again.
 */
export class Turns {
  readonly #settings: ProbeSettings
  #slowestMs = 0
  #probeFrom = Number.NEGATIVE_INFINITY

  constructor(settings: ProbeSettings) {
    this.#settings = settings
  }

  next(units: readonly BusUnit[], now: number, usualTimeoutMs: number): Turn {
    const live = earliest(units, false)
    const silent = earliest(units, true)
    const liveAt = live?.readyAt ?? Number.POSITIVE_INFINITY
    const silentAt = silent?.readyAt ?? Number.POSITIVE_INFINITY
    if (silent && silentAt <= now) {
      const timeoutMs = this.#patience(silent, usualTimeoutMs)
      if (liveAt - now >= timeoutMs) return { unit: silent, timeoutMs, probe: false }
      if (now >= this.#probeFrom) return { unit: silent, timeoutMs, probe: true }
    }
    if (live && liveAt <= now) return { unit: live, timeoutMs: this.#patience(live, usualTimeoutMs), probe: false }
    return { waitUntil: Math.min(liveAt, silentAt > now ? silentAt : this.#probeFrom) }
  }

  answered(tookMs: number): void {
    this.#slowestMs = Math.max(tookMs, this.#slowestMs * FORGETTING)
  }

  /** A probe that took time from others found nobody. */
  probeFailed(tookMs: number, now: number): void {
    this.#probeFrom = now + tookMs / this.#settings.probeShare
  }

  /** A device that answered last time is given all its time; one that did not, or never has, only now and then. */
  #patience({ failures, proven, silent, target }: BusUnit, usualTimeoutMs: number): number {
    const full = target.timeoutMs ?? usualTimeoutMs
    if (this.#slowestMs === 0 || (proven && !silent) || failures % FULL_PROBE_EVERY === FULL_PROBE_EVERY - 1) return full
    return Math.min(full, Math.max(SHORTEST_PROBE_MS, PROBE_PATIENCE * this.#slowestMs))
  }
}

function earliest(units: readonly BusUnit[], silent: boolean): BusUnit | undefined {
  let first: BusUnit | undefined
  for (const unit of units) if (unit.silent === silent && (!first || unit.readyAt < first.readyAt)) first = unit
  return first
}
