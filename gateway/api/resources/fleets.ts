import { z } from 'zod'
import type { Kind } from '../../model/kind.ts'
import { timeText } from '../device-json.ts'
import type { ApiSources } from '../options.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'
import { TimeSchema } from '../schemas.ts'
import { distances, type VehicleNow, vehicleNow } from '../tables/fleet-rows.ts'
import { groupsSchema } from '../tables/groups.ts'
import { gridOf, keepFor, periodJson, periodOf, periodParameters, periodShape } from '../tables/period.ts'
import { rounded } from '../tables/rounded.ts'
import { SurveyDesk } from '../tables/survey-desk.ts'
import { tableAnswer } from '../tables/table-answer.ts'
import { rowHead, tableDeviceParameters, tableDevices, tableRowShape } from '../tables/table-devices.ts'
import { odometerOf } from '../tables/table-fields.ts'
import { headColumns, rowsShape, type TableColumn, tablePageParameters, workingShape } from '../tables/table-page.ts'
import { inTurns } from '../turns.ts'

const VehicleStateSchema = z.enum(['inService', 'late', 'silent']).meta({
  description: '`late`: not heard of for longer than the kind allows; `silent`: not for a day, or never.',
})

const RowSchema = z
  .object({
    ...tableRowShape,
    state: VehicleStateSchema,
    route: z.string().optional().meta({ description: 'As it last said itself.' }),
    lastHeardAt: TimeSchema.optional(),
    speed: z.number().optional().meta({ description: 'km/h, as last told.' }),
    distance: z.number().optional().meta({ description: 'km, what its odometer grew by in the period.' }),
    due: z.int().meta({ description: 'Readings due in the last 24 hours.' }),
    received: z.int(),
  })
  .meta({ id: 'FleetRow' })

const SumSchema = z
  .object({ devices: z.int(), inService: z.int(), late: z.int(), silent: z.int(), distance: z.number().optional(), due: z.int(), received: z.int() })
  .meta({ id: 'FleetSum' })

const FleetsSchema = z
  .object({
    ...workingShape,
    kind: z.string(),
    ...periodShape,
    odometer: z.string().optional().meta({ description: 'The counter distances come from; absent: the kind has none in km.' }),
    ...rowsShape(RowSchema, SumSchema),
    routes: groupsSchema(SumSchema, 'By route, of those that tell one.'),
    orgs: groupsSchema(SumSchema, 'By organisation.'),
  })
  .meta({ id: 'Fleets', description: 'Vehicles: in service, late, silent, and how far they went.' })

type Row = z.input<typeof RowSchema>
type Sum = z.input<typeof SumSchema>

const COLUMNS: readonly TableColumn<Row>[] = [
  ...headColumns,
  { name: 'state', value: row => row.state },
  { name: 'route', value: row => row.route },
  { name: 'lastHeardAt', value: row => row.lastHeardAt },
  { name: 'speed', value: row => row.speed },
  { name: 'distance', value: row => row.distance },
  { name: 'due', value: row => row.due },
  { name: 'received', value: row => row.received },
  { name: 'heard', value: row => (row.due === 0 ? undefined : row.received / row.due) },
]

/** Tables of what moves. */
export function fleetRoutes(sources: ApiSources): readonly Route[] {
  const desk = new SurveyDesk<ReadonlyMap<string, number>>(sources.now)
  return [
    route({
      method: 'get',
      path: '/api/v1/fleets',
      id: 'getFleets',
      tag: 'Tables',
      summary: 'Vehicles in service, late and silent, by route and organisation, and how far they went',
      description:
        'Of any kind that moves. States are those of now; distances are of the period, from a counter in km. The store works those out in slices: while it does, `state` is `working` and `done` says how far it is.',
      for: 'read',
      caching: 'no-store',
      problems: [404, 502, 503],
      texts: { 'text/csv': 'All rows, with a header line.' },
      query: z.object({
        ...tableDeviceParameters,
        state: VehicleStateSchema.optional().meta({ description: 'Only those in this state.' }),
        route: z.string().max(128, 'is longer than 128').optional().meta({ description: 'Only those that last told this route.' }),
        ...periodParameters,
        ...tablePageParameters,
      }),
      response: FleetsSchema,
      handle: async ({ query, asker }) => {
        const { kind, devices, hash } = await tableDevices(sources, asker, query)
        checkMoves(kind)
        const odometer = odometerOf(kind)
        const period = periodOf(query, sources.now())
        const ids = devices.map(({ device }) => device.id)
        const grid = gridOf(period, 'day', sources.mapSettings.timeZone)
        return tableAnswer({
          page: query,
          devices,
          columns: COLUMNS,
          name: kind.id,
          ask: async patienceMs =>
            odometer === undefined
              ? { ready: true, value: new Map() }
              : desk.ask(
                  [kind.id, odometer.name, period.from, period.to, hash].join(' '),
                  keepFor(period),
                  (progress, signal) => distances(sources.series, { kind: kind.id, odometer: odometer.name, devices: ids, grid }, progress, signal),
                  patienceMs,
                ),
          facts: { kind: kind.id, ...periodJson(period), ...(odometer && { odometer: odometer.name }) },
          rows: async found => {
            const rows: Row[] = []
            for await (const vehicle of inTurns(devices)) {
              const row = { ...rowHead(vehicle), ...vehicleJson(vehicleNow(sources, kind, vehicle), found.get(vehicle.device.id)) }
              if ((query.state === undefined || row.state === query.state) && (query.route === undefined || row.route === query.route)) rows.push(row)
            }
            return rows
          },
          noSum,
          added,
          groups: by => ({ routes: by(row => row.route) }),
        })
      },
    }),
  ]
}

function checkMoves(kind: Kind): void {
  if (kind.moves) return
  throw new Problem(400, 'QUERY_INVALID', 'This kind makes no fleet; see errors.', {
    errors: [{ field: 'kind', in: 'query', problem: `${kind.id} does not move` }],
  })
}

function vehicleJson(
  { state, route: line, lastHeardAt, speed, due, received }: VehicleNow,
  distance: number | undefined,
): Omit<Row, keyof typeof tableRowShape> {
  return {
    state,
    ...(line !== undefined && { route: line }),
    ...(lastHeardAt !== undefined && { lastHeardAt: timeText(lastHeardAt) }),
    ...(speed !== undefined && { speed }),
    ...(distance !== undefined && { distance: rounded(distance) }),
    due,
    received,
  }
}

function noSum(): Sum {
  return { devices: 0, inService: 0, late: 0, silent: 0, due: 0, received: 0 }
}

function added(sum: Sum, row: Row): Sum {
  sum.devices += 1
  sum[row.state] += 1
  sum.due += row.due
  sum.received += row.received
  if (row.distance !== undefined) sum.distance = rounded((sum.distance ?? 0) + row.distance)
  return sum
}
