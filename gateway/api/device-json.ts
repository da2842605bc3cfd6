import type { z } from 'zod'
import type { AccountBook } from '../model/account.ts'
import type { ClockView, DeviceClock } from '../model/clock.ts'
import type { Device, LifeCycle } from '../model/device.ts'
import type { Kind } from '../model/kind.ts'
import type { LiveState, LiveView } from '../model/live.ts'
import type { ClockSchema, DeviceSchema } from './schemas.ts'
import type { KnownDevice } from './scope.ts'

/** Whether a device is heard of. */
export type Condition = 'ok' | 'stale' | 'silent'

/** `silent` until its first reading; `stale` when the last came longer ago than its kind lets pass, or when the device has said since that it is gone. By the gateway's clock: a device's own may be wrong. */
export function conditionOf(state: LiveState | undefined, kind: Kind | undefined, now: number): Condition {
  if (state === undefined) return 'silent'
  if (state.goneSince !== undefined) return 'stale'
  return kind !== undefined && now - state.receivedAt > kind.staleAfterSeconds * 1000 ? 'stale' : 'ok'
}

/** A device in service has been heard of and still is, or not any more, or never was. */
export function lifeCycleOf({ stage }: Pick<Device, 'stage'>, condition: Condition): LifeCycle {
  if (stage !== undefined) return stage
  return condition === 'ok' ? 'active' : condition === 'stale' ? 'silent' : 'enrolled'
}

/** Seconds since a moment; 0 for one that lies ahead. */
export function ageSeconds(at: number, now: number): number {
  return Math.max(0, Math.round((now - at) / 1000))
}

/** Milliseconds since 1970 as RFC 3339 in UTC. */
export function timeText(at: number): string {
  return new Date(at).toISOString()
}

/** A device as the API shows it. Its link and its secret stay inside. */
export function deviceJson(
  { device, kind }: KnownDevice,
  sources: { readonly live: LiveView; readonly account: AccountBook; readonly clocks: ClockView; readonly now: () => number },
): z.input<typeof DeviceSchema> {
  const { lastReceivedAt } = sources.account.of(device.id)
  const clock = sources.clocks.get(device.id)
  const state = conditionOf(sources.live.get(device.id), kind, sources.now())
  return {
    id: device.id,
    org: device.org,
    kind: kind?.id ?? null,
    model: device.model,
    ...shown(device),
    state,
    lifeCycle: lifeCycleOf(device, state),
    ...(lastReceivedAt !== undefined && { lastReceivedAt: timeText(lastReceivedAt) }),
    ...(clock && { clock: clockJson(clock) }),
  }
}

/** A clock that is off. */
export function clockJson({ fault, offsetMs, since }: DeviceClock): z.input<typeof ClockSchema> {
  return { fault, offsetSeconds: Math.round(offsetMs / 100) / 10, since: timeText(since) }
}

function shown(device: Device): Pick<z.input<typeof DeviceSchema>, 'name' | 'group' | 'tags' | 'sim' | 'stage' | 'place' | 'behind' | 'simulated'> {
  return {
    ...(device.name !== undefined && { name: device.name }),
    ...(device.group !== undefined && { group: device.group }),
    ...(device.tags && { tags: [...device.tags] }),
    ...(device.sim !== undefined && { sim: device.sim }),
    stage: device.stage ?? 'enrolled',
    ...(device.place && { place: { lat: device.place.lat, lon: device.place.lon } }),
    ...(device.behind !== undefined && { behind: device.behind }),
    ...(device.simulated && { simulated: device.simulated }),
  }
}
