import type { Device, Latest } from '../api/types.ts'
import type { ShownCondition } from './condition-badge.tsx'

/** How a device is, for people: heard of in time and without doubts, flagged, stale, or never heard of. */
export function shownCondition(device: Device, latest: Latest | undefined): ShownCondition {
  const state = latest?.state ?? device.state
  if (state !== 'ok') return state
  const { clockSuspect, outOfRange } = latest?.flags ?? {}
  const doubted = Object.values(latest?.values ?? {}).some(({ quality }) => quality !== undefined)
  return clockSuspect || doubted || (outOfRange?.length ?? 0) > 0 ? 'flagged' : 'fresh'
}
