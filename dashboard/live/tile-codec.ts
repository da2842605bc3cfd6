import protobuf from 'protobufjs/minimal.js'
import { decodeMoves, type Move } from './moves-codec.ts'

/** One device in a tile. */
export interface TileMark {
  readonly device: string
  readonly kind: string
  /** WGS-84 degrees. */
  readonly lat: number
  readonly lon: number
  /** Milliseconds between the newest reading's event time and the sending of the tile; a little below zero when clocks differ. */
  readonly ageMs: number
  /** Degrees clockwise from north. */
  readonly heading?: number
  readonly speedKmh?: number
  readonly gone: boolean
  readonly flagged: boolean
  readonly simulated: boolean
  /** It said that it is gone. */
  readonly stale: boolean
  /** By which moves of its cell name it from now on; 0 of one that is gone. */
  readonly number: number
}

/** The changed devices of one geohash cell. */
export interface Tile {
  readonly sentAtMs: number
  readonly revision: number
  readonly previousRevision: number
  readonly marks: readonly TileMark[]
  /** 0: changes. 1 and on: parts of the snapshot that greets a new subscription; the revision is the one the next frame of changes follows on. */
  readonly snapshotPart: number
  /** How many parts the snapshot has. */
  readonly snapshotParts: number
  /** What only moved. */
  readonly moves: readonly Move[]
}

/**
 * Reads `citygate.live.v1.Tile` (proto/citygate/live/v1/live.proto). Written by hand over the wire reader: protobufjs' reflection builds its decoders with `Function`,
 * which the page's content security policy forbids. Unknown fields are skipped. Throws an Error for bytes that are no
 * tile, a RangeError where they end too early or do not fit one another.
 */
export function decodeTile(bytes: Uint8Array): Tile {
  const reader = protobuf.Reader.create(bytes)
  let sentAtMs = 0
  let revision = 0
  let previousRevision = 0
  const marks: TileMark[] = []
  let snapshotPart = 0
  let snapshotParts = 0
  let moves: readonly Move[] | undefined
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag === key(1, VARINT)) sentAtMs = Number(reader.int64())
    else if (tag === key(2, VARINT)) revision = Number(reader.uint64())
    else if (tag === key(3, VARINT)) previousRevision = Number(reader.uint64())
    else if (tag === key(4, BYTES)) marks.push(decodeMark(reader, reader.uint32()))
    else if (tag === key(5, VARINT)) snapshotPart = reader.uint32()
    else if (tag === key(6, BYTES) && moves === undefined) moves = decodeMoves(reader, reader.uint32())
    else if (tag === key(7, VARINT)) snapshotParts = reader.uint32()
    else if (tag === key(6, BYTES)) throw new RangeError('a tile tells its moves twice')
    else reader.skipType(tag & 7)
  }
  return { sentAtMs, revision, previousRevision, marks, snapshotPart, snapshotParts, moves: moves ?? [] }
}

function decodeMark(reader: protobuf.Reader, length: number): TileMark {
  const end = reader.pos + length
  if (end > reader.len) throw new RangeError('a mark ends beyond its tile')
  const mark: { -readonly [K in keyof TileMark]: TileMark[K] } = {
    device: '',
    kind: '',
    lat: 0,
    lon: 0,
    ageMs: 0,
    gone: false,
    flagged: false,
    simulated: false,
    stale: false,
    number: 0,
  }
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag === key(1, BYTES)) mark.device = reader.string()
    else if (tag === key(2, BYTES)) mark.kind = reader.string()
    else if (tag === key(3, VARINT)) mark.lat = reader.sint32() / 1e6
    else if (tag === key(4, VARINT)) mark.lon = reader.sint32() / 1e6
    else if (tag === key(5, VARINT)) mark.ageMs = Number(reader.sint64())
    else if (tag === key(6, FIXED32)) mark.heading = reader.float()
    else if (tag === key(7, FIXED32)) mark.speedKmh = reader.float()
    else if (tag === key(8, VARINT)) mark.gone = reader.bool()
    else if (tag === key(9, VARINT)) mark.flagged = reader.bool()
    else if (tag === key(10, VARINT)) mark.simulated = reader.bool()
    else if (tag === key(11, VARINT)) mark.stale = reader.bool()
    else if (tag === key(12, VARINT)) mark.number = reader.uint32()
    else reader.skipType(tag & 7)
  }
  return mark
}

// Wire types of the protobuf encoding (protobuf.dev, "Encoding", Message Structure).
const VARINT = 0
const BYTES = 2
const FIXED32 = 5

function key(field: number, wireType: number): number {
  return (field << 3) | wireType
}
