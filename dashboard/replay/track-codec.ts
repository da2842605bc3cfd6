import protobuf from 'protobufjs/minimal.js'

/** What an answer begins with. Times are milliseconds since 1970. */
export interface TracksHead {
  readonly fromMs: number
  readonly toMs: number
  readonly devices: number
  /** 0: every fix as it is stored. */
  readonly stepMs: number
}

/** Something began or ended. */
export interface TrackEvent {
  readonly at: number
  /** `FIELD`, `alarm:NAME`, `outOfRange:FIELD`, `quality:FIELD:WORD`, `clockSuspect`. */
  readonly what: string
  readonly began: boolean
}

/** Fixes of one device that follow those before. Columns are sums already: milliseconds, millionths of degrees; speed and heading as in the .proto file. */
export interface TrackPart {
  readonly device: string
  readonly kind: string
  readonly name: string
  readonly org: string
  readonly simulated: boolean
  readonly staleAfterS: number
  readonly at: readonly number[]
  readonly latE6: readonly number[]
  readonly lonE6: readonly number[]
  readonly speed: readonly number[]
  readonly heading: readonly number[]
  readonly gaps: readonly number[]
  readonly events: readonly TrackEvent[]
  readonly leftOut: number
}

/** What an answer ends with. */
export interface TracksEnd {
  readonly fixes: number
  readonly tracks: number
  readonly devicesCut: number
}

export type TracksPart =
  | { readonly type: 'head'; readonly head: TracksHead }
  | { readonly type: 'track'; readonly track: TrackPart }
  | { readonly type: 'end'; readonly end: TracksEnd }

/** No part is longer: bytes that claim more are no answer of the gateway. */
const LONGEST_PART = 8 * 1024 * 1024

/**
 * Cuts a stream of bytes into the parts of `citygate.tracks.v1` (proto/citygate/tracks/v1/tracks.proto). Written by hand over the wire reader, as the live tiles' is: the
 * page's content security policy forbids code made at run time.
 */
export class PartReader {
  #rest: Uint8Array = new Uint8Array(0)

  /** Whether bytes of a part are left that has not come whole. */
  get unfinished(): boolean {
    return this.#rest.length > 0
  }

  /** The parts that are whole now. Throws a RangeError for bytes that are no parts. */
  *read(chunk: Uint8Array): Generator<TracksPart> {
    const bytes = joined(this.#rest, chunk)
    let from = 0
    for (;;) {
      const length = lengthAt(bytes, from)
      if (length === undefined || length.bodyAt + length.value > bytes.length) break
      const part = decodePart(bytes.subarray(length.bodyAt, length.bodyAt + length.value))
      from = length.bodyAt + length.value
      if (part) yield part
    }
    this.#rest = bytes.slice(from)
  }
}

function joined(before: Uint8Array, after: Uint8Array): Uint8Array {
  if (before.length === 0) return after
  const both = new Uint8Array(before.length + after.length)
  both.set(before)
  both.set(after, before.length)
  return both
}

/** The varint that stands before a part; undefined while it has not come whole. */
function lengthAt(bytes: Uint8Array, from: number): { readonly value: number; readonly bodyAt: number } | undefined {
  let value = 0
  for (let index = 0; index < 5; index++) {
    const byte = bytes[from + index]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte >= 0x80) continue
    if (value > LONGEST_PART) break
    return { value, bodyAt: from + index + 1 }
  }
  throw new RangeError('no part is so long')
}

function decodePart(bytes: Uint8Array): TracksPart | undefined {
  const reader = protobuf.Reader.create(bytes)
  let part: TracksPart | undefined
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag === key(1, BYTES)) part = { type: 'head', head: decodeHead(inner(reader)) }
    else if (tag === key(2, BYTES)) part = { type: 'track', track: decodeTrack(inner(reader)) }
    else if (tag === key(3, BYTES)) part = { type: 'end', end: decodeEnd(inner(reader)) }
    else reader.skipType(tag & 7)
  }
  return part
}

