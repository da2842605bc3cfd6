import { z } from 'zod'
import { SortedDevices } from '../device-list.ts'
import { deviceFilterParameters, searchDevices } from '../device-search.ts'
import { dashboardBase, labelSheets } from '../labels/label-sheet.ts'
import type { ApiSources } from '../options.ts'
import { listParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { Answer, type Route, route } from '../route.ts'
import { Scope } from '../scope.ts'

/** Forty sheets: they are made in one go, while nothing else is answered. */
const mostLabels = 1_000

const { org, kind, model, group, tag, stage } = deviceFilterParameters
const filterParameters = { org, kind, model, group, tag, stage }

/** Labels to print. */
export function labelRoutes(sources: ApiSources): readonly Route[] {
  const sorted = new SortedDevices(sources.directory)
  return [
    route({
      method: 'get',
      path: '/api/v1/labels',
      id: 'getLabels',
      tag: 'Devices',
      summary: 'A page to print: labels with QR codes that open the devices’ pages',
      description: `Sheets of A4, three by eight labels each, ${mostLabels} labels at most. There is no secret on them.`,
      for: 'read',
      caching: 'no-store',
      problems: [400, 404],
      query: z.object({
        base: z
          .string()
          .transform((text, context) => {
            const base = dashboardBase(text)
            if (base !== undefined) return base
            context.addIssue({ code: 'custom', message: 'must be the address at which people reach the dashboard, such as https://city.example' })
            return z.NEVER
          })
          .meta({ type: 'string', description: 'The address at which people reach the dashboard: the codes lead there.', example: 'https://city.example' }),
        ids: listParameter('Only these devices', 'bus-0417,bus-0418'),
        ...filterParameters,
      }),
      texts: { 'text/html': 'The page.' },
      handle: async ({ query: { base, ids, ...filter }, asker }) => {
        const scope = new Scope(asker, sources)
        // A label that is missing is noticed at the depot: who is named is looked up.
        const named = ids && new Set(ids.map(id => scope.device(id).device.id))
        const fitting = await searchDevices(sources, scope, sorted.all(), filter, 'id')
        const devices = named ? fitting.filter(({ id }) => named.has(id)) : fitting
        if (devices.length > mostLabels)
          throw new Problem(
            400,
            'QUERY_INVALID',
            `${devices.length} labels are too many for one page: ${mostLabels} at most. Ask for a group, or print them with citygate device labels.`,
          )
        return Answer.text([...labelSheets(devices, base)].join(''), { mediaType: 'text/html; charset=utf-8' })
      },
    }),
  ]
}
