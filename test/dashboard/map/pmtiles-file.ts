import { crc32, deflateSync } from 'node:zlib'
import protobuf from 'protobufjs/minimal.js'

/** What a tile is, as PMTiles numbers it. */
const TYPES = { vector: 1, png: 2 } as const

/** A PMTiles file (version 3) of one tile, the whole world: header of 127 bytes, root directory, metadata, tile. Nothing in it is compressed. */
export function pmtilesFile(type: keyof typeof TYPES, tile: Uint8Array, metadata: object): Buffer {
  // One entry: tile 0, once, so long, at the beginning (kept as offset + 1).
  const directory = Buffer.from(protobuf.Writer.create().uint32(1).uint32(0).uint32(1).uint32(tile.length).uint32(1).finish())
  const json = Buffer.from(JSON.stringify(metadata))
  const header = Buffer.alloc(127)
  header.write('PMTiles')
  header[7] = 3
  const parts: [number, number][] = [
    [127, directory.length],
    [127 + directory.length, json.length],
    [127 + directory.length + json.length, 0],
    [127 + directory.length + json.length, tile.length],
  ]
  for (const [index, [offset, length]] of parts.entries()) {
    header.writeBigUInt64LE(BigInt(offset), 8 + index * 16)
    header.writeBigUInt64LE(BigInt(length), 16 + index * 16)
  }
  for (const at of [72, 80, 88]) header.writeBigUInt64LE(1n, at)
  header.set([1, 1, 1, TYPES[type], 0, 0], 96)
  for (const [index, degreesE7] of [-1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000].entries()) header.writeInt32LE(degreesE7, 102 + index * 4)
  return Buffer.concat([header, directory, json, tile])
}

/** A PNG of 256 × 256 pixels of one colour. */
export function pngOf(red: number, green: number, blue: number): Buffer {
  const row = Buffer.concat([Buffer.from([0]), Buffer.concat(Array.from({ length: 256 }, () => Buffer.from([red, green, blue])))])
  const head = Buffer.alloc(13)
  head.writeUInt32BE(256, 0)
  head.writeUInt32BE(256, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const chunk = (name: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(name), data])
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    const sum = Buffer.alloc(4)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const rows = deflateSync(Buffer.concat(Array.from({ length: 256 }, () => row)))
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', rows), chunk('IEND', new Uint8Array())])
}

/** A vector tile (Mapbox Vector Tile 2.1) whose layer `water` covers it and whose layer `places` has one name in the middle of Shanghai. */
export function vectorTile(): Uint8Array {
  const zigzag = (value: number) => (value << 1) ^ (value >> 31)
  const feature = (type: number, geometry: readonly number[], tags: readonly number[]) =>
    protobuf.Writer.create().uint32(18).bytes(packed(tags)).uint32(24).uint32(type).uint32(34).bytes(packed(geometry)).finish()
  const layer = (name: string, body: Uint8Array, more: Uint8Array = new Uint8Array()) => {
    const start = protobuf.Writer.create().uint32(10).string(name).uint32(18).bytes(body).finish()
    const end = protobuf.Writer.create().uint32(40).uint32(4096).uint32(120).uint32(2).finish()
    return Buffer.concat([start, more, end])
  }
  const square = [9, zigzag(0), zigzag(0), 26, zigzag(4096), zigzag(0), zigzag(0), zigzag(4096), zigzag(-4096), zigzag(0), 15]
  const shanghai = [9, zigzag(3_430), zigzag(1_674)]
  const name = protobuf.Writer.create().uint32(10).string('上海').finish()
  const words = protobuf.Writer.create().uint32(26).string('name').uint32(34).bytes(name).finish()
  return protobuf.Writer.create()
    .uint32(26)
    .bytes(layer('water', feature(3, square, [])))
    .uint32(26)
    .bytes(layer('places', feature(1, shanghai, [0, 0]), words))
    .finish()
}

function packed(values: readonly number[]): Uint8Array {
  const writer = protobuf.Writer.create()
  for (const value of values) writer.uint32(value)
  return writer.finish()
}
