import fc from 'fast-check'
import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'
import { decodeTile } from '../../dashboard/live/tile-codec.ts'

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
  },
  { requiredKeys: ['device', 'kind', 'latE6', 'lonE6', 'ageMs', 'gone', 'flagged', 'simulated', 'stale'] },
)
const tile = fc.record({
  sentAtMs: fc.integer({ min: 0, max: 2 ** 45 }),
  revision: fc.integer({ min: 0, max: 2 ** 50 }),
  previousRevision: fc.integer({ min: 0, max: 2 ** 50 }),
  marks: fc.array(mark, { maxLength: 20 }),
  snapshotPart: fc.nat({ max: 2 ** 31 - 1 }),
})

describe('the tile reader', () => {
  it('reads what protobufjs reflection writes from the .proto', () => {
    fc.assert(
      fc.property(tile, made => {
        const read = decodeTile(TileMessage.encode(TileMessage.fromObject(made)).finish())
        expect(read).toEqual({
          sentAtMs: made.sentAtMs,
          revision: made.revision,
          previousRevision: made.previousRevision,
          snapshotPart: made.snapshotPart,
          marks: made.marks.map(({ latE6, lonE6, speed, ...rest }) => ({
            ...rest,
            lat: latE6 / 1e6,
            lon: lonE6 / 1e6,
            ...(speed !== undefined && { speedKmh: speed }),
          })),
        })
      }),
    )
  })

  it('passes over fields it does not know', () => {
    const writer = protobuf.Writer.create()
    writer.uint32((99 << 3) | 2).string('from a later version')
    writer.uint32((1 << 3) | 0).int64(5)
    writer.uint32((98 << 3) | 1).fixed64(7)
    expect(decodeTile(writer.finish())).toEqual({ sentAtMs: 5, revision: 0, previousRevision: 0, marks: [], snapshotPart: 0 })
  })

  it('refuses a tile cut anywhere inside its last field, and never hangs', () => {
    const whole = TileMessage.encode(
      TileMessage.fromObject({ sentAtMs: 1, revision: 2, marks: [{ device: 'bus-1', kind: 'bus', latE6: 31_000_000, lonE6: 121_000_000 }] }),
    ).finish()
    for (let length = whole.length - 1; length > 5; length -= 1) expect(() => decodeTile(whole.subarray(0, length))).toThrow()
  })

  it('answers or throws, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        try {
          expect(decodeTile(bytes).marks.length).toBeLessThanOrEqual(bytes.length)
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
      }),
    )
  })
})
