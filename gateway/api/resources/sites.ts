import { z } from 'zod'
import { timeText } from '../device-json.ts'
import type { ApiSources } from '../options.ts'
import { idParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'
import { TimeSchema } from '../schemas.ts'
import { groupsSchema } from '../tables/groups.ts'
import { gridOf, keepFor, periodJson, periodOf, periodParameters, periodShape } from '../tables/period.ts'
import { rounded } from '../tables/rounded.ts'
import { curveStarts, type SiteFigures, siteFigures } from '../tables/site-rows.ts'
import { SurveyDesk } from '../tables/survey-desk.ts'
import { tableAnswer } from '../tables/table-answer.ts'
import { rowHead, type TableDevice, tableDeviceParameters, tableDevices, tableRowShape } from '../tables/table-devices.ts'
import { chosenField, rangedOf } from '../tables/table-fields.ts'
import { headColumns, rowsShape, type TableColumn, tablePageParameters, workingShape } from '../tables/table-page.ts'

const RowSchema = z
  .object({
    ...tableRowShape,
    latest: z.number().optional(),
    latestAt: TimeSchema.optional(),
    mean: z.number().optional(),
    lowest: z.number().optional(),
    peak: z.number().optional(),
    count: z.int().meta({ description: 'Readings beyond the limits.' }),
    minutes: z.int().meta({ description: 'Time with at least one reading beyond the limits, in steps of ten minutes.' }),
    worst: z.number().optional().meta({ description: 'The value furthest beyond.' }),
    worstAt: TimeSchema.optional().meta({ description: 'Start of the ten minutes in which it was.' }),
    curve: z.array(z.number().nullable()).meta({ description: 'Means of the last 24 hours of the period, an hour each; null: no reading.' }),
  })
  .meta({ id: 'SiteRow' })

const SumSchema = z
  .object({ devices: z.int(), exceeding: z.int().meta({ description: 'Devices with a reading beyond the limits.' }), count: z.int(), minutes: z.int() })
  .meta({ id: 'SiteSum' })

const SitesSchema = z
  .object({
    ...workingShape,
    kind: z.string(),
    field: z.string(),
    unit: z.string().optional(),
    limits: z.tuple([z.number(), z.number()]).meta({ description: 'Both are still within.' }),
    ...periodShape,
    curve: z.array(TimeSchema).meta({ description: 'Starts of the hours of the curves.' }),
    ...rowsShape(RowSchema, SumSchema),
    districts: groupsSchema(SumSchema, 'By district; `none` for devices in none that is known.'),
    orgs: groupsSchema(SumSchema, 'By organisation.'),
  })
  .meta({ id: 'Sites', description: 'How one field of many devices was, and what lay beyond its limits.' })

type Row = z.input<typeof RowSchema>
type Sum = z.input<typeof SumSchema>

const COLUMNS: readonly TableColumn<Row>[] = [
  ...headColumns,
  { name: 'latest', value: row => row.latest },
  { name: 'mean', value: row => row.mean },
  { name: 'lowest', value: row => row.lowest },
  { name: 'peak', value: row => row.peak },
  { name: 'count', value: row => row.count },
  { name: 'minutes', value: row => row.minutes },
  { name: 'worst', value: row => row.worst },
  { name: 'worstAt', value: row => row.worstAt },
]

const limitParameter = z
  .string()
  .regex(/^-?\d{1,9}(\.\d{1,6})?$/, 'is no number')
  .transform(Number)
  .optional()
  .meta({ type: 'string', description: 'An upper limit of one’s own, such as 150; the upper end of the kind’s range unless given.', example: '150' })

/** Tables of exceedances. */
export function siteRoutes(sources: ApiSources): readonly Route[] {
  const desk = new SurveyDesk<ReadonlyMap<string, SiteFigures>>(sources.now)
  return [
    route({
      method: 'get',
      path: '/api/v1/sites',
      id: 'getSites',
      tag: 'Tables',
      summary: 'How a field of many devices was: limits, exceedances, the last day’s course',
      description:
        'Of any kind with a field that has a range. The store works it out in slices: while it does, `state` is `working` and `done` says how far it is.',
      for: 'read',
      caching: 'no-store',
      problems: [404, 502, 503],
      texts: { 'text/csv': 'All rows, with a header line.' },
      query: z.object({
        ...tableDeviceParameters,
        field: idParameter('The field; the kind’s first with a range unless given.').optional(),
        limit: tablePageParameters.limit,
        above: limitParameter,
        ...periodParameters,
        sort: tablePageParameters.sort,
        offset: tablePageParameters.offset,
        format: tablePageParameters.format,
      }),
      response: SitesSchema,
      handle: async ({ query, asker }) => {
        const { kind, devices, hash } = await tableDevices(sources, asker, query)
        const { name, field } = chosenField(rangedOf(kind), query.field, {
          one: 'field',
          none: `${kind.id} has no field with a range`,
          some: `fields of ${kind.id} with a range are`,
        })
        const limits = limitsOf(field.range ?? [0, 0], query.above)
        const period = periodOf(query, sources.now())
        const grid = gridOf(period, 'day', sources.mapSettings.timeZone)
        const ids = devices.map(({ device }) => device.id)
        return tableAnswer({
          page: query,
          devices,
          columns: COLUMNS,
          name: `${kind.id}-${name}`,
          ask: patienceMs =>
            desk.ask(
              [kind.id, name, ...limits, period.from, period.to, hash].join(' '),
              keepFor(period),
              (progress, signal) => siteFigures(sources.series, { kind: kind.id, field: name, limits, devices: ids, period, grid }, progress, signal),
              patienceMs,
            ),
          facts: {
            kind: kind.id,
            field: name,
            ...(field.unit !== undefined && { unit: field.unit }),
            limits,
            ...periodJson(period),
            curve: curveStarts(period).map(timeText),
          },
          rows: found =>
            devices.flatMap((row): Row[] => {
              const of = found.get(row.device.id)
              return of === undefined ? [] : [{ ...rowHead(row), ...latestOf(sources, row, name), ...rowFigures(of) }]
            }),
          noSum,
          added,
          groups: by => ({ districts: sources.districts ? by(row => row.district ?? 'none') : [] }),
        })
      },
    }),
  ]
}

function limitsOf([low, high]: readonly [number, number], above: number | undefined): [number, number] {
  if (above === undefined) return [low, high]
  if (above >= low) return [low, above]
  throw new Problem(400, 'QUERY_INVALID', '“above” can not be used; see errors.', {
    errors: [{ field: 'above', in: 'query', problem: `lies below ${low}, the lower end of the range` }],
  })
}

function latestOf(sources: ApiSources, { device }: TableDevice, field: string): Pick<Row, 'latest' | 'latestAt'> {
  const latest = sources.live.get(device.id)?.values[field]
  return typeof latest?.value === 'number' ? { latest: latest.value, latestAt: timeText(latest.at) } : {}
}

function rowFigures({ mean, lowest, peak, count, minutes, worst, curve }: SiteFigures): Omit<Row, keyof typeof tableRowShape | 'latest' | 'latestAt'> {
  return {
    ...(mean !== undefined && { mean: rounded(mean) }),
    ...(lowest !== undefined && { lowest: rounded(lowest) }),
    ...(peak !== undefined && { peak: rounded(peak) }),
    count,
    minutes,
    ...(worst && { worst: rounded(worst.value), worstAt: timeText(worst.at) }),
    curve: curve.map(value => (value === undefined ? null : rounded(value))),
  }
}

function noSum(): Sum {
  return { devices: 0, exceeding: 0, count: 0, minutes: 0 }
}

function added(sum: Sum, row: Row): Sum {
  sum.devices += 1
  sum.exceeding += row.count > 0 ? 1 : 0
  sum.count += row.count
  sum.minutes += row.minutes
  return sum
}
