import type { Title } from '../i18n/catalogue.ts'
import type { PlannedPoll } from '../models/model-types.ts'

/** A line that devices share, as the API tells it; counts are since the gateway was started. */
export interface Line {
  readonly url: string
  readonly connected: boolean
  readonly devices: number
  readonly silent: number
  readonly requests: number
  readonly answers: number
  readonly exceptions: number
  readonly timeouts: number
  readonly strays: number
  readonly disconnects: number
  readonly missed: number
  /** 0 to 1, over the last minute. */
  readonly utilisation: number
  readonly slipP50Ms: number
  readonly slipP99Ms: number
  readonly paused: boolean
}

/** What is asked on a line, as the API tells it. */
export interface LinePlan {
  readonly baud: number
  /** That is the line's own speed. */
  readonly known: boolean
  /** The part of the line's time that all of it takes. */
  readonly utilisation: number
  readonly models: readonly ModelShare[]
}

/** What devices of one model are asked, all of them alike. */
export interface ModelShare {
  readonly model: string
  readonly polls: readonly PlannedPoll[]
  /** Of one device. */
  readonly utilisation: number
  readonly devices: readonly { readonly device: string; readonly name?: string; readonly address: string; readonly silent: boolean }[]
}

/** What a DTU sent without being asked. */
export interface Sighting {
  readonly protocol: string
  readonly what: Title
  readonly sender?: string
  readonly frames: number
  /** Hexadecimal. */
  readonly frame: string
  readonly lastAt: string
}

export type DtuState = 'registering' | 'waiting' | 'claiming' | 'attached' | 'probed' | 'handed-over'

export interface Dtu {
  readonly id: string | null
  readonly address: string
  readonly state: DtuState
  readonly since: string
  readonly heardAt: string
  readonly bytesIn: number
  readonly bytesOut: number
  readonly heartbeats: number
  readonly registeredBy?: string
  readonly unit?: number
  readonly devices: number
  readonly seen: readonly Sighting[]
  readonly lastBytes: string
  readonly proposals: readonly string[]
}

export interface DtuList {
  readonly listening: boolean
  readonly total: number
  readonly dtus: readonly Dtu[]
}

export interface DtuProbe {
  readonly state: 'running' | 'done' | 'broken'
  readonly asked: number
  readonly of: number
  readonly found: readonly { readonly protocol: string; readonly address: string; readonly asked: string; readonly refused?: string }[]
  readonly problem?: string
}
