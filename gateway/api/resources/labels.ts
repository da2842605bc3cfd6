import { z } from 'zod'
import { stages } from '../../model/device.ts'
import { SortedDevices } from '../device-list.ts'
import { dashboardBase, labelSheets } from '../labels/label-sheet.ts'
import type { ApiSources } from '../options.ts'
import { idParameter, listParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { Answer, type Route, route } from '../route.ts'
import { Scope } from '../scope.ts'

/** Forty sheets: they are made in one go, while nothing else is answered. */
const mostLabels = 1_000

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
      problems: [400],
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
        org: idParameter('Only this organisation’s.').optional(),
        model: idParameter('Only of this model.').optional(),
        group: z.string().max(128, 'is longer than 128').optional().meta({ description: 'Only of this group.' }),
        tag: z.string().max(32, 'is longer than 32').optional().meta({ description: 'Only those with this tag.' }),
        stage: z.enum(stages).optional().meta({ description: 'Only in this stage.' }),
      }),
      texts: { 'text/html': 'The page.' },
      handle: ({ query: { base, ids, org, model, group, tag, stage }, asker }) => {
        const scope = new Scope(asker, sources)
        const devices = sorted.all().filter(device => {
          if (ids !== undefined && !ids.includes(device.id)) return false
          if (org !== undefined && device.org !== org) return false
          if (model !== undefined && device.model !== model) return false
          if (group !== undefined && device.group !== group) return false
          if (tag !== undefined && !device.tags?.includes(tag)) return false
          if (stage !== undefined && (device.stage ?? 'enrolled') !== stage) return false
          return scope.sees(device)
        })
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
