/** How a device is, as the map shows it, from what is well to what is lost. A silent device is stale, whatever flags its last reading had; one that is gone or has been silent for long is offline. */
export const MARK_STATES = ['fresh', 'flagged', 'stale', 'offline'] as const
export type MarkState = (typeof MARK_STATES)[number]

/** What the map knows of one device. Times are milliseconds by the gateway's clock. */
export interface Mark {
  readonly device: string
  readonly kind: string
  readonly org: string
  readonly name?: string
  /** The route it drives by its newest reading, else the group it is registered in. */
  readonly route?: string
  /** The newest fix, WGS-84 degrees. */
  readonly lat: number
  readonly lon: number
  /** Event time of the newest reading. */
  readonly at: number
  readonly heading?: number
  readonly speedKmh?: number
  readonly flagged: boolean
  readonly simulated: boolean
  /** It said that it is gone: stale however young its newest reading is. */
  readonly gone: boolean
  /** Revision of live state that brought this. */
  readonly revision: number
  /** The topic that last told of it; absent after a snapshot. */
  readonly topic?: string
}

/** How long a mark takes to glide from where it is drawn to its newest fix. Tiles come once a second: it arrives about when the next one does. */
export const GLIDE_MS = 1_200
/** A jump farther than this is no drive but a correction: drawn at once. Degrees, about 1 km. */
const LEAP_DEGREES = 0.01

/** The way of a mark from where it was drawn to its newest fix. Never goes beyond the fix: where a device will be, nobody knows. */
export interface Glide {
  readonly fromLat: number
  readonly fromLon: number
  readonly startMs: number
}

/** Where a mark is drawn. */
export interface Place {
  readonly lat: number
  readonly lon: number
  /** Has reached its newest fix. */
  readonly arrived: boolean
}

/** Where a gliding mark is drawn at a moment, by any steady clock in milliseconds. */
export function placeOf(mark: Mark, glide: Glide | undefined, nowMs: number): Place {
  if (!glide) return { lat: mark.lat, lon: mark.lon, arrived: true }
  const share = (nowMs - glide.startMs) / GLIDE_MS
  if (share >= 1) return { lat: mark.lat, lon: mark.lon, arrived: true }
  const done = Math.max(0, share)
  return { lat: glide.fromLat + (mark.lat - glide.fromLat) * done, lon: glide.fromLon + (mark.lon - glide.fromLon) * done, arrived: false }
}

/** The glide from where a mark is drawn to a new fix; undefined when it stays or leaps. */
export function glideTo(drawn: Place, next: Mark, nowMs: number): Glide | undefined {
  const north = Math.abs(next.lat - drawn.lat)
  const east = Math.abs(next.lon - drawn.lon)
  if (north === 0 && east === 0) return undefined
  if (north > LEAP_DEGREES || east > LEAP_DEGREES) return undefined
  return { fromLat: drawn.lat, fromLon: drawn.lon, startMs: nowMs }
}
