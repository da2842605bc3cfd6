import type { EpochMs } from './frame.ts'
import type { ModelId, ProtocolId } from './ids.ts'
import type { Title } from './kind.ts'

/**
 * What the gateway makes of a DTU that has dialled in.
 *
 * `registering`: it has not said who it is. `waiting`: no device is linked to it yet, the engineer may adopt it. `claiming`: it says it is one that is connected already, and that one is
 * listened to before either is believed. `attached`: devices are linked to it. `probed`: it is asked what stands behind it. `handed-over`: it speaks a protocol that devices dial in with by themselves.
 */
export type DtuState = 'registering' | 'waiting' | 'claiming' | 'attached' | 'probed' | 'handed-over'

/** Frames of one protocol, of one sender, that a DTU sent without being asked. */
export interface DtuSighting {
  readonly protocol: ProtocolId
  readonly what: Title
  readonly sender?: string
  readonly count: number
  readonly lastAt: EpochMs
  /** The last of them, or its beginning when it is long. */
  readonly frame: Uint8Array
}

/** One connection of a DTU. */
export interface DtuStatus {
  /** Absent: it has not said. */
  readonly id?: string
  /** `host:port` as it was seen from here. */
  readonly address: string
  readonly state: DtuState
  readonly since: EpochMs
  readonly heardAt: EpochMs
  readonly bytesIn: number
  readonly bytesOut: number
  readonly heartbeats: number
  /** The template of its registration packet. */
  readonly registeredBy?: string
  /** The unit its registration packet names beside the id. */
  readonly unit?: number
  readonly seen: readonly DtuSighting[]
  /** The last bytes it sent, except heartbeats. */
  readonly lastBytes: Uint8Array
  /** Devices linked to it. */
  readonly devices: number
  /** Models that speak what was seen, those first that read the most in it. */
  readonly proposals: readonly ModelId[]
}

/** How the port is, and what has happened on it since it was opened. */
export interface DtuFigures {
  /** Connections now, and those of them that no device is linked to. */
  readonly connected: number
  readonly strangers: number
  readonly registered: number
  readonly heartbeats: number
  readonly handedOver: number
  /** Connections that took the place of an older one of the same DTU. */
  readonly replaced: number
  /** Connections that named a DTU which was connected, and answering, from elsewhere. */
  readonly refusedClaims: number
  /** Strangers that gave way to newer ones. */
  readonly displaced: number
}

/** Who answered on the line behind a DTU. */
export interface DtuAnswer {
  readonly protocol: ProtocolId
  /** The Modbus unit, or the address. */
  readonly address: string
  /** What was asked. */
  readonly asked: string
  /** Why it refused what was asked, if it did: it is there all the same. */
  readonly refused?: string
}

/** A look at what stands behind a DTU. */
export interface DtuProbe {
  readonly state: 'running' | 'done' | 'broken'
  /** Questions asked, of how many. */
  readonly asked: number
  readonly of: number
  readonly found: readonly DtuAnswer[]
  /** Why it is broken off. */
  readonly problem?: string
}

/** The DTUs, for whoever shows them. */
export interface DtuView {
  list(): readonly DtuStatus[]
  figures(): DtuFigures
  /**
   * Begins to ask which Modbus units from `first` to `last` answer; polls of its devices wait meanwhile. Throws DEVICE_UNKNOWN when no DTU of this name is connected, and a retryable LINK_FAILED
   * when it can not be asked now.
   */
  probe(id: string, first: number, last: number): DtuProbe
  /** How the last look goes, or went. */
  probed(id: string): DtuProbe | undefined
}
