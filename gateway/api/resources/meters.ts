import { z } from 'zod'
import type { DeviceId } from '../../model/ids.ts'
import { timeText } from '../device-json.ts'
import type { ApiSources } from '../options.ts'
import { idParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'
import { TimeSchema } from '../schemas.ts'
import { groupsSchema } from '../tables/groups.ts'
import { type MeterFigures, meterFigures } from '../tables/meter-rows.ts'
import { everyParameter, gridOf, keepFor, nightsOf, periodJson, periodOf, periodParameters, periodShape } from '../tables/period.ts'
import { rounded } from '../tables/rounded.ts'
import { SurveyDesk } from '../tables/survey-desk.ts'
import { tableAnswer } from '../tables/table-answer.ts'
import { rowHead, tableDeviceParameters, tableDevices, tableRowShape } from '../tables/table-devices.ts'
import { chosenField, countersOf, rateOf } from '../tables/table-fields.ts'
import { headColumns, rowsShape, type TableColumn, tablePageParameters, workingShape } from '../tables/table-page.ts'

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
    ...periodShape,
    every: z.enum(['hour', 'day', 'month']),
    columns: z.array(TimeSchema).meta({ description: 'Starts of the columns of time.' }),
    ...rowsShape(RowSchema, SumSchema),
    districts: groupsSchema(SumSchema, 'By district; `none` for meters in none that is known.'),
    orgs: groupsSchema(SumSchema, 'By organisation.'),
  })
  .meta({ id: 'Meters', description: 'What counters grew by, meter by meter.' })

type Row = z.input<typeof RowSchema>
type Sum = z.input<typeof SumSchema>

const COLUMNS: readonly TableColumn<Row>[] = [
  ...headColumns,
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
        const counter = chosenField(countersOf(kind), query.field, {
          one: 'counter',
          none: `${kind.id} counts nothing`,
          some: `${kind.id} has the counters`,
        })
        const rate = rateOf(kind, counter.field)
        const period = periodOf(query, sources.now(), query.every)
        const grid = gridOf(period, query.every, timeZone)
        if (devices.length * grid.columns.length > MOST_FIGURES) throw tooMuch(devices.length, grid.columns.length)
        const question = {
          kind,
          counter: counter.name,
          rate: rate?.name,
          devices: devices.map(({ device }) => device.id),
          period,
          grid,
          nights: nightsOf(period, timeZone, NIGHTS),
          firstAt: (device: DeviceId) => sources.hours.of(device)?.firstAt,
        }
        return tableAnswer({
          page: query,
          devices,
          columns: COLUMNS,
          lastColumns: grid.columns.map((start, index) => ({ name: timeText(start), value: (row: Row) => row.amounts[index] ?? undefined })),
          name: `${kind.id}-${counter.name}`,
          ask: patienceMs =>
            desk.ask(
              [kind.id, counter.name, period.from, period.to, query.every, hash].join(' '),
              keepFor(period),
              (progress, signal) => meterFigures(sources.series, question, progress, signal),
              patienceMs,
            ),
          facts: {
            kind: kind.id,
            field: counter.name,
            ...(counter.field.unit !== undefined && { unit: counter.field.unit }),
            ...(rate?.field.unit !== undefined && { rateUnit: rate.field.unit }),
            ...periodJson(period),
            every: query.every,
            columns: grid.columns.map(timeText),
          },
          rows: found =>
            devices.flatMap((row): Row[] => {
              const of = found.get(row.device.id)
              return of === undefined ? [] : [{ ...rowHead(row), ...rowFigures(of) }]
            }),
          noSum,
          added,
          groups: by => ({ districts: sources.districts ? by(row => row.district ?? 'none') : [] }),
        })
      },
    }),
  ]
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
