import type { Decoded, RejectReason } from './decoded.ts'
import type { ModelEntry } from './device.ts'
import type { Explanation } from './explanation.ts'
import type { EpochMs } from './frame.ts'
import type { Channel, KindId, ModelId, ProtocolId } from './ids.ts'
import type { Title } from './kind.ts'
import type { MaskedBytes } from './masked.ts'
import type { DecodedReading } from './reading.ts'

/** Bytes that somebody wants to understand. What is left out is found out. */
export interface FrameQuestion {
  readonly bytes: Uint8Array
  readonly protocol?: ProtocolId | undefined
  readonly model?: ModelId | undefined
  /** In the place of a model's id: one that the gateway does not know, such as one that is being written. */
  readonly entry?: ModelEntry
  readonly receivedAt: EpochMs
  /** `false`: only the readings are wanted, not what each byte means. */
  readonly explain?: false
}

/** A reading of it, with the names of the fields outside their plausible range. */
export interface FoundReading extends DecodedReading {
  readonly outOfRange: readonly string[]
}

/** What one model made of the bytes. */
export interface TriedModel {
  readonly model: ModelId
  /** How many values it found; 0 with the reason why there are none. */
  readonly values: number
  readonly reason?: RejectReason
}

/** How the protocol was found where none was named. */
export interface FoundProtocol {
  /** `frame`: by a whole frame whose check sum holds. `values`: no protocol knows its frame here, but a model of this one reads it. */
  readonly by: 'frame' | 'values'
  readonly what?: Title
  readonly sender?: string
}

/** What a frame says. */
export interface FrameReading {
  readonly protocol: ProtocolId
  readonly recognised?: FoundProtocol
  /** Whose mapping was used; absent when no model reads it. */
  readonly model?: ModelId
  readonly kind?: KindId
  /** Every model that was tried, the best first. Bytes alone do not always tell two models apart. */
  readonly tried: readonly TriedModel[]
  readonly outcome: { readonly ok: true; readonly readings: readonly FoundReading[]; readonly valueless?: true } | Extract<Decoded, { ok: false }>
  /** Absent: the protocol does not explain. */
  readonly explanation?: Explanation
}

/** Why a question has no answer. */
export interface FrameQuestionProblem {
  readonly wrong: 'protocol' | 'model' | 'bytes'
  readonly detail: string
}

/** A frame to try things out with, from a protocol's own test vectors. */
export interface ExampleFrame {
  readonly protocol: ProtocolId
  readonly model: ModelId
  readonly name: string
  /** In hexadecimal. */
  readonly hex: string
  /** Where the frame comes from. */
  readonly source: string
  /** Why it is refused, where it is. */
  readonly reason?: RejectReason
}

/** What a protocol is, for people who choose one. */
export interface ProtocolFacts {
  readonly id: ProtocolId
  readonly title: Title
  readonly channels: readonly Channel[]
  readonly models: readonly ModelId[]
  /** Tells what each byte means. */
  readonly explains: boolean
  /** Knows its own frames among others. */
  readonly recognises: boolean
  readonly examples: readonly ExampleFrame[]
}

/** Reads single frames for people, outside the journal: nothing is stored. */
export interface FrameReader {
  protocols(): readonly ProtocolFacts[]
  /** Frames of one model to try things out with: none where there is no vector of it. */
  examplesOf(model: ModelId): readonly ExampleFrame[]
  read(question: FrameQuestion): FrameReading | FrameQuestionProblem
  /** The bytes as they may be shown: passwords in them are masked, whatever protocol they are of. */
  shown(bytes: Uint8Array): MaskedBytes
}
