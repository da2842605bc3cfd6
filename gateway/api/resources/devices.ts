import { z } from 'zod'
import type { Device } from '../../model/device.ts'
import { isId } from '../../model/ids.ts'
import { csvPieces } from '../csv.ts'
import { deviceJson } from '../device-json.ts'
import { SortedDevices } from '../device-list.ts'
import { type DeviceSort, deviceFilterParameters, searchDevices, sortParameter, troublesOf } from '../device-search.ts'
import type { ApiSources } from '../options.ts'
import { idParameter, integerParameter } from '../parameters.ts'
import { Problem } from '../problem.ts'
import { Answer, type Route, route } from '../route.ts'
import { DeviceSchema, FLAGGED } from '../schemas.ts'
import { type KnownDevice, Scope } from '../scope.ts'

/** Rows of one CSV: all devices of a large city. */
const MOST_CSV_ROWS = 100_000

const ListedSchema = DeviceSchema.extend({
  flagged: z.literal(true).optional().meta({ description: FLAGGED }),
  rejected: z.int().optional().meta({ description: 'How many of its frames were rejected; absent: none.' }),
  minutesOutOfRange: z.int().optional().meta({ description: 'Minutes of the last 24 hours in which a value was out of range; absent: none.' }),
}).meta({ id: 'ListedDevice', description: 'A device, and what there may be to look at.' })

/** The devices themselves. */
export function deviceRoutes(sources: ApiSources): readonly Route[] {
  const sorted = new SortedDevices(sources.directory)
  return [
    route({
      method: 'get',
      path: '/api/v1/devices',
      id: 'listDevices',
      tag: 'Devices',
      summary: 'Devices in the order of their ids or another, a page at a time',
      description: `A token sees the devices of its organisation, and of its kind if it has one. Pages in the order of ids go on with \`cursor\` and lose nobody when devices are added meanwhile; in any order \`offset\` asks for a page in the middle. As CSV it is all that fit, ${MOST_CSV_ROWS} at most.`,
      for: 'read',
      caching: 'no-store',
      texts: { 'text/csv': 'All that fit, with a header line.' },
      query: z.object({
        ...deviceFilterParameters,
        sort: sortParameter,
        cursor: cursorParameter,
        offset: integerParameter({ least: 0, most: 10_000_000, usual: 0, description: 'Devices to pass over; not together with `cursor`.' }),
        limit: integerParameter({ least: 1, most: 1000, usual: 100, description: 'Devices on a page.' }),
        format: z.enum(['json', 'csv'], 'is json or csv').default('json').meta({ description: 'CSV is a file of all devices that fit (RFC 4180).' }),
      }),
      response: z
        .object({
          devices: z.array(ListedSchema),
          total: z.int().meta({ description: 'How many there are on all pages.' }),
          next: z.string().optional().meta({ description: 'The `cursor` of the next page; absent on the last, and in other orders than that of ids.' }),
        })
        .meta({ id: 'DeviceList' }),
      handle: async ({ query, asker }) => {
        const scope = new Scope(asker, sources)
        if (query.kind !== undefined) scope.checkKinds([query.kind], 'kind')
        checkPaging(query)
        const { sort, cursor, offset, limit, format, ...filter } = query
        const matching = await searchDevices(sources, scope, sorted.all(), filter, sort)
        if (format === 'csv') {
          return Answer.text(csvPieces(CSV_COLUMNS, csvRows(sources, scope, matching.slice(0, MOST_CSV_ROWS))), {
            mediaType: 'text/csv; header=present',
            headers: { 'Content-Disposition': 'attachment; filename="devices.csv"' },
          })
        }
        const rest = cursor === undefined ? matching.slice(offset, offset + limit + 1) : matching.filter(device => device.id > cursor)
        const page = rest.slice(0, limit)
        const last = page.at(-1)
        return {
          devices: page.map(device => {
            const known = { device, kind: scope.kindOf(device) }
            return { ...deviceJson(known, sources), ...troublesOf(sources, known) }
          }),
          total: matching.length,
          ...(sort === 'id' && last !== undefined && rest.length > page.length && { next: Buffer.from(last.id).toString('base64url') }),
        }
      },
    }),
    route({
      method: 'get',
      path: '/api/v1/devices/{device}',
      id: 'getDevice',
      tag: 'Devices',
      summary: 'One device',
      for: 'read',
      caching: 'no-store',
      problems: [404],
      params: z.object({ device: idParameter('A device’s id.') }),
      response: DeviceSchema,
      handle: ({ params, asker }) => deviceJson(new Scope(asker, sources).device(params.device), sources),
    }),
  ]
}

/** A cursor is a place in the order of ids, and in no other. */
function checkPaging(query: { readonly cursor?: string | undefined; readonly offset: number; readonly sort: DeviceSort }): void {
  if (query.cursor === undefined || (query.offset === 0 && query.sort === 'id')) return
  throw new Problem(400, 'QUERY_INVALID', '“cursor” can not be used here; see errors.', {
    errors: [{ field: 'cursor', in: 'query', problem: 'goes on in the order of ids alone: use offset with another sort, and not both' }],
  })
}

const CSV_COLUMNS = [
  'id',
  'name',
  'kind',
  'org',
  'model',
  'state',
  'lifeCycle',
  'lastReceivedAt',
  'group',
  'tags',
  'lat',
  'lon',
  'rejected',
  'minutesOutOfRange',
  'clock',
]

function* csvRows(sources: ApiSources, scope: Scope, devices: readonly Device[]): Generator<(string | number | undefined)[]> {
  for (const device of devices) yield csvCells(sources, { device, kind: scope.kindOf(device) })
}

function csvCells(sources: ApiSources, known: KnownDevice): (string | number | undefined)[] {
  const json = deviceJson(known, sources)
  const position = sources.live.get(json.id)?.position ?? json.place
  const { rejected = 0, minutesOutOfRange = 0 } = troublesOf(sources, known)
  return [
    json.id,
    json.name,
    json.kind ?? undefined,
    json.org,
    json.model,
    json.state,
    json.lifeCycle,
    json.lastReceivedAt,
    json.group,
    json.tags?.join(' '),
    position?.lat,
    position?.lon,
    rejected,
    minutesOutOfRange,
    json.clock?.fault,
  ]
}

/** The last id of the page before, in Base64 so that nobody takes it for an id to count on. */
const cursorParameter = z
  .string()
  .regex(/^[A-Za-z0-9_-]{2,100}$/, 'must be the `next` of an earlier page')
  .transform(text => Buffer.from(text, 'base64url').toString())
  .refine(isId, 'must be the `next` of an earlier page')
  .optional()
  .meta({ description: 'The `next` of the page before.' })
