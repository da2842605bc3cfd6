import fc from 'fast-check'
import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'
import { decodeTile, type Tile } from '../../dashboard/live/tile-codec.ts'

const root = protobuf.loadSync(new URL('../../proto/citygate/live/v1/live.proto', import.meta.url).pathname)
const TileMessage = root.lookupType('citygate.live.v1.Tile')

const mark = fc.record(
  {
    device: fc.string({ maxLength: 64 }),
    kind: fc.string({ maxLength: 20 }),
    latE6: fc.integer({ min: -90e6, max: 90e6 }),
    lonE6: fc.integer({ min: -180e6, max: 180e6 }),
    ageMs: fc.integer({ min: -60_000, max: 2 ** 45 }),
    heading: fc.float({ min: 0, max: 360, noNaN: true }),
    speed: fc.float({ min: 0, max: 200, noNaN: true }),
    gone: fc.boolean(),
    flagged: fc.boolean(),
    simulated: fc.boolean(),
    stale: fc.boolean(),
    number: fc.nat(0xffff_ffff),
  },
  { requiredKeys: ['device', 'kind', 'latE6', 'lonE6', 'ageMs', 'gone', 'flagged', 'simulated', 'stale', 'number'] },
)
/** A row of what only moved: speeds and headings are unknown or not. */
const row = fc.record({
  more: fc.integer({ min: 1, max: 40_000 }),
  north: fc.nat(65_535),
  east: fc.nat(65_535),
  heading: fc.oneof(fc.nat(239), fc.constant(255)),
  speed: fc.nat(0xffff_ffff),
  ageMs: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
})
type Row = typeof row extends fc.Arbitrary<infer T> ? T : never
const columns = (rows: readonly Row[]) => ({
  numbers: rows.map(({ more }) => more),
  places: rows.map(({ north, east }) => north * 65_536 + east),
  ...(rows.some(({ heading }) => heading !== 255) && { headings: Uint8Array.from(rows, ({ heading }) => heading) }),
  ...(rows.some(({ speed }) => speed !== 0) && { speeds: rows.map(({ speed }) => speed) }),
  agesMs: rows.map(({ ageMs }) => ageMs),
})
const tile = fc.record({
  sentAtMs: fc.integer({ min: 0, max: 2 ** 45 }),
  revision: fc.integer({ min: 0, max: 2 ** 50 }),
  previousRevision: fc.integer({ min: 0, max: 2 ** 50 }),
  marks: fc.array(mark, { maxLength: 20 }),
  snapshotPart: fc.nat({ max: 2 ** 31 - 1 }),
  snapshotParts: fc.nat({ max: 2 ** 31 - 1 }),
  moved: fc.array(row, { maxLength: 20 }),
})
const encode = ({ moved, ...made }: { readonly moved: readonly Row[] }): Uint8Array =>
  TileMessage.encode(TileMessage.fromObject({ ...made, ...(moved.length > 0 && { moves: columns(moved) }) })).finish()
/** The tile, or the error that says why it is none. */
const attempt = (bytes: Uint8Array): Tile | Error => {
  try {
    return decodeTile(bytes)
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
}

describe('the tile reader', () => {
  it('reads what protobufjs reflection writes from the .proto', () => {
    fc.assert(
      fc.property(tile, made => {
        const read = decodeTile(encode(made))
        let number = 0
        expect(read).toEqual({
          sentAtMs: made.sentAtMs,
          revision: made.revision,
          previousRevision: made.previousRevision,
          snapshotPart: made.snapshotPart,
          snapshotParts: made.snapshotParts,
          marks: made.marks.map(({ latE6, lonE6, speed, ...rest }) => ({
            ...rest,
            lat: latE6 / 1e6,
            lon: lonE6 / 1e6,
            ...(speed !== undefined && { speedKmh: speed }),
          })),
          moves: made.moved.map(({ more, north, east, heading, speed, ageMs }) => {
            number += more
            return {
              number,
              north: (north + 0.5) / 65_536,
              east: (east + 0.5) / 65_536,
              ageMs,
              ...(heading !== 255 && { heading: heading * 1.5 }),
              ...(speed > 0 && { speedKmh: speed - 1 }),
            }
          }),
        })
      }),
    )
  })

  it('passes over fields it does not know', () => {
    const writer = protobuf.Writer.create()
    writer.uint32((99 << 3) | 2).string('from a later version')
    writer.uint32((1 << 3) | 0).int64(5)
    writer.uint32((98 << 3) | 1).fixed64(7)
    expect(decodeTile(writer.finish())).toEqual({ sentAtMs: 5, revision: 0, previousRevision: 0, marks: [], snapshotPart: 0, snapshotParts: 0, moves: [] })
  })

  it('refuses a tile cut anywhere inside its last field, and never hangs', () => {
    const whole = TileMessage.encode(
      TileMessage.fromObject({ sentAtMs: 1, revision: 2, marks: [{ device: 'bus-1', kind: 'bus', latE6: 31_000_000, lonE6: 121_000_000 }] }),
    ).finish()
    for (let length = whole.length - 1; length > 5; length -= 1) expect(() => decodeTile(whole.subarray(0, length))).toThrow()
  })

  it('answers or throws an error, for any bytes, and never with more than they can hold', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        const answer = attempt(bytes)
        if (!(answer instanceof Error)) expect(answer.marks.length + answer.moves.length).toBeLessThanOrEqual(bytes.length)
      }),
    )
  })

  it('answers or throws an error for a tile cut at any byte, and for one with any byte changed', () => {
    fc.assert(
      fc.property(tile, fc.integer({ min: 1, max: 255 }), (made, change) => {
        const whole = encode(made)
        for (let at = 0; at < whole.length; at += 1) {
          attempt(whole.subarray(0, at))
          const changed = whole.slice()
          changed[at] = (changed[at] ?? 0) ^ change
          const answer = attempt(changed)
          if (!(answer instanceof Error)) expect(answer.marks.length + answer.moves.length).toBeLessThanOrEqual(whole.length)
        }
      }),
      { numRuns: 50 },
    )
  })

  it.each([
    ['columns of different lengths', { numbers: [1, 1], places: [5, 6], agesMs: [1] }],
    ['a column that is too short for what is known', { numbers: [1, 1], places: [5, 6], agesMs: [1, 2], speeds: [3] }],
    ['the same number twice', { numbers: [3, 0], places: [5, 6], agesMs: [1, 2] }],
    ['numbers that run over', { numbers: [0xffff_ffff, 1], places: [5, 6], agesMs: [1, 2] }],
  ])('refuses moves with %s', (_, moves) => {
    expect(() => decodeTile(TileMessage.encode(TileMessage.fromObject({ moves })).finish())).toThrow(RangeError)
  })

  it('refuses moves that are told twice, or whose column leaves its message', () => {
    const moves = TileMessage.encode(TileMessage.fromObject({ moves: { numbers: [1], places: [2], agesMs: [3] } })).finish()
    expect(() => decodeTile(Buffer.concat([moves, moves]))).toThrow(RangeError)
    expect(() => decodeTile(Uint8Array.of(0x32, 2, 0x0a, 100, 1, 1))).toThrow(RangeError)
    expect(() => decodeTile(Uint8Array.of(0x32, 3, 0x0a, 1, 0x80, 0x01))).toThrow(RangeError)
  })
})
