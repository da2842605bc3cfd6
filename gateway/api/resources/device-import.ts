import { z } from 'zod'
import type { ApiSources } from '../options.ts'
import { type Route, route } from '../route.ts'
import { reachOf } from '../upkeep-rights.ts'

const TakenListSchema = z
  .object({
    written: z.boolean().meta({ description: 'False when the list was only checked, or has problems: then nothing was written.' }),
    rows: z.int(),
    added: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    problems: z.array(z.string()).meta({
      description: 'With the line each, in their order; the first hundred.',
      example: ["line 3: stage: 'broken': expected planned, enrolled, retired"],
    }),
    problemCount: z.int(),
    secrets: z
      .array(z.object({ id: z.string(), secret: z.string() }))
      .meta({ description: 'Of the devices that were added and sign in. This is the only time they can be read.' }),
  })
  .meta({ id: 'TakenList', description: 'What became of a list of devices, or would.' })

/** Lists of devices, for whoever maintains their organisation. */
export function deviceImportRoutes({ lists }: ApiSources): readonly Route[] {
  return [
    route({
      method: 'post',
      // Not below /devices: a device may be called 'import'.
      path: '/api/v1/imports/devices',
      id: 'importDevices',
      tag: 'Devices',
      summary: 'Registers the devices of a list',
      description:
        'Up to a thousand rows of CSV with the columns that `citygate device export` writes. The whole list is checked first, and written all or not at all. Lines of organisations that are not yours, links without the right over every organisation, and ids that somebody else has are problems like any other. Longer lists: `citygate device import`.',
      for: 'maintain',
      caching: 'no-store',
      problems: [400, 503],
      body: z.strictObject({
        list: z.string().meta({ description: 'CSV; the first line names the columns.', example: 'id,org,model\nbus-0417,pudong-bus,citygate-bus-unit\n' }),
        org: z.string().max(64).optional().meta({ description: 'Whose devices those are that name no organisation.' }),
        update: z.boolean().optional().meta({ description: 'Registered devices that differ are changed. Otherwise they are problems.' }),
        dryRun: z.boolean().optional().meta({ description: 'Only check.' }),
      }),
      response: TakenListSchema,
      handle: async ({ body: { list, org, update = false, dryRun = false }, asker, actor }) => {
        const { problems, secrets, ...counts } = await lists.take({ list, update, dryRun, reach: reachOf(asker), ...(org !== undefined && { org }) }, actor)
        return { ...counts, problems: [...problems], secrets: [...secrets] }
      },
    }),
  ]
}
