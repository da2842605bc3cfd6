import { z } from 'zod'
import { timeText } from '../device-json.ts'
import type { ApiSources } from '../options.ts'
import { idParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'
import { TimeSchema } from '../schemas.ts'
import { groupSums, groupsSchema } from '../tables/groups.ts'
import { type NamedField, rangedOf } from '../tables/meter-fields.ts'
import { gridOf, keepFor, periodOf, periodParameters } from '../tables/period.ts'
import { rounded } from '../tables/rounded.ts'
import { curveStarts, type SiteFigures, siteFigures } from '../tables/site-rows.ts'
import { FILE_PATIENCE_MS, notReady, SurveyDesk } from '../tables/survey-desk.ts'
import { rowHead, type TableDevice, tableDeviceParameters, tableDevices, tableRowShape } from '../tables/table-devices.ts'
import { csvAnswer, sortedRows, type TableColumn, tablePageParameters, workingShape } from '../tables/table-page.ts'

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
    from: TimeSchema,
    to: TimeSchema,
    curve: z.array(TimeSchema).meta({ description: 'Starts of the hours of the curves.' }),
    total: z.int().meta({ description: 'Rows on all pages.' }),
    rows: z.array(RowSchema),
    sum: SumSchema.optional().meta({ description: 'Of all rows.' }),
    districts: groupsSchema(SumSchema, 'By district; `none` for devices in none that is known.'),
    orgs: groupsSchema(SumSchema, 'By organisation.'),
  })
  .meta({ id: 'Sites', description: 'How one field of many devices was, and what lay beyond its limits.' })

type Row = z.input<typeof RowSchema>
type Sum = z.input<typeof SumSchema>

const COLUMNS: readonly TableColumn<Row>[] = [
  { name: 'device', value: row => row.device },
  { name: 'name', value: row => row.name ?? row.device },
  { name: 'org', value: row => row.org },
  { name: 'district', value: row => row.district },
  { name: 'latest', value: row => row.latest },
  { name: 'mean', value: row => row.mean },
  { name: 'lowest', value: row => row.lowest },
  { name: 'peak', value: row => row.peak },
  { name: 'count', value: row => row.count },
  { name: 'minutes', value: row => row.minutes },
  { name: 'worst', value: row => row.worst },
  { name: 'worstAt', value: row => row.worstAt },
]
const CSV_COLUMNS: readonly TableColumn<Row>[] = [...COLUMNS, { name: 'lat', value: row => row.place?.lat }, { name: 'lon', value: row => row.place?.lon }]

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
        const { name, field } = fieldOf(rangedOf(kind), query.field, kind.id)
        const limits = limitsOf(field.range ?? [0, 0], query.above)
        const period = periodOf(query, sources.now())
        const grid = gridOf(period, 'day', sources.mapSettings.timeZone)
        sortedRows([], COLUMNS, query.sort)
        const found = await desk.ask(
          [kind.id, name, ...limits, period.from, period.to, hash].join(' '),
          keepFor(period),
          (progress, signal) => {
            const ids = devices.map(({ device }) => device.id)
            return siteFigures(sources.series, { kind: kind.id, field: name, limits, devices: ids, period, grid }, progress, signal)
          },
          query.format === 'csv' ? FILE_PATIENCE_MS : undefined,
        )
        const facts = {
          kind: kind.id,
          field: name,
          ...(field.unit !== undefined && { unit: field.unit }),
          limits: [...limits] as [number, number],
          from: timeText(period.from),
          to: timeText(period.to),
          curve: curveStarts(period).map(timeText),
        }
        if (!found.ready) {
          if (query.format === 'csv') throw notReady()
          return { ...facts, state: 'working' as const, done: found.done, total: devices.length, rows: [], districts: [], orgs: [] }
        }
        const all = devices.flatMap(row => {
          const of = found.value.get(row.device.id)
          return of === undefined ? [] : [{ ...rowHead(row), ...latestOf(sources, row, name), ...rowFigures(of) }]
        })
        const sorted = sortedRows(all, COLUMNS, query.sort)
        if (query.format === 'csv') return csvAnswer(sorted, CSV_COLUMNS, `${kind.id}-${name}`)
        return {
          ...facts,
          state: 'ready' as const,
          done: 1,
          total: all.length,
          rows: sorted.slice(query.offset, query.offset + query.limit),
          sum: all.reduce(added, noSum()),
          districts: sources.districts ? groupSums(all, row => row.district ?? 'none', noSum, added) : [],
          orgs: groupSums(all, row => row.org, noSum, added),
        }
      },
    }),
  ]
}

function fieldOf(fields: readonly NamedField[], name: string | undefined, kind: string): NamedField {
  const field = name === undefined ? fields[0] : fields.find(known => known.name === name)
  if (field !== undefined) return field
  const problem = fields.length === 0 ? `${kind} has no field with a range` : `fields of ${kind} with a range are ${fields.map(known => known.name).join(', ')}`
  throw new Problem(400, 'QUERY_INVALID', 'There is no such field; see errors.', {
    errors: [{ field: name === undefined ? 'kind' : 'field', in: 'query', problem }],
  })
}

function limitsOf([low, high]: readonly [number, number], above: number | undefined): readonly [number, number] {
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
