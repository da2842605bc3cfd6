import type { z } from 'zod'
import type { Decoder } from '../../gateway/model/decoded.ts'
import type { Model } from '../../gateway/model/device.ts'
import type { Explanation } from '../../gateway/model/explanation.ts'
import type { Channel, ProtocolId } from '../../gateway/model/ids.ts'
import type { Kind, Title } from '../../gateway/model/kind.ts'
import type { Span } from '../../gateway/model/masked.ts'
import type { PointRow } from '../../gateway/model/model-bench.ts'
import type { BusSpeech } from './bus-speech.ts'
import type { MappingProblem } from './mapping-error.ts'

/** Text files that stand beside a model, such as a city's own `.proto`, by the name the mapping gives them. */
export type ModelFiles = ReadonlyMap<string, string>

/** What a protocol makes of bytes that nobody said anything about. */
export interface Recognised {
  /** Where its first whole frame stands; bytes before it are none of its own. */
  readonly from: number
  readonly to: number
  /** What the frame is, for people. */
  readonly what: Title
  /** Who sent it, where the frame says so: a phone number, an MN, a meter's address. */
  readonly sender?: string
}

/** How bytes are spoken. Pure: no I/O, no clock, no state between frames. */
export interface Protocol {
  readonly id: ProtocolId
  readonly title: Title
  /** The channels its frames come on: the last level of `up/{device}/{channel}`. */
  readonly channels: readonly Channel[]
  /** Checks a model's mapping against this protocol and the kind and makes its decoder. Throws `MODEL_INVALID` that says which entry is wrong and what was expected. */
  compile(model: Model, kind: Kind, files: ModelFiles): Decoder
  /**
   * What each byte of a payload means, whether it decodes or not; total like a decoder. `decode` and the frame page show it. `files` are those `compile` was given for
   * the model.
   */
  explain?(payload: Uint8Array, model: Model | undefined, kind: Kind | undefined, files: ModelFiles): Explanation
  /** The form of a model's mapping, for editors that complete a model's file. Absent: only the protocol itself knows it. */
  readonly mapping?: z.ZodType
  /** What a model maps, row by row. Throws like `compile`. */
  rows(model: Model): readonly PointRow[]
  /** What a mapping may say and hardly means: entries that overlap, numbers that cannot be. For `citygate model check`; a mapping that `compile` refuses is reviewed by nobody. */
  review?(model: Model, kind: Kind): readonly MappingProblem[]
  /** How devices of this protocol that share a line are asked. Absent: they are not asked, they send. */
  readonly bus?: BusSpeech
  /** The first whole frame of this protocol whose check sum holds, or undefined. For a socket on which anything may arrive. */
  recognise?(bytes: Uint8Array): Recognised | undefined
  /** Where passwords stand in a payload, whole or broken: these bytes are shown to nobody. Absent: it carries none. */
  secrets?(payload: Uint8Array): readonly Span[]
}
