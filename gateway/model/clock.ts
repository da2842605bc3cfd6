import type { EpochMs } from './frame.ts'
import type { DeviceId } from './ids.ts'

/** What is wrong with a clock. `rollover`: its date is whole multiples of 1,024 weeks off, as a GPS receiver's is whose week counter has begun anew. */
export type ClockFault = 'ahead' | 'behind' | 'stuck' | 'rollover'

/** The clock of one device, where it is off. */
export interface DeviceClock {
  readonly device: DeviceId
  readonly fault: ClockFault
  /** The device's clock minus ours, an estimate; of a stuck clock, what it was when it was found. */
  readonly offsetMs: number
  /** When that was found. */
  readonly since: EpochMs
}

/** Clocks that are off, for reading. */
export interface ClockView {
  /** Undefined for a clock that is right, or of which too little is known. */
  get(device: DeviceId): DeviceClock | undefined
  all(): Iterable<DeviceClock>
}
