import { readFile } from 'node:fs/promises'
import protobuf from 'protobufjs'

/** A tile as `proto/citygate/live/v1/live.proto` has it. */
export interface TileMessage {
  readonly sentAtMs: number
  readonly revision: number
  readonly previousRevision: number
  readonly marks: readonly MarkMessage[]
  readonly snapshotPart?: number
  readonly snapshotParts?: number
  readonly moves?: MovesMessage
}

/** A device on the map, or one that left the cell. Optional members are left out of the bytes. */
export interface MarkMessage {
  readonly device: string
  readonly kind?: string
  readonly latE6?: number
  readonly lonE6?: number
  readonly ageMs?: number
  readonly heading?: number
  readonly speed?: number
  readonly gone?: true
  readonly flagged?: true
  readonly simulated?: true
  readonly stale?: true
  readonly number?: number
}

/** What only moved, in columns of one length. */
export interface MovesMessage {
  readonly numbers: readonly number[]
  readonly places: readonly number[]
  readonly headings?: Uint8Array
  readonly speeds?: readonly number[]
  readonly agesMs: readonly number[]
}

/** Makes tiles into bytes. */
export interface TileCodec {
  encode(tile: TileMessage): Uint8Array
}

/** Reads the .proto file: the contract and the code can not drift apart. */
export async function loadTileCodec(): Promise<TileCodec> {
  const source = await readFile(new URL('../../proto/citygate/live/v1/live.proto', import.meta.url), 'utf8')
  const type = protobuf.parse(source).root.lookupType('citygate.live.v1.Tile')
  return { encode: tile => type.encode(tile).finish() }
}
