import type { EpochMs } from './frame.ts'
import type { DeviceId } from './ids.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000

/** How many hours are known of each device, the one that runs included. */
export const HOURS_KEPT = 72

/** In which minutes of the last days a device's readings lie, by event time. Hours are counted from 1970, in UTC. */
export interface DeviceHours {
  /** Start of the first minute in which a reading of it was seen. */
  readonly firstAt: EpochMs
  /** How many of the equal parts of an hour hold a reading: of those that lie within the minutes `from` (included) and `to` (excluded). A part is a whole number of minutes and divides 60. */
  partsHeard(hour: number, partMinutes: number, from?: number, to?: number): number
  /** Minutes of an hour in which a value lay outside its kind's range. */
  minutesOutOfRange(hour: number): number
}

/** Who was heard of when: what completeness and exceedances are made of. */
export interface HourView {
  /** Nothing is known of the time before. */
  readonly since: EpochMs
  /** Undefined for a device that was never heard of. */
  of(device: DeviceId): DeviceHours | undefined
}
