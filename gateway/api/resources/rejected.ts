import { z } from 'zod'
import type { AccountBook, RejectedFrame } from '../../model/account.ts'
import { bytesJson } from '../decoded-json.ts'
import { timeText } from '../device-json.ts'
import { isNarrow, narrowing, partOf } from '../narrowing.ts'
import type { ApiSources } from '../options.ts'
import { idParameter, integerParameter, offsetParameter } from '../parameters.ts'
import { type Route, route } from '../route.ts'
import { RejectedFrameSchema } from '../schemas.ts'
import { Scope } from '../scope.ts'

const RejectedSchema = z
  .object({
    frames: z.array(RejectedFrameSchema),
    next: z.int().optional().meta({ description: 'The `before` of the next page; absent on the last.' }),
  })
  .meta({ id: 'RejectedFrames' })

const paging = {
  before: offsetParameter('Only frames before this journal offset: the `next` of the page before.'),
  limit: integerParameter({ least: 1, most: 1000, usual: 100, description: 'Frames on a page.' }),
}

/** How many frames are looked through for one page of a token whose own are few among many. */
const MOST_LOOKED_AT = 10_000
const LOOKED_AT_ONCE = 1000

/** Of all devices, narrower. */
const searching = narrowing.extend({
  ...paging,
  reason: z
    .string()
    .regex(/^[A-Z_]{1,40}$/, { error: 'expected a reason such as CRC_MISMATCH' })
    .optional()
    .meta({ description: 'Only frames rejected for this reason.', example: 'CRC_MISMATCH' }),
})

/** Frames that gave no reading. */
export function rejectedRoutes(sources: ApiSources): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/rejected',
      id: 'listRejected',
      tag: 'Account',
      summary: 'Rejected frames of all devices the asker may see, newest first, with bytes and reason',
      description:
        'A page that was searched for, by a reason, an organisation or a kind, or for a token, may hold fewer frames than `limit` and yet have a `next`.',
      for: 'read',
      caching: 'no-store',
      query: searching,
      response: RejectedSchema,
      handle: ({ query, asker }) => {
        const { reason } = query
        const scope = new Scope(asker, sources)
        const isWanted = partOf(scope, query)
        const ofAll = scope.overall && !isNarrow(query)
        const mine = (frame: RejectedFrame) => {
          const device = sources.directory.get(frame.device)
          return ofAll || (device !== undefined && scope.sees(device) && isWanted({ device, kind: scope.kindOf(device) }))
        }
        const found =
          ofAll && reason === undefined
            ? pageOf(sources.account, query)
            : pageOfThose(sources.account, query, frame => (reason === undefined || frame.reason === reason) && mine(frame))
        return pageJson(found, sources)
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/devices/{device}/rejected',
      id: 'listDeviceRejected',
      tag: 'Account',
      summary: 'Rejected frames of one device, newest first, with bytes and reason',
      for: 'read',
      caching: 'no-store',
      problems: [404],
      params: z.object({ device: idParameter('A device’s id.') }),
      query: z.object(paging),
      response: RejectedSchema,
      handle: ({ params, query, asker }) => {
        const { device } = new Scope(asker, sources).device(params.device)
        return pageJson(pageOf(sources.account, { ...query, device: device.id }), sources)
      },
    }),
  ]
}

interface Asked {
  readonly device?: string
  readonly before?: number | undefined
  readonly limit: number
}

interface RejectedPage {
  readonly frames: readonly RejectedFrame[]
  readonly next: number | undefined
}

/** One more than asked for is read, to know whether there is a next page. */
function pageOf(book: AccountBook, { device, before, limit }: Asked): RejectedPage {
  const found = book.rejectedFrames({ ...(device !== undefined && { device }), ...(before !== undefined && { before }), limit: limit + 1 })
  const frames = found.slice(0, limit)
  return { frames, next: found.length > limit ? frames.at(-1)?.offset : undefined }
}

/** The frames that are wanted, of as many as are looked through for one page. */
function pageOfThose(book: AccountBook, asked: Asked, wanted: (frame: RejectedFrame) => boolean): RejectedPage {
  const frames: RejectedFrame[] = []
  let before = asked.before
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += LOOKED_AT_ONCE) {
    const page = pageOf(book, { before, limit: LOOKED_AT_ONCE })
    for (const frame of page.frames) {
      if (!wanted(frame)) continue
      if (frames.length === asked.limit) return { frames, next: frames.at(-1)?.offset }
      frames.push(frame)
    }
    if (page.next === undefined) return { frames, next: undefined }
    before = page.next
  }
  return { frames, next: before }
}

function pageJson({ frames, next }: RejectedPage, sources: ApiSources): z.input<typeof RejectedSchema> {
  return { frames: frames.map(frame => frameJson(frame, sources)), ...(next !== undefined && { next }) }
}

function frameJson(frame: RejectedFrame, { frames, directory }: ApiSources): z.input<typeof RejectedFrameSchema> {
  const model = directory.get(frame.device)?.model
  return {
    offset: frame.offset,
    device: frame.device,
    ...(model !== undefined && { model }),
    channel: frame.channel,
    receivedAt: timeText(frame.receivedAt),
    ...bytesJson(frames.shown(frame.payload)),
    reason: frame.reason,
    detail: frame.detail,
  }
}
