import { z } from 'zod'
import type { DtuProbe, DtuStatus } from '../../model/dtu.ts'
import type { FrameReader } from '../../model/frame-reading.ts'
import type { Asker } from '../access.ts'
import { timeText } from '../device-json.ts'
import { LineSight } from '../line-sight.ts'
import type { ApiSources } from '../options.ts'
import { idParameter, integerParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'
import { TimeSchema } from '../schemas.ts'

/** Of a frame, for people. */
const SHOWN_BYTES = 128

const SightingSchema = z.object({
  protocol: z.string(),
  what: z.object({ en: z.string(), zh: z.string() }).meta({ description: 'What the last frame was.' }),
  sender: z.string().optional().meta({ description: 'Who sent it, where the frame says so: a unit, a meter’s address, a phone number, an MN.' }),
  frames: z.int(),
  frame: z.string().meta({ description: 'The last one, in hex; of a long one the beginning.' }),
  lastAt: TimeSchema,
})

/** One connection of a DTU. */
export const DtuSchema = z
  .object({
    id: z.string().nullable().meta({ description: 'As it registered; null: it has not said.' }),
    address: z.string().meta({ description: 'Where it dialled in from.' }),
    state: z.enum(['registering', 'waiting', 'claiming', 'attached', 'probed', 'handed-over']).meta({
      description:
        '`registering`: it has not said who it is. `waiting`: no device is linked to it, it may be adopted. `claiming`: it names a DTU that is connected, which is listened to first. `attached`: its devices are asked. `probed`: it is asked what stands behind it. `handed-over`: it speaks JT/T 808 or HJ 212.',
    }),
    since: TimeSchema,
    heardAt: TimeSchema,
    bytesIn: z.int(),
    bytesOut: z.int(),
    heartbeats: z.int(),
    registeredBy: z.string().optional().meta({ description: 'The template of its registration packet.' }),
    unit: z.int().optional().meta({ description: 'The unit its registration packet names.' }),
    devices: z.int().meta({ description: 'Devices linked to it as `dtu://ID`.' }),
    seen: z.array(SightingSchema).meta({ description: 'What it sent without being asked.' }),
    lastBytes: z.string().meta({ description: 'The last bytes it sent without being asked, in hex.' }),
    proposals: z.array(z.string()).meta({ description: 'Models that speak what was seen.' }),
  })
  .meta({ id: 'Dtu' })

/** The answer to `GET /api/v1/dtus`. */
export const DtuListSchema = z
  .object({
    listening: z.boolean().meta({ description: 'Whether the port for DTUs is open (`links.dtu`).' }),
    total: z.int().meta({ description: 'How many are connected.' }),
    dtus: z.array(DtuSchema),
    figures: z
      .object({
        connected: z.int(),
        strangers: z.int().meta({ description: 'Connections that no device is linked to.' }),
        registered: z.int(),
        heartbeats: z.int(),
        handedOver: z.int(),
        replaced: z.int().meta({ description: 'Connections that took the place of an older one of the same DTU.' }),
        refusedClaims: z.int().meta({ description: 'Connections turned away because they named a DTU that is connected from elsewhere and answers.' }),
        displaced: z.int().meta({ description: 'Strangers that gave way to newer ones.' }),
      })
      .optional(),
  })
  .meta({ id: 'DtuList' })

/** How a look at what stands behind a DTU goes. */
export const DtuProbeSchema = z
  .object({
    state: z.enum(['running', 'done', 'broken']),
    asked: z.int().meta({ description: 'Units asked so far.' }),
    of: z.int(),
    found: z.array(
      z.object({
        protocol: z.string(),
        address: z.string().meta({ description: 'The Modbus unit that answered.' }),
        asked: z.string().meta({ description: 'What it was asked for.' }),
        refused: z.string().optional().meta({ description: 'Why it refused: it is there all the same.' }),
      }),
    ),
    problem: z.string().optional().meta({ description: 'Why it was broken off.' }),
  })
  .meta({ id: 'DtuProbe' })

const unit = (usual: number, description: string) => integerParameter({ least: 1, most: 247, usual, description })
const params = z.object({ dtu: idParameter('The id a DTU registered with.') })

/** DTUs that dialled in. They belong to no organisation before they are adopted; then to those whose devices are linked to them. */
export function dtuRoutes({ directory, dtus, frames }: ApiSources): readonly Route[] {
  const sight = new LineSight(directory)
  const mine = (asker: Asker, id: string | undefined): boolean => (id === undefined ? sight.seesAll(asker) : sight.sees(asker, `dtu://${id}`))
  return [
    route({
      method: 'get',
      path: '/api/v1/dtus',
      id: 'listDtus',
      tag: 'Operation',
      summary: 'DTUs that are connected, those that wait to be adopted among them',
      description:
        'Those whose devices you maintain, all of them. Those that no device is linked to, and the figures of the port, are for whoever maintains every organisation.',
      for: 'maintain',
      caching: 'no-store',
      query: z.object({
        limit: integerParameter({ least: 1, most: 5000, usual: 1000, description: 'How many are listed, in the order of their ids, those without one last.' }),
      }),
      response: DtuListSchema,
      handle: ({ query, asker }) => {
        const all = (dtus?.list() ?? []).filter(({ id }) => mine(asker, id))
        const listed = all.slice(0, query.limit).map(dtu => dtuJson(dtu, frames))
        return { listening: dtus !== undefined, total: all.length, dtus: listed, ...(dtus && sight.seesAll(asker) && { figures: dtus.figures() }) }
      },
    }),
    route({
      method: 'post',
      path: '/api/v1/dtus/{dtu}/probe',
      id: 'probeDtu',
      tag: 'Operation',
      summary: 'Begins to ask which units behind a DTU answer',
      description: 'Two small reads for each Modbus unit, one after the other. Polls of devices behind this DTU wait until it is done.',
      for: 'maintain',
      caching: 'no-store',
      problems: [404, 503],
      params,
      query: z.object({ first: unit(1, 'The first unit that is asked.'), last: unit(16, 'The last unit that is asked.') }),
      response: DtuProbeSchema,
      handle: ({ params: { dtu }, query, asker }) => {
        if (!dtus || !mine(asker, dtu)) throw notConnected(dtu)
        return probeJson(dtus.probe(dtu, query.first, Math.max(query.first, query.last)))
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/dtus/{dtu}/probe',
      id: 'getDtuProbe',
      tag: 'Operation',
      summary: 'How the last look at what stands behind a DTU goes, or went',
      for: 'maintain',
      caching: 'no-store',
      problems: [404],
      params,
      response: DtuProbeSchema,
      handle: ({ params: { dtu }, asker }) => {
        const probe = mine(asker, dtu) ? dtus?.probed(dtu) : undefined
        if (!probe) throw notConnected(dtu)
        return probeJson(probe)
      },
    }),
  ]
}

function notConnected(dtu: string): Problem {
  return new Problem(404, 'DEVICE_UNKNOWN', `No DTU “${dtu}” is connected, or it was never probed.`)
}

function probeJson({ found, ...probe }: DtuProbe): z.input<typeof DtuProbeSchema> {
  return { ...probe, found: found.map(answer => ({ ...answer })) }
}

/** Passwords in what it sent are masked. */
function dtuJson(dtu: DtuStatus, frames: Pick<FrameReader, 'shown'>): z.input<typeof DtuSchema> {
  const { id = null, seen, since, heardAt, lastBytes, proposals, ...rest } = dtu
  return {
    ...rest,
    id,
    since: timeText(since),
    heardAt: timeText(heardAt),
    seen: seen.map(({ count, lastAt, what, frame, ...sighting }) => ({
      ...sighting,
      frame: Buffer.from(frames.shown(frame).bytes.subarray(0, SHOWN_BYTES)).toString('hex'),
      what: { en: what.en, zh: what.zh },
      frames: count,
      lastAt: timeText(lastAt),
    })),
    lastBytes: Buffer.from(frames.shown(lastBytes).bytes).toString('hex'),
    proposals: [...proposals],
  }
}
