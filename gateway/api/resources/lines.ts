import { z } from 'zod'
import { LineSight } from '../line-sight.ts'
import type { ApiSources } from '../options.ts'
import { type Route, route } from '../route.ts'

const count = z.int()

const LineSchema = z
  .object({
    url: z.string().meta({ example: 'serial:///dev/ttyUSB0?baud=9600&parity=none&bits=8&stop=1' }),
    connected: z.boolean(),
    devices: count,
    silent: count.meta({ description: 'Devices whose last request went without an answer. They are probed until they answer.' }),
    requests: count,
    answers: count,
    exceptions: count.meta({ description: 'Answers of a device that refuses.' }),
    timeouts: count,
    strays: count.meta({ description: 'Bytes nobody waited for: late answers, frames of others, junk.' }),
    disconnects: count,
    missed: count.meta({ description: 'Reads left out because the line was too busy or the device was silent.' }),
    utilisation: z.number().meta({ description: 'Part of the time the line was in use over the last minute, 0 to 1.' }),
    slipP50Ms: z.number().meta({ description: 'How long after they were due half of the last thousand reads were asked at most.' }),
    slipP99Ms: z.number(),
    unsynced: count.meta({ description: 'Answers on their way to the disk.' }),
    notKept: count.meta({ description: 'Answers the journal did not take; their devices are asked again.' }),
    paused: z.boolean().meta({ description: 'Reads nothing because the journal takes nothing.' }),
  })
  .meta({ id: 'Line', description: 'A line that devices share. Counts are since the gateway was started.' })

/** The lines on which devices are asked. */
export function lineRoutes({ directory, lines }: ApiSources): readonly Route[] {
  const sight = new LineSight(directory)
  return [
    route({
      method: 'get',
      path: '/api/v1/lines',
      id: 'listLines',
      tag: 'Operation',
      summary: 'The lines that devices share, and how busy they are',
      description: 'Those whose devices you maintain, all of them: the figures of a line are of all its devices together.',
      for: 'maintain',
      caching: 'no-store',
      response: z.object({ lines: z.array(LineSchema) }).meta({ id: 'Lines' }),
      handle: ({ asker }) => ({
        lines: lines
          .lines()
          .filter(({ url }) => sight.sees(asker, url))
          .map(line => ({ ...line })),
      }),
    }),
  ]
}
