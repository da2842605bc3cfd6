import { z } from 'zod'
import { timeText } from '../device-json.ts'
import type { ApiSources } from '../options.ts'
import { idParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'
import { TimeSchema } from '../schemas.ts'
import { groupSums, groupsSchema } from '../tables/groups.ts'
import { countersOf, type NamedField, rateOf } from '../tables/meter-fields.ts'
import { type MeterFigures, meterFigures } from '../tables/meter-rows.ts'
import { everyParameter, gridOf, keepFor, nightsOf, periodOf, periodParameters } from '../tables/period.ts'
import { rounded } from '../tables/rounded.ts'
import { FILE_PATIENCE_MS, notReady, SurveyDesk } from '../tables/survey-desk.ts'
import { rowHead, tableDeviceParameters, tableDevices, tableRowShape } from '../tables/table-devices.ts'
import { csvAnswer, sortedRows, type TableColumn, tablePageParameters, workingShape } from '../tables/table-page.ts'

/** Night flow is looked at in so many nights. */
const NIGHTS = 7
/** Of one table: meters times columns of time. */
const MOST_FIGURES = 1_000_000

const figures = {
  total: z.number().optional().meta({ description: 'What the counter grew by; absent: it was not read.' }),
  due: z.int().meta({ description: 'Reads that were due.' }),
  received: z.int(),
}

const RowSchema = z
  .object({
    ...tableRowShape,
    ...figures,
    highest: z.number().optional().meta({ description: 'The highest amount of a column of time.' }),
    night: z
      .number()
      .optional()
      .meta({ description: 'Night flow: the median, over the last seven nights of the period, of the lowest flow between 02:00 and 04:00.' }),
    missing: z.int().meta({ description: 'Reads that were due and did not come.' }),
    resets: z.int().meta({ description: 'How often the counter fell: swapped, or set to zero.' }),
    rollovers: z.int().meta({ description: 'How often it ran over; it is counted on.' }),
    jumps: z.int().meta({ description: 'Steps too large to be true, which are left out of the amounts.' }),
    amounts: z.array(z.number().nullable()).meta({ description: 'By column of time; null: not read.' }),
  })
  .meta({ id: 'MeterRow' })

const SumSchema = z.object({ devices: z.int(), ...figures }).meta({ id: 'MeterSum' })

const MetersSchema = z
  .object({
    ...workingShape,
    kind: z.string(),
    field: z.string(),
    unit: z.string().optional(),
    rateUnit: z.string().optional().meta({ description: 'Of night flow; absent: the kind measures no flow.' }),
    from: TimeSchema,
    to: TimeSchema,
    every: z.enum(['hour', 'day', 'month']),
    columns: z.array(TimeSchema).meta({ description: 'Starts of the columns of time.' }),
    total: z.int().meta({ description: 'Rows on all pages.' }),
    rows: z.array(RowSchema),
    sum: SumSchema.optional().meta({ description: 'Of all rows.' }),
    districts: groupsSchema(SumSchema, 'By district; `none` for meters in none that is known.'),
    orgs: groupsSchema(SumSchema, 'By organisation.'),
  })
  .meta({ id: 'Meters', description: 'What counters grew by, meter by meter.' })

type Row = z.input<typeof RowSchema>
type Sum = z.input<typeof SumSchema>

const COLUMNS: readonly TableColumn<Row>[] = [
  { name: 'device', value: row => row.device },
  { name: 'name', value: row => row.name ?? row.device },
  { name: 'org', value: row => row.org },
  { name: 'district', value: row => row.district },
  { name: 'total', value: row => row.total },
  { name: 'highest', value: row => row.highest },
  { name: 'night', value: row => row.night },
  { name: 'due', value: row => row.due },
  { name: 'received', value: row => row.received },
  { name: 'missing', value: row => row.missing },
  { name: 'rate', value: row => (row.due === 0 ? undefined : row.received / row.due) },
  { name: 'resets', value: row => row.resets },
  { name: 'jumps', value: row => row.jumps },
]

/** Tables of consumption. */
export function meterRoutes(sources: ApiSources): readonly Route[] {
  const desk = new SurveyDesk<ReadonlyMap<string, MeterFigures>>(sources.now)
  const { timeZone } = sources.mapSettings
  return [
    route({
      method: 'get',
      path: '/api/v1/meters',
      id: 'getMeters',
      tag: 'Tables',
      summary: 'What counters grew by: consumption, night flow, missing reads, by meter, district and organisation',
      description:
        'Of any kind with a counter. A meter that was swapped, set to zero or ran over never makes a negative or absurd amount; `resets`, `rollovers` and `jumps` say so. The store works it out in slices: while it does, `state` is `working` and `done` says how far it is.',
      for: 'read',
      caching: 'no-store',
      problems: [404, 502, 503],
      texts: { 'text/csv': 'All rows, with a header line; the columns of time come last.' },
      query: z.object({
        ...tableDeviceParameters,
        field: idParameter('The counter; the kind’s first unless given.').optional(),
        ...periodParameters,
        every: everyParameter,
        ...tablePageParameters,
      }),
      response: MetersSchema,
      handle: async ({ query, asker }) => {
        const { kind, devices, hash } = await tableDevices(sources, asker, query)
        const counter = counterOf(countersOf(kind), query.field, kind.id)
        const rate = rateOf(kind, counter.field)
        const period = periodOf(query, sources.now(), query.every)
        const grid = gridOf(period, query.every, timeZone)
        if (devices.length * grid.columns.length > MOST_FIGURES) throw tooMuch(devices.length, grid.columns.length)
        sortedRows([], COLUMNS, query.sort)
        const key = [kind.id, counter.name, period.from, period.to, query.every, hash].join(' ')
        const found = await desk.ask(
          key,
          keepFor(period),
          (progress, signal) =>
            meterFigures(
              sources.series,
              {
                kind,
                counter: counter.name,
                rate: rate?.name,
                devices: devices.map(({ device }) => device.id),
                period,
                grid,
                nights: nightsOf(period, timeZone, NIGHTS),
                firstAt: device => sources.hours.of(device)?.firstAt,
              },
              progress,
              signal,
            ),
          query.format === 'csv' ? FILE_PATIENCE_MS : undefined,
        )
        const facts = {
          kind: kind.id,
          field: counter.name,
          ...(counter.field.unit !== undefined && { unit: counter.field.unit }),
          ...(rate?.field.unit !== undefined && { rateUnit: rate.field.unit }),
          from: timeText(period.from),
          to: timeText(period.to),
          every: query.every,
          columns: grid.columns.map(timeText),
        }
        if (!found.ready) {
          if (query.format === 'csv') throw notReady()
          return { ...facts, state: 'working' as const, done: found.done, total: devices.length, rows: [], districts: [], orgs: [] }
        }
        const all = devices.flatMap(row => {
          const of = found.value.get(row.device.id)
          return of === undefined ? [] : [{ ...rowHead(row), ...rowFigures(of) }]
        })
        const sorted = sortedRows(all, COLUMNS, query.sort)
        if (query.format === 'csv') return csvAnswer(sorted, csvColumns(grid.columns), `${kind.id}-${counter.name}`)
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

function counterOf(counters: readonly NamedField[], name: string | undefined, kind: string): NamedField {
  const counter = name === undefined ? counters[0] : counters.find(known => known.name === name)
  if (counter !== undefined) return counter
  const problem = counters.length === 0 ? `${kind} counts nothing` : `${kind} has the counters ${counters.map(known => known.name).join(', ')}`
  throw new Problem(400, 'QUERY_INVALID', 'There is no such counter; see errors.', {
    errors: [{ field: name === undefined ? 'kind' : 'field', in: 'query', problem }],
  })
}

function tooMuch(devices: number, columns: number): Problem {
  const problem = `${devices} devices by ${columns} columns of time are more than ${MOST_FIGURES}: choose longer columns, a shorter period, or narrow by org, district or bbox`
  return new Problem(400, 'QUERY_INVALID', 'This is too much for one table; see errors.', { errors: [{ field: 'every', in: 'query', problem }] })
}

function rowFigures({ amounts, total, highest, night, due, received, resets, rollovers, jumps }: MeterFigures): Omit<Row, keyof typeof tableRowShape> {
  return {
    ...(total !== undefined && { total: rounded(total) }),
    ...(highest !== undefined && { highest: rounded(highest) }),
    ...(night !== undefined && { night: rounded(night) }),
    due,
    received,
    missing: due - received,
    resets,
    rollovers,
    jumps,
    amounts: amounts.map(amount => (amount === undefined ? null : rounded(amount))),
  }
}

function csvColumns(starts: readonly number[]): readonly TableColumn<Row>[] {
  return [
    ...COLUMNS,
    { name: 'lat', value: row => row.place?.lat },
    { name: 'lon', value: row => row.place?.lon },
    ...starts.map((start, index) => ({ name: timeText(start), value: (row: Row) => row.amounts[index] ?? undefined })),
  ]
}

function noSum(): Sum {
  return { devices: 0, due: 0, received: 0 }
}

function added(sum: Sum, row: Row): Sum {
  sum.devices += 1
  sum.due += row.due
  sum.received += row.received
  if (row.total !== undefined) sum.total = rounded((sum.total ?? 0) + row.total)
  return sum
}
