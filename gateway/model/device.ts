import type { Decoder } from './decoded.ts'
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

/** Where the gateway reaches a device that does not come to it. */
export interface Link {
  /** `modbus-tcp://host:port`: devices with the same address share one line. */
  readonly url: string
  /** The unit on that line (Modbus: 1–247). */
  readonly unit: number
}

/** One installed thing. */
export interface Device {
  readonly id: DeviceId
  readonly org: OrgId
  readonly model: ModelId
  readonly name?: string
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
}

/** Every kind and model the gateway knows, ours and the city's. */
export interface Catalogue {
  kind(id: KindId): Kind | undefined
  kinds(): Iterable<Kind>
  model(id: ModelId): ModelEntry | undefined
  models(): Iterable<ModelEntry>
}
