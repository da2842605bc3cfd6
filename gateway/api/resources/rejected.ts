import { z } from 'zod'
import type { AccountBook, RejectedFrame } from '../../model/account.ts'
import { bytesJson } from '../decoded-json.ts'
import { timeText } from '../device-json.ts'
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

const paging = z.object({
  before: offsetParameter('Only frames before this journal offset: the `next` of the page before.'),
  limit: integerParameter({ least: 1, most: 1000, usual: 100, description: 'Frames on a page.' }),
})

/** How many frames are looked through for one page of a token whose own are few among many. */
const MOST_LOOKED_AT = 10_000
const LOOKED_AT_ONCE = 1000

/** Frames that gave no reading. */
export function rejectedRoutes(sources: ApiSources): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/rejected',
      id: 'listRejected',
      tag: 'Account',
      summary: 'Rejected frames of all devices the asker may see, newest first, with bytes and reason',
      description: 'A page of a token may hold fewer frames than `limit` and yet have a `next`.',
      for: 'read',
      caching: 'no-store',
      query: paging,
      response: RejectedSchema,
      handle: ({ query, asker }) => {
        const scope = new Scope(asker, sources)
        const page = scope.overall ? pageOf(sources.account, query) : pageOfScope(sources, scope, query)
        return { frames: page.frames.map(frame => frameJson(frame, sources)), ...(page.next !== undefined && { next: page.next }) }
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
      query: paging,
      response: RejectedSchema,
      handle: ({ params, query, asker }) => {
        const { device } = new Scope(asker, sources).device(params.device)
        const page = pageOf(sources.account, { ...query, device: device.id })
        return { frames: page.frames.map(frame => frameJson(frame, sources)), ...(page.next !== undefined && { next: page.next }) }
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

function pageOfScope({ account, directory }: ApiSources, scope: Scope, asked: Asked): RejectedPage {
  const frames: RejectedFrame[] = []
  let before = asked.before
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += LOOKED_AT_ONCE) {
    const page = pageOf(account, { before, limit: LOOKED_AT_ONCE })
    for (const frame of page.frames) {
      const device = directory.get(frame.device)
      if (device === undefined || !scope.sees(device)) continue
      if (frames.length === asked.limit) return { frames, next: frames.at(-1)?.offset }
      frames.push(frame)
    }
    if (page.next === undefined) return { frames, next: undefined }
    before = page.next
  }
  return { frames, next: before }
}

function frameJson(frame: RejectedFrame, { frames }: ApiSources): z.input<typeof RejectedFrameSchema> {
  return {
    offset: frame.offset,
    device: frame.device,
    channel: frame.channel,
    receivedAt: timeText(frame.receivedAt),
    ...bytesJson(frames.shown(frame.payload)),
    reason: frame.reason,
    detail: frame.detail,
  }
}
