import { z } from 'zod'
import { clockJson } from '../device-json.ts'
import type { ApiSources } from '../options.ts'
import { integerParameter } from '../parameters.ts'
import { type Route, route } from '../route.ts'
import { ClockSchema } from '../schemas.ts'
import { Scope } from '../scope.ts'

/** Clocks that are off. */
export function clockRoutes(sources: ApiSources): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/clocks',
      id: 'listClocks',
      tag: 'Account',
      summary: 'Devices whose clock is off, the worst first',
      description:
        'Estimated from the times that devices send against the time of receipt. A device that is not named has a right clock, or too little is known of it.',
      for: 'read',
      caching: 'no-store',
      query: z.object({ limit: integerParameter({ least: 1, most: 10_000, usual: 1000, description: 'Devices in the answer.' }) }),
      response: z
        .object({
          clocks: z.array(z.object({ device: z.string(), org: z.string(), clock: ClockSchema })),
          total: z.int().meta({ description: 'How many there are.' }),
        })
        .meta({ id: 'Clocks' }),
      handle: ({ query, asker }) => {
        const scope = new Scope(asker, sources)
        const seen = [...sources.clocks.all()].flatMap(clock => {
          const device = sources.directory.get(clock.device)
          return device && scope.sees(device) ? [{ device, clock }] : []
        })
        seen.sort((a, b) => Math.abs(b.clock.offsetMs) - Math.abs(a.clock.offsetMs))
        return {
          clocks: seen.slice(0, query.limit).map(({ device, clock }) => ({ device: device.id, org: device.org, clock: clockJson(clock) })),
          total: seen.length,
        }
      },
    }),
  ]
}
