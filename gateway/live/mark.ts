import type { Device } from '../model/device.ts'
import { isFlagged } from '../model/flagged.ts'
import type { DeviceId, OrgId } from '../model/ids.ts'
import type { LiveState } from '../model/live.ts'
import type { Position } from '../model/reading.ts'
import { geohash, isOnEarth } from './geohash.ts'
import type { MarkMessage } from './tile-codec.ts'

/** Length of the geohash of a tile's cell. */
const CELL_PRECISION = 5

/** A device as it stands on the map. */
export interface Mark {
  readonly device: DeviceId
  readonly org: OrgId
  readonly kind: string
  readonly position: Position
  readonly geohash: string
  /** Event time of the newest reading. */
  readonly at: number
  readonly revision: number
  readonly heading: number | undefined
  readonly speed: number | undefined
  readonly flagged: boolean
  /** It said that it is gone. */
  readonly stale: boolean
  readonly simulated: boolean
}

/** What marks must know of a kind: whether it moves, and so has a heading and a speed, and by which fields it reports alarms. */
export interface MarkedKind {
  readonly moves: boolean
  readonly alarms: readonly string[]
}

/**
 * Where and how a device is shown; undefined for one that has no place. Its own position counts, else where it is installed; a position that is not on Earth leaves
 * the mark where it was.
 */
export function makeMark(state: LiveState, device: Device, { moves, alarms }: MarkedKind, before: Mark | undefined): Mark | undefined {
  const position = onEarth(state.position) ?? onEarth(device.place) ?? (state.position && before?.position)
  if (position === undefined) return undefined
  const stayed = before !== undefined && before.position.lat === position.lat && before.position.lon === position.lon
  return {
    device: state.device,
    org: device.org,
    kind: state.kind,
    position,
    geohash: stayed ? before.geohash : geohash(position, CELL_PRECISION),
    at: state.at,
    revision: state.revision,
    heading: moves ? finite(state.values.heading?.value) : undefined,
    speed: moves ? finite(state.values.speed?.value) : undefined,
    flagged: isFlagged(state, alarms),
    stale: state.goneSince !== undefined,
    simulated: device.simulated === true,
  }
}

/** Whether a new subscriber to changes needs to hear of the new mark: a change of the directory may leave it as it was. */
export function isSameMark(a: Mark, b: Mark): boolean {
  return a.revision === b.revision && a.org === b.org && a.position.lat === b.position.lat && a.position.lon === b.position.lon && a.simulated === b.simulated
}

/** Whether whoever knows the first mark need be told no more than what a move tells: place, heading, speed and age. */
export function onlyMoved(before: Mark, after: Mark): boolean {
  return before.kind === after.kind && before.flagged === after.flagged && before.stale === after.stale && before.simulated === after.simulated
}

/** The mark as it is sent in full. `number`: by which the cell's moves name it. */
export function markMessage(mark: Mark, sentAt: number, number: number): MarkMessage {
  const { device, kind, position, heading, speed } = mark
  return {
    device,
    kind,
    latE6: Math.round(position.lat * 1e6),
    lonE6: Math.round(position.lon * 1e6),
    ageMs: Math.round(sentAt - mark.at),
    ...(heading !== undefined && { heading }),
    ...(speed !== undefined && { speed }),
    ...(mark.flagged && { flagged: true }),
    ...(mark.simulated && { simulated: true }),
    ...(mark.stale && { stale: true }),
    number,
  }
}

function onEarth(position: Position | undefined): Position | undefined {
  return position && isOnEarth(position) ? position : undefined
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