function decodeHead(reader: protobuf.Reader): TracksHead {
  const head = { fromMs: 0, toMs: 0, devices: 0, stepMs: 0 }
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag === key(1, VARINT)) head.fromMs = Number(reader.int64())
    else if (tag === key(2, VARINT)) head.toMs = Number(reader.int64())
    else if (tag === key(3, VARINT)) head.devices = reader.uint32()
    else if (tag === key(4, VARINT)) head.stepMs = reader.uint32()
    else reader.skipType(tag & 7)
  }
  return head
}

function decodeEnd(reader: protobuf.Reader): TracksEnd {
  const end = { fixes: 0, tracks: 0, devicesCut: 0 }
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag === key(1, VARINT)) end.fixes = reader.uint32()
    else if (tag === key(2, VARINT)) end.tracks = reader.uint32()
    else if (tag === key(3, VARINT)) end.devicesCut = reader.uint32()
    else reader.skipType(tag & 7)
  }
  return end
}

function decodeTrack(reader: protobuf.Reader): TrackPart {
  const track = { device: '', kind: '', name: '', org: '', simulated: false, staleAfterS: 0, leftOut: 0 }
  const columns = { at: none, latE6: none, lonE6: none, speed: none, heading: none, gaps: none }
  const events: TrackEvent[] = []
  let startMs = 0
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag === key(1, BYTES)) track.device = reader.string()
    else if (tag === key(2, BYTES)) track.kind = reader.string()
    else if (tag === key(3, BYTES)) track.name = reader.string()
    else if (tag === key(4, BYTES)) track.org = reader.string()
    else if (tag === key(5, VARINT)) track.simulated = reader.bool()
    else if (tag === key(6, VARINT)) track.staleAfterS = reader.uint32()
    else if (tag === key(7, VARINT)) startMs = Number(reader.int64())
    else if (tag === key(8, BYTES)) columns.at = numbers(inner(reader), unsigned)
    else if (tag === key(9, BYTES)) columns.latE6 = numbers(inner(reader), signed)
    else if (tag === key(10, BYTES)) columns.lonE6 = numbers(inner(reader), signed)
    else if (tag === key(11, BYTES)) columns.speed = numbers(inner(reader), signed)
    else if (tag === key(12, BYTES)) columns.heading = numbers(inner(reader), signed)
    else if (tag === key(13, BYTES)) columns.gaps = numbers(inner(reader), unsigned)
    else if (tag === key(14, BYTES)) events.push(decodeEvent(inner(reader)))
    else if (tag === key(15, VARINT)) track.leftOut = reader.uint32()
    else reader.skipType(tag & 7)
  }
  const fixes = columns.at.length
  if ([columns.latE6, columns.lonE6, columns.speed, columns.heading].some(column => column.length !== fixes))
    throw new RangeError('the columns of a track differ in length')
  return {
    ...track,
    at: sums(columns.at, startMs),
    latE6: sums(columns.latE6, 0),
    lonE6: sums(columns.lonE6, 0),
    speed: sums(columns.speed, 0),
    heading: sums(columns.heading, 0),
    gaps: columns.gaps,
    events,
  }
}

function decodeEvent(reader: protobuf.Reader): TrackEvent {
  const event = { at: 0, what: '', began: false }
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag === key(1, VARINT)) event.at = Number(reader.int64())
    else if (tag === key(2, BYTES)) event.what = reader.string()
    else if (tag === key(3, VARINT)) event.began = reader.bool()
    else reader.skipType(tag & 7)
  }
  return event
}

const none: readonly number[] = []
const signed = (reader: protobuf.Reader): number => reader.sint32()
const unsigned = (reader: protobuf.Reader): number => reader.uint32()

/** A reader of the bytes of an embedded message, or of a packed column. */
function inner(reader: protobuf.Reader): protobuf.Reader {
  return protobuf.Reader.create(reader.bytes())
}

function numbers(reader: protobuf.Reader, next: (reader: protobuf.Reader) => number): readonly number[] {
  const found: number[] = []
  while (reader.pos < reader.len) found.push(next(reader))
  return found
}

function sums(differences: readonly number[], start: number): readonly number[] {
  let sum = start
  return differences.map(difference => {
    sum += difference
    return sum
  })
}

// Wire types of the protobuf encoding (protobuf.dev, "Encoding", Message Structure).
const VARINT = 0
const BYTES = 2

function key(field: number, wireType: number): number {
  return (field << 3) | wireType
}
