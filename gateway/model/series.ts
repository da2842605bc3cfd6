import type { EpochMs } from './frame.ts'
import type { DeviceId, KindId } from './ids.ts'
import type { FieldValue, Reading, Refuse } from './reading.ts'

/** How the values of one bucket become one. `mean` of a circular field is taken on the circle; booleans count as 0 and 1; texts know `last` and `first` only. */
export type AggregateFunction = 'mean' | 'min' | 'max' | 'sum' | 'first' | 'last' | 'count'

/** Which points of one device are asked for. `lat` and `lon` are fields like the others. */
export interface SeriesQuery {
  readonly device: DeviceId
  readonly kind: KindId
  /** Included. */
  readonly from: EpochMs
  /** Excluded. */
  readonly to: EpochMs
  /** All of the kind's fields, and lat and lon if it moves, when absent. */
  readonly fields?: readonly string[]
  /** Buckets of `everyMs`, aligned to `originMs` (0 unless given; a local midnight makes days local), each field by `fn`. Absent: the points as stored. */
  readonly bucket?: { readonly everyMs: number; readonly originMs?: EpochMs; readonly fn: AggregateFunction }
  readonly limit: number
  /** Oldest first unless set. */
  readonly newestFirst?: boolean
}

/** One point or bucket; a field without a value there is absent. `at` of a bucket is its start. Buckets without points are left out. */
export interface SeriesRow {
  readonly at: EpochMs
  readonly values: Readonly<Record<string, FieldValue>>
  /** Of a stored point only. */
  readonly flags?: readonly string[]
}

/** Functions of a survey. */
export type SurveyFunction = 'count' | 'first' | 'last' | 'min' | 'max' | 'mean'

/** One numeric field of many devices of a kind, each device by itself: what tables are made of. */
export interface SurveyQuery {
  readonly kind: KindId
  /** 500 at most. */
  readonly devices: readonly DeviceId[]
  /** Included. */
  readonly from: EpochMs
  /** Excluded. */
  readonly to: EpochMs
  readonly field: string
  readonly functions: readonly SurveyFunction[]
  /** Absent: the whole stretch is one bucket, which begins at `from`. */
  readonly bucket?: { readonly everyMs: number; readonly originMs?: EpochMs }
  /** Only values below the first or above the second. */
  readonly outside?: readonly [number, number]
}

/** A bucket of one device that holds values; `at` is its start. What was asked for is there. */
export type SurveyRow = { readonly at: EpochMs } & { readonly [F in SurveyFunction]?: number }

/** Which devices of a kind that moves were in a box, at least once. */
export interface VisitorsQuery {
  readonly kind: KindId
  /** Included. */
  readonly from: EpochMs
  /** Excluded. */
  readonly to: EpochMs
  /** Degrees, edges included; west is not above east. */
  readonly box: { readonly west: number; readonly south: number; readonly east: number; readonly north: number }
  /** Whose readings are looked at. */
  readonly devices: readonly DeviceId[]
}

/** Where readings are kept as time series. */
export interface SeriesStore {
  /** Opens or reaches the store and makes what is missing. Throws a retryable `SERIES_UNREACHABLE` when it may be there later. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Resolves once the readings are in the store, and safe there unless there is a `flush`; but for those that `refuse` was told of. The same reading twice leaves one point. */
  write(readings: readonly Reading[], signal: AbortSignal, refuse?: Refuse): Promise<void>
  /** Makes safe what was written, for a store that gathers before it syncs. Absent: `write` itself is safe. */
  flush?(): Promise<void>
  read(query: SeriesQuery): Promise<readonly SeriesRow[]>
  /** By device, oldest bucket first; a device without a value there is absent. Means are plain, of directions too. Throws `QUERY_INVALID` and what `read` throws. */
  survey(query: SurveyQuery): Promise<ReadonlyMap<DeviceId, readonly SurveyRow[]>>
  /** Finds by place: the store looks, positions do not travel. */
  visitors(query: VisitorsQuery): Promise<ReadonlySet<DeviceId>>
  /** Answers when the store can be reached, throws `SERIES_UNREACHABLE` when not. */
  ping(): Promise<void>
  readonly description: string
}
