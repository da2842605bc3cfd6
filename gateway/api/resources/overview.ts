import { z } from 'zod'
import { alarmFields, isFlagged } from '../../model/flagged.ts'
import { conditionOf } from '../device-json.ts'
import { narrowing, partOf } from '../narrowing.ts'
import type { ApiSources } from '../options.ts'
import { type Route, route } from '../route.ts'
import { FLAGGED, TitleSchema } from '../schemas.ts'
import { Scope } from '../scope.ts'

const CountsSchema = z
  .object({
    total: z.int(),
    ok: z.int(),
    stale: z.int(),
    silent: z.int(),
    flagged: z.int().meta({ description: `Of how many: ${FLAGGED.charAt(0).toLowerCase()}${FLAGGED.slice(1)}` }),
    simulated: z.int(),
  })
  .meta({ id: 'Counts' })

const OverviewSchema = z
  .object({
    devices: CountsSchema,
    kinds: z.array(z.object({ kind: z.string(), title: TitleSchema, devices: CountsSchema })),
    orgs: z.array(z.object({ org: z.string(), total: z.int() })),
  })
  .meta({ id: 'Overview', description: 'How many devices there are, by kind and state.' })

/** Counts for the legend. */
export function overviewRoutes(sources: ApiSources): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/overview',
      id: 'getOverview',
      tag: 'Live',
      summary: 'How many devices there are, by kind and state',
      description: 'Every kind is named, also one without devices. A device whose model is unknown counts in `devices` only.',
      for: 'read',
      caching: 'no-store',
      query: narrowing,
      response: OverviewSchema,
      handle: ({ query, asker }) => {
        const scope = new Scope(asker, sources)
        const isWanted = partOf(scope, query)
        const all = counts()
        const byKind = new Map([...sources.catalogue.kinds()].map(kind => [kind.id, { kind: kind.id, title: { ...kind.title }, devices: counts() }]))
        const byOrg = new Map<string, number>()
        const now = sources.now()
        for (const known of scope.devices()) {
          if (!isWanted(known)) continue
          const { device, kind } = known
          const state = sources.live.get(device.id)
          const condition = conditionOf(state, kind, now)
          const flagged = state !== undefined && isFlagged(state, alarmFields(kind))
          byOrg.set(device.org, (byOrg.get(device.org) ?? 0) + 1)
          for (const into of [all, byKind.get(kind?.id ?? '')?.devices]) {
            if (into === undefined) continue
            into.total += 1
            into[condition] += 1
            if (flagged) into.flagged += 1
            if (device.simulated) into.simulated += 1
          }
        }
        const orgs = [...byOrg].map(([org, total]) => ({ org, total })).sort((a, b) => (a.org < b.org ? -1 : 1))
        return { devices: all, kinds: [...byKind.values()], orgs }
      },
    }),
  ]
}

function counts(): z.input<typeof CountsSchema> {
  return { total: 0, ok: 0, stale: 0, silent: 0, flagged: 0, simulated: 0 }
}
