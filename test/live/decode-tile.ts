import { readFileSync } from 'node:fs'
import protobuf from 'protobufjs'
import { z } from 'zod'

const type = protobuf.parse(readFileSync(new URL('../../proto/citygate/live/v1/live.proto', import.meta.url), 'utf8')).root.lookupType('citygate.live.v1.Tile')

const tile = z.object({
  sentAtMs: z.number(),
  revision: z.number(),
  previousRevision: z.number(),
  snapshotPart: z.number(),
  snapshotParts: z.number(),
  marks: z.array(
    z.object({
      device: z.string(),
      kind: z.string(),
      latE6: z.number(),
      lonE6: z.number(),
      ageMs: z.number(),
      heading: z.number().optional(),
      speed: z.number().optional(),
      gone: z.boolean(),
      flagged: z.boolean(),
      simulated: z.boolean(),
      stale: z.boolean(),
      number: z.number(),
    }),
  ),
  moves: z
    .object({
      numbers: z.array(z.number()),
      places: z.array(z.number()),
      headings: z.instanceof(Uint8Array),
      speeds: z.array(z.number()),
      agesMs: z.array(z.number()),
    })
    .nullable(),
})

/** A tile as a client that knows nothing but the .proto file reads it. */
export type DecodedTile = z.infer<typeof tile>

export function decodeTile(payload: Uint8Array | string): DecodedTile {
  if (typeof payload === 'string') throw new Error('a tile is binary')
  return tile.parse(type.toObject(type.decode(payload), { longs: Number, defaults: true, arrays: true }))
}
