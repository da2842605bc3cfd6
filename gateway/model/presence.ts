import type { EpochMs, JournalOffset } from './frame.ts'
import type { DeviceId } from './ids.ts'

/** What a frame says of whether the device is there, beside its readings. */
export interface DecodedPresence {
  /** `gone`: its values are not current any more. `alive`: it begins anew. */
  readonly state: 'alive' | 'gone'
  /** The frame speaks for a connection that also carries what stands behind the device: with it those are gone too; its beginning alone brings none of them back. */
  readonly carries?: true
  /** The number of the connection: what is said of the end of another than the newest does not count. */
  readonly session?: number
}

/** The same, of one device. */
export interface Presence {
  readonly device: DeviceId
  /** `begun`: a new connection of what carries the device; says nothing of the device itself. */
  readonly state: 'alive' | 'gone' | 'begun'
  readonly session?: number
  readonly receivedAt: EpochMs
  /** The frame it came from. */
  readonly origin: JournalOffset
}
