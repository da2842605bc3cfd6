import type { Decoder } from '../../gateway/model/decoded.ts'
import type { Model } from '../../gateway/model/device.ts'
import type { Channel, ProtocolId } from '../../gateway/model/ids.ts'
import type { Kind, Title } from '../../gateway/model/kind.ts'

/** Text files that stand beside a model, such as a city's own `.proto`, by the name the mapping gives them. */
export type ModelFiles = ReadonlyMap<string, string>

/** How bytes are spoken. Pure: no I/O, no clock, no state between frames. */
export interface Protocol {
  readonly id: ProtocolId
  readonly title: Title
  /** The channels its frames come on: the last level of `up/{device}/{channel}`. */
  readonly channels: readonly Channel[]
  /** Checks a model's mapping against this protocol and the kind and makes its decoder. Throws `MODEL_INVALID` that says which entry is wrong and what was expected. */
  compile(model: Model, kind: Kind, files: ModelFiles): Decoder
}
