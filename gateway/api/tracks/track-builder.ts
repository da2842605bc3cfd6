import type { SeriesRow } from '../../model/series.ts'
import type { EventMessage, TrackMessage } from './track-codec.ts'
import { TrackEvents } from './track-events.ts'

/** Fixes closer than this share of the step to the one before are left out: a device that reports every ten seconds, give or take one, keeps all of its fixes at a step of ten. */
const CLOSEST = 0.75

interface Fix {
  readonly at: number
  readonly latE6: number
  readonly lonE6: number
  /** As the columns hold them: 0 for what is not known. */
  readonly speed: number
  readonly heading: number
}

/** What is said of a device with each part of its track. */
export type TrackOf = Pick<TrackMessage, 'device' | 'kind' | 'name' | 'org' | 'simulated' | 'staleAfterS'>

/** Makes the readings of one device, given in their order, into parts of a track: columns of differences, thinned to a step. The fixes on both sides of a silence are always kept. */
export class TrackBuilder {
  readonly #of: TrackOf
  readonly #closestMs: number
  readonly #events: TrackEvents
  #columns = new Columns()
  #kept: Fix | undefined
  /** The newest fix, when it was left out so far. */
  #held: Fix | undefined
  #leftOut = 0

  /** `stepMs` 0 keeps every fix. */
  constructor(of: TrackOf, options: { readonly stepMs: number; readonly eventFields: readonly string[] }) {
    this.#of = of
    this.#closestMs = options.stepMs * CLOSEST
    this.#events = new TrackEvents(options.eventFields)
  }

  add(row: SeriesRow): void {
    this.#events.look(row)
    const fix = fixOf(row)
    if (fix === undefined) return
    const before = this.#held ?? this.#kept
    const silent = before !== undefined && fix.at - before.at > this.#of.staleAfterS * 1000
    if (silent && this.#held) this.#keep(this.#held, false)
    if (!silent && this.#kept && fix.at - this.#kept.at < this.#closestMs) {
      if (this.#held) this.#leftOut += 1
      this.#held = fix
      return
    }
    if (this.#held) this.#leftOut += 1
    this.#keep(fix, silent)
  }

  /** What has come since the last call, as one part; undefined when there is nothing. `last`: nothing follows. */
  take(last: boolean): TrackMessage | undefined {
    if (last && this.#held) this.#keep(this.#held, false)
    const events = this.#events.take()
    if (this.#columns.size === 0 && events.length === 0) return undefined
    const columns = this.#columns
    const leftOut = this.#leftOut
    this.#columns = new Columns()
    this.#leftOut = 0
    return { ...this.#of, ...columns.message(events), leftOut }
  }

  #keep(fix: Fix, silent: boolean): void {
    this.#columns.push(fix, silent)
    this.#kept = fix
    this.#held = undefined
  }
}

/** Columns of differences. */
class Columns {
  readonly #atMs: number[] = []
  readonly #latE6: number[] = []
  readonly #lonE6: number[] = []
  readonly #speed: number[] = []
  readonly #heading: number[] = []
  readonly #gaps: number[] = []
  #startMs = 0
  #last: Fix = { at: 0, latE6: 0, lonE6: 0, speed: 0, heading: 0 }

  get size(): number {
    return this.#atMs.length
  }

  push(fix: Fix, silent: boolean): void {
    if (silent) this.#gaps.push(this.size)
    const first = this.size === 0
    if (first) this.#startMs = fix.at
    this.#atMs.push(first ? 0 : fix.at - this.#last.at)
    this.#latE6.push(fix.latE6 - this.#last.latE6)
    this.#lonE6.push(fix.lonE6 - this.#last.lonE6)
    this.#speed.push(fix.speed - this.#last.speed)
    this.#heading.push(fix.heading - this.#last.heading)
    this.#last = fix
  }

  message(events: readonly EventMessage[]) {
    return {
      startMs: this.#startMs,
      atMs: this.#atMs,
      latE6: this.#latE6,
      lonE6: this.#lonE6,
      speed: this.#speed,
      heading: this.#heading,
      gaps: this.#gaps,
      events,
    }
  }
}

function fixOf({ at, values }: SeriesRow): Fix | undefined {
  const { lat, lon, speed, heading } = values
  if (typeof lat !== 'number' || typeof lon !== 'number' || Math.abs(lat) > 90 || Math.abs(lon) > 180) return undefined
  return {
    at,
    latE6: Math.round(lat * 1e6),
    lonE6: Math.round(lon * 1e6),
    speed: typeof speed === 'number' ? Math.min(Math.max(Math.round(speed * 10), 0), 100_000) + 1 : 0,
    heading: typeof heading === 'number' ? (((Math.round(heading) % 360) + 360) % 360) + 1 : 0,
  }
}
