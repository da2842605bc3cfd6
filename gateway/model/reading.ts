import type { EpochMs, JournalOffset } from './frame.ts'
import type { DeviceId, KindId, ModelId, OrgId } from './ids.ts'

/** What one field may hold. Numbers are in the unit the kind names. */
export type FieldValue = number | boolean | string

/** Field name → value. Only fields of the device's kind occur. */
export type Values = Readonly<Record<string, FieldValue>>

/** WGS-84, degrees, north and east positive. */
export interface Position {
  readonly lat: number
  readonly lon: number
}

/** What a reader should know before trusting a reading. Absent means: nothing to say. */
export interface ReadingFlags {
  /** Older on arrival than live data can be: from a buffer, or late. */
  readonly historical?: true
  /** The device's clock is off: ahead of ours by more than it may be, or known to be behind, to stand still or to be whole GPS eras off. */
  readonly clockSuspect?: true
  /** `at` is not what the device said: the gateway repaired it. */
  readonly clockCorrected?: true
  /** Names of the fields whose value lies outside the kind's plausible range (`position` among them). The values are kept. */
  readonly outOfRange?: readonly string[]
  /** What the device itself says of single values, by field: `maintenance`, `fault`, `calibration` … A field without an entry is as measured. */
  readonly quality?: Readonly<Record<string, string>>
}

/** What a decoder makes of a frame, before anything is known about the device but its model. */
export interface DecodedReading {
  /** The device's clock; absent when the protocol carries none, and the time of receipt stands in. */
  readonly at?: EpochMs
  readonly values: Values
  readonly position?: Position
  /** The device says that this comes from its buffer: it is stored and never moves "latest", however young it is. */
  readonly historical?: true
  /** See {@link ReadingFlags.quality}. */
  readonly quality?: Readonly<Record<string, string>>
}

/** What a frame means, in the units of the device's kind. */
export interface Reading {
  readonly device: DeviceId
  readonly org: OrgId
  readonly kind: KindId
  readonly model: ModelId
  /** Event time, by the device's clock; repaired where the flags say so. */
  readonly at: EpochMs
  /** When it was true by our clock, as far as that is known, where `at` was left as a suspect clock said it. */
  readonly likelyAt?: EpochMs
  /**
   * 0…999999, made from the content alone. Together with device and time it is the key of a point: the same reading taken twice leaves one point, two different
   * readings with one timestamp leave two. Stores use it as nanoseconds below the millisecond, or as a key column.
   */
  readonly sub: number
  readonly receivedAt: EpochMs
  readonly values: Values
  readonly position?: Position
  readonly flags: ReadingFlags
  /** The frame it came from. */
  readonly origin: JournalOffset
}

/** Told of a reading that will never be taken, and why; the rest of its batch is taken all the same. What was told counts once the batch itself has been taken. */
export type Refuse = (reading: Reading, why: string) => void
