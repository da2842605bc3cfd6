import type { Device, Latest } from '../api/types.ts'
import type { ShownCondition } from './condition-badge.tsx'

/** How a device is, for people: heard of in time and nothing to look at, flagged, stale, or never heard of. */
export function shownCondition(device: Device, latest: Latest | undefined): ShownCondition {
  const state = latest?.state ?? device.state
  if (state !== 'ok') return state
  return latest?.flagged ? 'flagged' : 'fresh'
}
