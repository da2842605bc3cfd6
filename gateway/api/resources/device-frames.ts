import { z } from 'zod'
import type { RejectedFrame } from '../../model/account.ts'
import type { Device } from '../../model/device.ts'
import type { JournalledFrame } from '../../model/frame.ts'
import { bytesJson, decodedJson } from '../decoded-json.ts'
import { timeText } from '../device-json.ts'
import { DecodedFrameSchema, DeviceFramesSchema } from '../frame-schemas.ts'
import { type FoundFrame, FrameSearch } from '../frame-search.ts'
import type { ApiSources } from '../options.ts'
import { idParameter, integerParameter, offsetParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'
import { Scope } from '../scope.ts'

/** Rejected frames looked up in the book, for their reasons: as many as it keeps of a device. */
const REJECTED_KEPT = 100

type FrameJson = z.input<typeof DeviceFramesSchema>['frames'][number]

/** The frames of a device as they came. */
export function deviceFrameRoutes(sources: ApiSources): readonly Route[] {
  const search = new FrameSearch(sources.journal)
  return [
    route({
      method: 'get',
      path: '/api/v1/devices/{device}/frames',
      id: 'listDeviceFrames',
      tag: 'Frames',
      summary: 'The newest frames of one device as they came, from the journal, with what became of them',
      description:
        'The journal is searched from its end backwards, at most 100,000 frames of all devices for one answer: a page may hold fewer frames than `limit`, even none, and yet have a `next`. What became of a frame whose reason is no longer kept is found out by reading it again.',
      for: 'read',
      caching: 'no-store',
      problems: [404, 503],
      params: z.object({ device: idParameter('A device’s id.') }),
      query: z.object({
        before: offsetParameter('Only frames before this journal offset: the `next` of the page before.'),
        limit: integerParameter({ least: 1, most: 100, usual: 20, description: 'Frames on a page.' }),
      }),
      response: DeviceFramesSchema,
      handle: async ({ params, query, asker }) => {
        const { device } = new Scope(asker, sources).device(params.device)
        const { frames, searched, next } = await search.newest(device.id, query.before, query.limit)
        const before = frames[0] && frames[0].offset + 1
        const rejected = new Map(
          sources.account
            .rejectedFrames({ device: device.id, ...(before !== undefined && { before }), limit: REJECTED_KEPT })
            .map(frame => [frame.offset, frame]),
        )
        const protocol = sources.catalogue.model(device.model)?.model.protocol
        return {
          frames: frames.map(frame => frameJson(frame, rejected.get(frame.offset), device, sources)),
          ...(protocol !== undefined && { protocol }),
          searched,
          ...(next !== undefined && { next }),
        }
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/devices/{device}/frames/{offset}',
      id: 'explainDeviceFrame',
      tag: 'Frames',
      summary: 'What one frame of a device says, read by the device’s model from the journal',
      description: 'As `POST /decode` answers, of bytes as they came: passwords among them are masked in the answer alone.',
      for: 'read',
      caching: 'no-store',
      problems: [404],
      params: z.object({
        device: idParameter('A device’s id.'),
        offset: z
          .string()
          .regex(/^\d{1,15}$/, 'must be the `offset` of a frame')
          .transform(Number)
          .meta({ type: 'integer', minimum: 0, description: 'The frame’s place in the journal.', pattern: undefined }),
      }),
      response: DecodedFrameSchema,
      handle: async ({ params, asker }) => {
        const { device } = new Scope(asker, sources).device(params.device)
        const frame = await frameAt(sources, device.id, params.offset)
        const { payload: bytes, receivedAt } = frame
        const read = sources.frames.read({ bytes, model: device.model, receivedAt })
        if ('wrong' in read) throw new Problem(404, 'FRAME_UNKNOWN', `The frame can not be read: ${read.detail}.`)
        return decodedJson(read, sources.frames.shown(bytes), receivedAt)
      },
    }),
  ]
}

/** A frame of the device that the journal still has. */
async function frameAt({ journal }: ApiSources, device: string, offset: number): Promise<JournalledFrame> {
  const there = offset >= journal.start && offset < journal.end
  const [frame] = there ? await journal.read(offset) : []
  if (frame?.offset === offset && frame.device === device) return frame
  throw new Problem(404, 'FRAME_UNKNOWN', `The journal has no frame ${offset} of ${device}: it was let go, or is of another device.`)
}

function frameJson(frame: FoundFrame, rejected: RejectedFrame | undefined, device: Device, sources: ApiSources): FrameJson {
  return {
    offset: frame.offset,
    channel: frame.channel,
    receivedAt: timeText(frame.receivedAt),
    ...bytesJson(sources.frames.shown(frame.payload)),
    length: frame.length,
    ...(rejected ? { verdict: 'rejected', reason: rejected.reason, detail: rejected.detail } : readAgain(frame, device, sources)),
  }
}

/** What the device's model makes of it now. A frame that is kept in part only cannot be read again: it was not among the rejected ones. */
function readAgain(frame: FoundFrame, device: Device, { frames }: ApiSources): Pick<FrameJson, 'verdict' | 'reason' | 'detail'> {
  if (frame.length > frame.payload.length || frame.length === 0) return { verdict: 'accepted' }
  const read = frames.read({ bytes: frame.payload, model: device.model, receivedAt: frame.receivedAt, explain: false })
  if ('wrong' in read || read.outcome.ok) return { verdict: 'accepted' }
  return { verdict: 'rejected', reason: read.outcome.reason, detail: read.outcome.detail }
}
