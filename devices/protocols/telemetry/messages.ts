/** The messages of `proto/citygate/telemetry/v1/telemetry.proto` as plain objects, by their JSON names: `JSON.stringify` of one is a valid payload too. */
export type TelemetryMessage =
  | { readonly bus: BusPosition }
  | { readonly meter: MeterReading }
  | { readonly worksite: WorksiteSample }
  | { readonly batch: Batch }

/** Units stand in the names; `latitude` and `longitude` are WGS-84 degrees, both or neither. */
export interface BusPosition {
  readonly fixTimeMs: number
  readonly latitude?: number
  readonly longitude?: number
  readonly speedKmh?: number
  readonly headingDeg?: number
  readonly route?: string
  readonly trip?: string
  readonly occupancy?: number
  readonly odometerKm?: number
  readonly doorOpen?: boolean
  readonly satellites?: number
  readonly fix?: Fix
}

export type Fix = 'FIX_UNSPECIFIED' | 'FIX_NONE' | 'FIX_2D' | 'FIX_3D' | 'FIX_DIFFERENTIAL'

/** `name` is an OBIS-like name from `proto/README.md`, `value` in the unit listed there. */
export interface MeterReading {
  readonly timeMs: number
  readonly registers: readonly { readonly name: string; readonly value: number }[]
}

/** Units stand in the names: µg/m³, dB(A), m/s, degrees, °C, %, kPa, lux, mm, tonnes. */
export interface WorksiteSample {
  readonly timeMs: number
  readonly pm25Ugm3?: number
  readonly pm10Ugm3?: number
  readonly tspUgm3?: number
  readonly noiseDba?: number
  readonly windSpeedMps?: number
  readonly windDirectionDeg?: number
  readonly temperatureC?: number
  readonly humidityPercent?: number
  readonly pressureKpa?: number
  readonly illuminanceLux?: number
  readonly rainMm?: number
  readonly craneLoadT?: number
  readonly craneMomentPercent?: number
}

/** Oldest first; holds no batches. */
export interface Batch {
  readonly items: readonly Exclude<TelemetryMessage, { readonly batch: Batch }>[]
}
