import type { FieldValue } from '../format/format.ts'
import type { Title } from '../i18n/catalogue.ts'

/** Answers of the gateway's API, as far as the dashboard reads them. Times are RFC 3339. */
export interface Field {
  readonly type: 'number' | 'boolean' | 'string'
  readonly unit?: string
  readonly range?: readonly [number, number]
  readonly integer?: true
  readonly counter?: true
  readonly circular?: true
  /** An alarm of the thing's own: it stands while this is true, or names any. */
  readonly alarm?: true
  readonly title: Title
}

export interface Kind {
  readonly id: string
  readonly title: Title
  readonly moves: boolean
  readonly staleAfterSeconds: number
  readonly fields: Readonly<Record<string, Field>>
}

export interface Model {
  readonly id: string
  readonly maker: string
  readonly title: Title
  readonly kind: string
  readonly protocol: string
}

export interface Position {
  readonly lat: number
  readonly lon: number
}

/** `ok`: heard of in time; `stale`: not for longer than its kind allows; `silent`: never a reading yet. */
export type Condition = 'ok' | 'stale' | 'silent'

export interface Device {
  readonly id: string
  readonly org: string
  readonly kind: string | null
  readonly model: string
  readonly name?: string
  readonly place?: Position
  readonly group?: string
  readonly tags?: readonly string[]
  readonly sim?: string
  readonly stage: 'planned' | 'enrolled' | 'retired'
  /** What the stage and what was heard of it amount to. */
  readonly lifeCycle: 'planned' | 'enrolled' | 'active' | 'silent' | 'retired'
  readonly behind?: string
  readonly simulated?: true
  readonly state: Condition
  /** What is wrong with its clock; absent while nothing is known to be. */
  readonly clock?: { readonly fault: 'ahead' | 'behind' | 'stuck' | 'rollover'; readonly offsetSeconds: number }
  readonly lastReceivedAt?: string
}

/** A device in a list, with what there may be to look at. */
export interface ListedDevice extends Device {
  readonly flagged?: true
  /** Frames. */
  readonly rejected?: number
  /** Of the last 24 hours. */
  readonly minutesOutOfRange?: number
}

export interface DeviceList {
  readonly devices: readonly ListedDevice[]
  readonly total: number
  readonly next?: string
}

export interface Flags {
  readonly historical?: true
  readonly clockSuspect?: true
  readonly outOfRange?: readonly string[]
  /** What the device itself says of single values, by field. */
  readonly quality?: Readonly<Record<string, string>>
}

export interface LatestValue {
  readonly value: FieldValue
  readonly at: string
  readonly quality?: string
  readonly unit?: string
  readonly title?: Title
}

export interface Latest {
  readonly at: string | null
  readonly receivedAt: string | null
  readonly state: Condition
  readonly values: Readonly<Record<string, LatestValue>>
  readonly position?: Position
  readonly flags?: Flags
  /** Somebody should look. */
  readonly flagged: boolean
}

export interface Account {
  readonly received: number
  readonly stored: number
  readonly duplicate: number
  readonly rejected: number
  readonly rejectedBy: Readonly<Record<string, number>>
  readonly pending: number
  readonly flagged: number
  readonly lastReceivedAt?: string
}

export interface RejectedFrame {
  readonly offset: number
  /** What its device is now. */
  readonly model?: string
  readonly channel: string
  readonly receivedAt: string
  /** Hexadecimal. */
  readonly bytes: string
  /** Where passwords stood. */
  readonly masked?: readonly { readonly from: number; readonly to: number }[]
  readonly reason: string
  readonly detail: string
}

/** The base map, where the gateway sets one. */
export interface MapSettings {
  readonly styleUrl?: string
  readonly tilesUrl?: string
  /** Of a PMTiles file. */
  readonly pmtilesUrl?: string
  /** Absent: WGS-84. */
  readonly datum?: 'wgs84' | 'gcj02' | 'bd09'
}

export interface Settings {
  readonly version: string
  /** IANA name of the city's time zone. */
  readonly timeZone: string
  readonly map: MapSettings
}

export interface Readings {
  readonly everySeconds?: number
  readonly rows: readonly { readonly at: string; readonly values: Readonly<Record<string, FieldValue>> }[]
  readonly truncated: boolean
  /** The newest value before, where a chart asked for it too. */
  readonly before?: number | undefined
}

/** Last known positions as GeoJSON. */
export interface LiveAnswer {
  readonly revision: number
  readonly truncated: boolean
  readonly features: readonly {
    readonly geometry: { readonly coordinates: readonly [number, number] }
    readonly properties: {
      readonly device: string
      readonly kind: string
      readonly org: string
      readonly name?: string
      /** It is registered in. */
      readonly group?: string
      /** The text of its field `route`. */
      readonly route?: string
      readonly at?: string
      /** Since `at`, by the gateway's clock. */
      readonly ageSeconds?: number
      readonly heading?: number
      readonly speed?: number
      readonly flagged: boolean
      readonly simulated: boolean
      /** When it said that it is gone; absent while it is there. */
      readonly staleSince?: string
      readonly revision: number
    }
  }[]
}

export interface DeviceCounts {
  readonly total: number
  readonly ok: number
  readonly stale: number
  readonly silent: number
  readonly flagged: number
  readonly simulated: number
}

export interface Overview {
  readonly devices: DeviceCounts
  readonly kinds: readonly { readonly kind: string; readonly title: Title; readonly devices: DeviceCounts }[]
  readonly orgs: readonly { readonly org: string; readonly total: number }[]
}

export interface Health {
  readonly status: 'ok' | 'degraded' | 'failing'
  readonly version?: string
  readonly startedAt?: string
  readonly checks?: readonly { readonly name: string; readonly ok: boolean; readonly advice?: string }[]
  readonly journal?: {
    readonly state: 'normal' | 'pressed' | 'full' | 'failing'
    readonly advice?: string
    readonly bytes: number
    readonly budgetBytes: number
    readonly segments: number
    readonly unsynced: number
  }
  readonly sinks?: readonly {
    readonly name: string
    readonly lagFrames: number
    readonly lagSeconds: number
    readonly state: 'running' | 'retrying' | 'stopped'
    readonly problem?: string
  }[]
  readonly connections?: number
}

export interface TicketAnswer {
  readonly username: string
  readonly password: string
  readonly path: string
}
