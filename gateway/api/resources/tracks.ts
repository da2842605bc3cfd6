import type { ApiSources } from '../options.ts'
import { Problem } from '../problem.ts'
import { Answer, type Route, route } from '../route.ts'
import { Scope } from '../scope.ts'
import { loadTrackCodec, type TrackCodec } from '../tracks/track-codec.ts'
import { planTracks } from '../tracks/tracks-plan.ts'
import { TracksParameters } from '../tracks/tracks-query.ts'
import { trackParts } from '../tracks/tracks-read.ts'

const PROTOBUF = 'application/x-protobuf'
/** Answers the store is read for at a time, over all askers: each takes up to millions of rows. */
const MOST_AT_A_TIME = 4
/** A period that has been over for so long seldom changes any more. */
const OVER_MS = 900_000

/** Where devices were. */
export function trackRoutes(sources: ApiSources): readonly Route[] {
  const atWork = new AtWork()
  let codec: Promise<TrackCodec> | undefined
  return [
    route({
      method: 'get',
      path: '/api/v1/tracks',
      id: 'getTracks',
      tag: 'Live',
      summary: 'Where devices that move were in a period',
      description:
        'Positions (WGS-84), speeds, headings and events of many devices, in parts as they are read: the messages of `citygate.tracks.v1`, each preceded by its length. At most 2,400 device-hours, 2,000 devices and 31 days; what asks for more is refused with what would do. What the store holds of a device is told by the organisation it belongs to now.',
      for: 'read',
      caching: 'no-store',
      problems: [404, 502, 503],
      query: TracksParameters,
      texts: { [PROTOBUF]: 'Parts as `proto/citygate/tracks/v1/tracks.proto` has them. Without its End an answer was broken off.' },
      handle: async ({ query, asker }) => {
        if (atWork.count >= MOST_AT_A_TIME)
          throw new Problem(503, 'BUSY', 'Others are reading tracks at the moment; try again in a few seconds.', { headers: { 'Retry-After': '3' } })
        codec ??= loadTrackCodec()
        const [plan, loaded] = await atWork.while(Promise.all([planTracks(query, new Scope(asker, sources), sources), codec]))
        return Answer.bytes(atWork.but(trackParts(plan, sources.series, loaded)), {
          mediaType: PROTOBUF,
          headers: { 'Cache-Control': plan.to < sources.now() - OVER_MS ? 'private, max-age=60' : 'no-store' },
        })
      },
    }),
  ]
}

/** Counts the answers for which the store is being read. While one waits for its reader it is not among them: who does not read keeps nobody else from asking. */
class AtWork {
  count = 0

  async while<T>(work: Promise<T>): Promise<T> {
    this.count += 1
    try {
      return await work
    } finally {
      this.count -= 1
    }
  }

  async *but<T>(parts: AsyncIterable<T>): AsyncGenerator<T> {
    this.count += 1
    try {
      for await (const part of parts) {
        this.count -= 1
        try {
          yield part
        } finally {
          this.count += 1
        }
      }
    } finally {
      this.count -= 1
    }
  }
}
