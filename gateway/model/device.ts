import type { Decoder } from './decoded.ts'
import type { Explanation } from './explanation.ts'
import type { DeviceId, KindId, ModelId, OrgId, ProtocolId } from './ids.ts'
import type { Kind, Title } from './kind.ts'
import type { Position } from './reading.ts'

/** A product on the market: a kind, a protocol and a mapping between the two, as data. */
export interface Model {
  readonly id: ModelId
  readonly maker: string
  readonly title: Title
  readonly kind: KindId
  readonly protocol: ProtocolId
  /** Where the mapping comes from: manual, standard, capture. */
  readonly source: string
  /** What it was checked against. */
  readonly verified: string
  /** The protocol's own part, checked by the protocol's schema when the model is loaded. */
  readonly mapping: unknown
}

/** How a device is reached, or known, that does not sign in to MQTT. */
export interface Link {
  /**
   * Devices with the same URL share one line: `modbus-tcp://host:port`, `rtu-tcp://host:port` (RTU bytes in a TCP stream), `serial:///dev/ttyUSB0?baud=9600&parity=even`,
   * `dtu://ID` (a DTU that dials in), `mqtt://DEVICE` (a DTU that speaks MQTT). A device that dials in by itself has a URL of its own: `jt808://PHONE`, `hj212://MN`.
   */
  readonly url: string
  /** The Modbus unit on that line, 1–247. */
  readonly unit?: number
  /** The address on that line of a device that is not numbered like a Modbus unit, as printed on it: DL/T 645 and CJ/T 188 meters. */
  readonly address?: string
}

/**
 * Where a device stands in its life, as people say it. `planned`: registered ahead, not installed yet; it may sign in and is not polled. `retired`: taken out of service;
 * it can not sign in and is not polled, and what it has sent stays. Whether a device in service is heard of is never stored: it follows from what it sends.
 */
export const stages = ['planned', 'enrolled', 'retired'] as const
export type Stage = (typeof stages)[number]

/** The whole of a life, as it is shown: the stages that are stored, and between them what follows from what a device sends. */
export const lifeCycles = ['planned', 'enrolled', 'active', 'silent', 'retired'] as const
export type LifeCycle = (typeof lifeCycles)[number]

/** One installed thing. */
export interface Device {
  readonly id: DeviceId
  readonly org: OrgId
  readonly model: ModelId
  readonly name?: string
  /** For people who look after some of an organisation's devices: a depot, a district, a building. */
  readonly group?: string
  /** For people and searches. */
  readonly tags?: readonly string[]
  /** The SIM it sends through, by the number printed on it (ICCID, ITU-T E.118). */
  readonly sim?: string
  /** Absent: `enrolled`. */
  readonly stage?: Exclude<Stage, 'enrolled'>
  /** Where it is installed; a moving device's own positions count more. */
  readonly place?: Position
  /** The concentrator that may publish for it. */
  readonly behind?: DeviceId
  readonly link?: Link
  /** Belongs to the simulated city: shown as such wherever it is shown. */
  readonly simulated?: true
}

/** The devices as the running gateway sees them: in memory, synchronous, always current within a second. */
export interface DeviceDirectory {
  get(id: DeviceId): Device | undefined
  all(): Iterable<Device>
  readonly size: number
  /** Grows by one with every change: cheap to compare. */
  readonly version: number
  /** Calls back after every change; answers how to stop. */
  onChange(listener: () => void): () => void
}

/** What a model needs to be spoken: its kind and its decoder. */
export interface ModelEntry {
  readonly model: Model
  readonly kind: Kind
  /** By channel: `up/{device}/{channel}`. */
  decoderFor(channel: string): Decoder | undefined
  /** What each byte of a payload means. Undefined: the model's protocol does not say. */
  readonly explain?: (payload: Uint8Array) => Explanation | undefined
  /** The file it was loaded from; absent: from none. */
  readonly file?: { readonly text: string; readonly builtIn: boolean }
}

/** Every kind and model the gateway knows, ours and the city's. */
export interface Catalogue {
  kind(id: KindId): Kind | undefined
  kinds(): Iterable<Kind>
  model(id: ModelId): ModelEntry | undefined
  models(): Iterable<ModelEntry>
}
