import type { LiveState } from './live.ts'
import type { FieldValue, Position, Reading, ReadingFlags } from './reading.ts'

/** A reading as integrators get it: the payload of `…/reading`, and an item of the API. Times are RFC 3339 in UTC. */
export interface ReadingJson {
  readonly device: string
  readonly org: string
  readonly kind: string
  readonly model: string
  readonly at: string
  readonly receivedAt: string
  readonly values: Readonly<Record<string, FieldValue>>
  readonly position?: Position
  readonly flags?: ReadingFlags
}

/** A last known state as integrators get it: the payload of `…/state`, and the API's `latest`. */
export interface StateJson {
  readonly device: string
  readonly org: string
  readonly kind: string
  readonly model: string
  readonly at: string
  readonly receivedAt: string
  readonly values: Readonly<Record<string, { readonly value: FieldValue; readonly at: string; readonly quality?: string }>>
  readonly position?: Position
  readonly flags?: ReadingFlags
  /** Since when the values are not current, because the device itself, or the node it stands behind, said that it is gone. */
  readonly staleSince?: string
}

/** The JSON form of a reading. */
export function readingJson(reading: Reading): ReadingJson {
  return {
    device: reading.device,
    org: reading.org,
    kind: reading.kind,
    model: reading.model,
    at: new Date(reading.at).toISOString(),
    receivedAt: new Date(reading.receivedAt).toISOString(),
    values: reading.values,
    ...placed(reading),
  }
}

/** The JSON form of a last known state. */
export function stateJson(state: LiveState): StateJson {
  const values: Record<string, { value: FieldValue; at: string; quality?: string }> = {}
  const newest = new Date(state.at).toISOString()
  // Most fields are of the newest reading, and printing a time costs more than all else here.
  for (const [field, latest] of Object.entries(state.values)) {
    const at = latest.at === state.at ? newest : new Date(latest.at).toISOString()
    values[field] = latest.quality === undefined ? { value: latest.value, at } : { value: latest.value, at, quality: latest.quality }
  }
  return {
    device: state.device,
    org: state.org,
    kind: state.kind,
    model: state.model,
    at: newest,
    receivedAt: new Date(state.receivedAt).toISOString(),
    values,
    ...placed(state),
    ...(state.goneSince !== undefined && { staleSince: new Date(state.goneSince).toISOString() }),
  }
}

function placed(of: { readonly position?: Position; readonly flags: ReadingFlags }): { position?: Position; flags?: ReadingFlags } {
  return { ...(of.position && { position: of.position }), ...(Object.keys(of.flags).length > 0 && { flags: of.flags }) }
}
