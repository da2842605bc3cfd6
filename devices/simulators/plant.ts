import type { EpochMs } from '../../gateway/model/frame.ts'
import type { Position, Values } from '../../gateway/model/reading.ts'

/** What a simulated thing measures at one instant, in the fields and units of its kind. */
export interface Sample {
  readonly at: EpochMs
  readonly values: Values
  readonly position?: Position
}

/** Of a plant that measures nothing but numbers. */
export interface NumericSample extends Sample {
  readonly values: Readonly<Record<string, number>>
}

/** The thing a simulated device measures: a bus in traffic, a building's load, the air over a site. It knows nothing of how its values are spoken. */
export interface Plant {
  /** What is measured at that time. Times of successive calls only go forward. */
  sample(at: EpochMs): Sample
}
