import { z } from 'zod'
import type { FileEvent } from '../../model/enrolment.ts'
import type { ApiSources } from '../options.ts'
import { problemOf } from '../problem-of.ts'
import { Answer, type Route, route } from '../route.ts'
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

/** Fifty thousand devices with all columns are seven megabytes as CSV, and three as .xlsx. */
const mostFileBytes = 16 * 2 ** 20
const NDJSON = 'application/x-ndjson'

const yes = (description: string) =>
  z
    .enum(['true', 'false'], 'must be true or false')
    .default('false')
    .transform(text => text === 'true')
    .meta({ type: 'string', enum: ['true', 'false'], default: 'false', description })

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
        'Up to a thousand rows of CSV with the columns that `citygate device export` writes. The whole list is checked first, and written all or not at all. Lines of organisations that are not yours, links without the right over every organisation, and ids that somebody else has are problems like any other. Longer lists: `POST /api/v1/imports/device-files`.',
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
    route({
      method: 'post',
      path: '/api/v1/imports/device-files',
      id: 'importDeviceFile',
      tag: 'Devices',
      summary: 'Registers the devices of a file, CSV or .xlsx, up to a hundred thousand',
      description:
        'One JSON object a line tells how far it is, by its `state`: `checking` with `rows` so far; `checked` with the counts of a `TakenList` and up to five thousand `problems`; then, unless `dryRun` or a problem, `writing` with `done` `of` how many; `secrets`, some hundred a line; `written`. `failed` with `code` and `detail` may come at any time, and an answer that ends without `written` or `failed` was cut off. What was written stays: bring the same file with the same `Import-Key` again. What is registered as the file has it counts as `unchanged`, and `secrets` tells those of all devices of the file that have theirs from that key.',
      for: 'maintain',
      caching: 'no-store',
      problems: [400, 503],
      upload: {
        mostBytes: mostFileBytes,
        content: {
          'application/octet-stream':
            'CSV, or the first sheet of an .xlsx file, by what it begins with; the columns that `citygate device export` writes. Up to 16 MiB.',
        },
      },
      query: z.object({
        org: z.string().max(64, 'is longer than 64').optional().meta({ description: 'Whose devices those are that name no organisation.' }),
        update: yes('Registered devices that differ are changed. Otherwise they are problems.'),
        dryRun: yes('Only check.'),
      }),
      requestHeaders: z.object({
        'import-key': z
          .string()
          .regex(/^[A-Za-z0-9_-]{43}$/, 'must be 256 random bits in base64url: 43 characters')
          .optional()
          .meta({
            description: '256 random bits in base64url, from which the secrets of the devices follow; needed to write. Keep it until you have the secrets.',
          }),
      }),
      texts: { [NDJSON]: 'One object a line.' },
      handle: ({ query: { org, update, dryRun }, headers: { 'import-key': key }, file, asker, actor }) => {
        const brought = { file, update, dryRun, reach: reachOf(asker), ...(org !== undefined && { org }), ...(key !== undefined && { key }) }
        // Proxies that keep answers back until they are whole would keep the progress back.
        return Answer.text(linesOf(lists.takeFile(brought, actor)), { mediaType: NDJSON, headers: { 'X-Accel-Buffering': 'no' } })
      },
    }),
  ]
}

/** Events as lines. What failed is told in the words in which the API tells it elsewhere. */
async function* linesOf(events: AsyncIterable<FileEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.state !== 'failed') yield `${JSON.stringify(event)}\n`
    else {
      const { code, message } = problemOf(event.error)
      yield `${JSON.stringify({ state: event.state, code, detail: message })}\n`
    }
  }
}
