import { z } from 'zod'
import type { FieldValue } from '../../model/reading.ts'
import type { SeriesRow } from '../../model/series.ts'
import { bucketRuns } from '../buckets.ts'
import { csvPieces } from '../csv.ts'
import { timeText } from '../device-json.ts'
import type { ApiSources } from '../options.ts'
import { idParameter } from '../parameters.ts'
import { jsonPieces } from '../pieces.ts'
import { Problem } from '../problem.ts'
import { type Column, columnsOf, unitsOf } from '../readings-fields.ts'
import { type ReadingsQuery, readingsParameters, stretchOf } from '../readings-query.ts'
import { cutToBytes, type Page, readBuckets, readPoints } from '../readings-read.ts'
import { Answer, type Route, route } from '../route.ts'
import { FieldValueSchema, TimeSchema } from '../schemas.ts'
import { type KnownDevice, Scope } from '../scope.ts'

const ReadingsSchema = z
  .object({
    device: z.string(),
    kind: z.string(),
    from: TimeSchema,
    to: TimeSchema,
    everySeconds: z.number().optional(),
    fn: z.array(z.string()).optional(),
    timeZone: z.string().optional().meta({ description: 'Where days start; only with buckets.' }),
    order: z.enum(['asc', 'desc']),
    limit: z.int(),
    units: z.record(z.string(), z.string()).meta({ description: 'By column; a column without a unit is absent.', example: { speed: 'km/h' } }),
    rows: z
      .array(
        z.object({
          at: TimeSchema,
          values: z.record(z.string(), FieldValueSchema),
          flags: z.array(z.string().meta({ example: 'quality:pm10:fault' })).optional(),
        }),
      )
      .meta({ description: 'Points or buckets; `at` of a bucket is its start. A field without a value is absent, and so is a bucket without any.' }),
    truncated: z.boolean().meta({ description: 'There are more rows than `limit`: go on with `next`.' }),
    next: z.string().optional().meta({ description: 'The address of the rows that follow; only when truncated.' }),
  })
  .meta({ id: 'Readings', description: 'Readings of one device over time.' })

/** Readings over time. */
export function readingRoutes(sources: ApiSources): readonly Route[] {
  const { rows: mostRows, bytes: mostBytes } = sources.exports
  return [
    route({
      method: 'get',
      path: '/api/v1/devices/{device}/readings',
      id: 'getReadings',
      tag: 'Devices',
      summary: 'Readings over time, as stored or in buckets',
      description: `Times need a zone: \`Z\` or an offset. An answer holds at most ${mostRows} rows and about ${mostBytes} bytes; when there are more it says \`truncated\` and gives the address of the \`next\`. As CSV that address stands in the \`Link\` header, and the columns are \`at\`, the fields, and \`flags\` for points.`,
      for: 'read',
      caching: 'no-store',
      problems: [404, 502, 503],
      headers: { Link: 'The address of the rows that follow, `rel="next"` (RFC 8288); only when truncated.' },
      texts: { 'text/csv': 'The same rows, with a header line.' },
      params: z.object({ device: idParameter('A device’s id.') }),
      query: readingsParameters(sources.mapSettings.timeZone, mostRows),
      response: ReadingsSchema,
      handle: async ({ params, query, asker }) => {
        const known = new Scope(asker, sources).device(params.device)
        const stretch = stretchOf(query, sources.now(), mostRows)
        const { kind } = known
        if (kind === undefined)
          throw new Problem(404, 'MODEL_UNKNOWN', `The model “${known.device.model}” of this device is not known here, so its fields are not.`)
        const fns = query.every === undefined ? undefined : (query.fn ?? ['mean' as const])
        const columns = columnsOf(kind, query.fields, fns)
        const whole = await read(sources, known, query, stretch, columns, kind.id)
        const page = cutToBytes(whole, mostBytes, { newestFirst: query.order === 'desc' }, query.every !== undefined)
        const next = page.goOnAt === undefined ? undefined : nextAddress(params.device, query, stretch, page.goOnAt)
        const headers: Record<string, string> = next === undefined ? {} : { Link: `<${next}>; rel="next"` }
        if (query.format === 'csv') {
          headers['Content-Disposition'] = `attachment; filename="${params.device}.csv"`
          return Answer.text(csv(columns, page.rows, query), { mediaType: 'text/csv; header=present', headers })
        }
        const before: Omit<z.input<typeof ReadingsSchema>, 'rows'> = {
          device: params.device,
          kind: kind.id,
          from: timeText(stretch.from),
          to: timeText(stretch.to),
          ...(query.every !== undefined && { everySeconds: query.every / 1000, timeZone: query.timeZone }),
          ...(fns && { fn: [...fns] }),
          order: query.order,
          limit: query.limit,
          units: unitsOf(kind, columns),
          truncated: next !== undefined,
          ...(next !== undefined && { next }),
        }
        return Answer.text(jsonPieces({ before, list: 'rows', items: rowsJson(page.rows), after: () => ({}) }), { mediaType: 'application/json', headers })
      },
    }),
  ]
}

async function read(
  { series }: ApiSources,
  { device }: KnownDevice,
  query: ReadingsQuery,
  stretch: { readonly from: number; readonly to: number },
  columns: readonly Column[],
  kind: string,
): Promise<Page> {
  const points = { device: device.id, kind, ...stretch, limit: query.limit, newestFirst: query.order === 'desc' }
  if (query.every === undefined) return readPoints(series, { ...points, fields: columns.map(column => column.field) })
  return readBuckets(series, points, bucketRuns({ ...stretch, everyMs: query.every, timeZone: query.timeZone }), columns)
}

function* rowsJson(rows: readonly SeriesRow[]): Generator<z.input<typeof ReadingsSchema>['rows'][number]> {
  for (const { at, values, flags } of rows) yield { at: timeText(at), values: { ...values }, ...(flags && flags.length > 0 && { flags: [...flags] }) }
}

function csv(columns: readonly Column[], rows: readonly SeriesRow[], query: ReadingsQuery): AsyncIterable<string> {
  const flagged = query.every === undefined
  const header = ['at', ...columns.map(column => column.name), ...(flagged ? ['flags'] : [])]
  return csvPieces(header, cellsOf(columns, rows, flagged))
}

function* cellsOf(columns: readonly Column[], rows: readonly SeriesRow[], flagged: boolean): Generator<(FieldValue | undefined)[]> {
  for (const { at, values, flags } of rows) {
    const cells: (FieldValue | undefined)[] = [timeText(at), ...columns.map(column => values[column.name])]
    yield flagged ? [...cells, flags?.join(' ') ?? ''] : cells
  }
}

/** The same question about what is left, with times that do not move along with the clock. */
function nextAddress(device: string, query: ReadingsQuery, stretch: { readonly from: number; readonly to: number }, goOnAt: number): string {
  const rest = query.order === 'desc' ? { from: stretch.from, to: goOnAt } : { from: goOnAt, to: stretch.to }
  const parameters = new URLSearchParams({ from: timeText(rest.from), to: timeText(rest.to) })
  if (query.every !== undefined) parameters.set('every', `${query.every / 1000}s`)
  if (query.fields) parameters.set('fields', query.fields.join(','))
  if (query.fn) parameters.set('fn', query.fn.join(','))
  parameters.set('limit', String(query.limit))
  parameters.set('order', query.order)
  parameters.set('format', query.format)
  parameters.set('timeZone', query.timeZone)
  return `/api/v1/devices/${device}/readings?${parameters.toString()}`
}
