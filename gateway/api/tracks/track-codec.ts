import { readFile } from 'node:fs/promises'
import protobuf from 'protobufjs'

/** A part of an answer with tracks, as `proto/citygate/tracks/v1/tracks.proto` has it. */
export type TracksPart = { readonly head: HeadMessage } | { readonly track: TrackMessage } | { readonly end: EndMessage }

interface HeadMessage {
  readonly fromMs: number
  readonly toMs: number
  readonly devices: number
  readonly stepMs: number
}

/** Columns are differences: see the .proto file. */
export interface TrackMessage {
  readonly device: string
  readonly kind: string
  readonly name?: string
  readonly org: string
  readonly simulated?: true
  readonly staleAfterS: number
  readonly startMs: number
  readonly atMs: readonly number[]
  readonly latE6: readonly number[]
  readonly lonE6: readonly number[]
  readonly speed: readonly number[]
  readonly heading: readonly number[]
  readonly gaps: readonly number[]
  readonly events: readonly EventMessage[]
  readonly leftOut: number
}

/** Something that began or ended: `door`, `alarm:overspeed`, `outOfRange:speed`. */
export interface EventMessage {
  readonly atMs: number
  readonly what: string
  readonly began: boolean
}

interface EndMessage {
  readonly fixes: number
  readonly tracks: number
  readonly devicesCut: number
}

/** Makes parts into bytes, each with its length before it. */
export interface TrackCodec {
  encode(part: TracksPart): Uint8Array
}

/** Reads the .proto file: the contract and the code can not drift apart. */
export async function loadTrackCodec(): Promise<TrackCodec> {
  const source = await readFile(new URL('../../../proto/citygate/tracks/v1/tracks.proto', import.meta.url), 'utf8')
  const type = protobuf.parse(source).root.lookupType('citygate.tracks.v1.Part')
  return { encode: part => type.encodeDelimited(part).finish() }
}
