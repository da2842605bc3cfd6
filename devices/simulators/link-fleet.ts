import type { Catalogue, Device } from '../../gateway/model/device.ts'
import type { EpochMs } from '../../gateway/model/frame.ts'
import type { Channel } from '../../gateway/model/ids.ts'
import type { Enrolment } from './city/simulated-city.ts'

/** What a fleet of one protocol is made of. The same seed makes the same fleet. */
export interface LinkFleetOptions {
  readonly seed: string
  readonly count: number
  /** Reports a second of each. */
  readonly rate: number
  /** Where the gateway is dialled: the protocol's own listener, or MQTT where its frames come over MQTT. */
  readonly host: string
  readonly port: number
  readonly now: () => EpochMs
  readonly catalogue: Catalogue
}

/** How a fleet does. */
export interface LinkFleetStats {
  readonly connected: number
  readonly published: number
  /** Reports whose receipt came. For polled devices: requests answered. */
  readonly acknowledged: number
  readonly pending: number
  readonly reconnects: number
  readonly lastProblem?: string
  readonly latencyMs: { readonly p50: number; readonly p99: number }
}

/** A device of a fleet without its socket: for tests, and for whoever wants its bytes. */
export interface LinkMember {
  readonly device: Device
  readonly channel: Channel
  /** What the journal holds when it reports at that time. Times of successive calls only go forward. */
  frame(at: EpochMs): Uint8Array
}

/** Simulated devices of one protocol, thousands in one process, over real sockets. */
export interface LinkFleet {
  /** For the registry, `simulated` all. */
  readonly enrolments: readonly Enrolment[]
  readonly members: readonly LinkMember[]
  /** Dials in and begins to report. Resolves at once: `stats` tells how it goes. */
  start(): Promise<void>
  /** Stops reporting, waits a moment for what is on its way, and hangs up. */
  stop(): Promise<void>
  stats(): LinkFleetStats
}

/** Makes a fleet. Constructors only assign: nothing is dialled before `start`. */
export type MakeLinkFleet = (options: LinkFleetOptions) => LinkFleet

/** A protocol whose devices can be simulated by themselves: `citygate simulate --protocol ID`. */
export interface LinkFleetEntry {
  readonly id: string
  readonly title: string
  /** Where its gateway usually listens, when `--to` names no port. */
  readonly usualPort: number
  readonly make: MakeLinkFleet
}
