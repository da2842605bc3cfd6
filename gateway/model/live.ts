import type { EpochMs } from './frame.ts'
import type { DeviceId, KindId, ModelId, OrgId } from './ids.ts'
import type { FieldValue, Position, ReadingFlags } from './reading.ts'

/** The newest of one field. */
export interface LatestValue {
  readonly value: FieldValue
  readonly at: EpochMs
  /** What the device itself said of this value: `fault`, `maintenance` … Absent: as measured. */
  readonly quality?: string
}

/** Last known state of a device, merged field by field: each value is the newest by event time, whenever it arrived. */
export interface LiveState {
  readonly device: DeviceId
  readonly org: OrgId
  readonly kind: KindId
  readonly model: ModelId
  /** Newest event time. */
  readonly at: EpochMs
  readonly receivedAt: EpochMs
  readonly values: Readonly<Record<string, LatestValue>>
  readonly position?: Position
  /** Of the newest reading. */
  readonly flags: ReadingFlags
  /** The device, or what carries its data, said at this time by the gateway's clock that it is gone, and nothing has come since: its values are not current, however young they are. */
  readonly goneSince?: EpochMs
  /** Grows with every change in the whole of live state. */
  readonly revision: number
}

/** Live state, for reading. */
export interface LiveView {
  get(device: DeviceId): LiveState | undefined
  all(): Iterable<LiveState>
  /** Of the newest change. */
  readonly revision: number
}
