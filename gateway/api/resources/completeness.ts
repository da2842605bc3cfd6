import { z } from 'zod'
import { HOUR_MS } from '../../model/hours.ts'
import { addShares, lastHours, type Share } from '../completeness.ts'
import { timeText } from '../device-json.ts'
import { narrowing, partOf } from '../narrowing.ts'
import type { ApiSources } from '../options.ts'
import { integerParameter } from '../parameters.ts'
import { type Route, route } from '../route.ts'
import { TimeSchema, TitleSchema } from '../schemas.ts'
import { Scope } from '../scope.ts'
import { inTurns } from '../turns.ts'

const RowSchema = z
  .object({
    id: z.string(),
    title: TitleSchema.optional().meta({ description: 'Of a kind.' }),
    devices: z.int().meta({ description: 'In service and heard of at least once: only they owe readings.' }),
    expected: z.array(z.int()),
    received: z.array(z.int()),
  })
  .meta({
    id: 'CompletenessRow',
    description: 'An hour each: how many readings were due, and how many of them came. Nothing due: nothing is known of the hour.',
  })

const CompletenessSchema = z
  .object({
    from: TimeSchema.meta({ description: 'Start of the first hour.' }),
    hours: z.int(),
    since: TimeSchema.meta({ description: 'Nothing is known of the time before.' }),
    by: z.enum(['kind', 'org']),
    rows: z.array(RowSchema),
  })
  .meta({ id: 'Completeness', description: 'How much of what was due came, hour by hour.' })

interface Row {
  readonly shares: readonly Share[]
  devices: number
}

/** Completeness by hour. */
export function completenessRoutes(sources: ApiSources): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/completeness',
      id: 'getCompleteness',
      tag: 'Account',
      summary: 'Readings due and received, hour by hour, by kind or organisation',
      description:
        'A device in service owes a reading in every stretch as long as its kind’s `staleAfterSeconds`, from the first one on. By event time: what comes late fills its hour. Hours are whole in UTC; the last one runs.',
      for: 'read',
      caching: 'no-store',
      query: narrowing.extend({
        by: z.enum(['kind', 'org'], 'is kind or org').default('kind').meta({ description: 'What a row is.' }),
        hours: integerParameter({ least: 1, most: 48, usual: 24, description: 'Hours back, the one that runs included.' }),
      }),
      response: CompletenessSchema,
      handle: async ({ query, asker }) => {
        const scope = new Scope(asker, sources)
        const isWanted = partOf(scope, query)
        const window = lastHours(query.hours, sources.hours.since, sources.now())
        const rows = new Map<string, Row>()
        for await (const known of inTurns(scope.devices())) {
          const { device, kind } = known
          if (kind === undefined || device.stage !== undefined || !isWanted(known)) continue
          const hours = sources.hours.of(device.id)
          if (hours === undefined) continue
          const id = query.by === 'kind' ? kind.id : device.org
          const row = rows.get(id) ?? { devices: 0, shares: Array.from({ length: query.hours }, () => ({ expected: 0, received: 0 })) }
          rows.set(id, row)
          row.devices += 1
          addShares(hours, kind, window, row.shares)
        }
        return {
          from: timeText(window.first * HOUR_MS),
          hours: query.hours,
          since: timeText(window.since),
          by: query.by,
          rows: [...rows]
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([id, row]) => rowJson(id, row, query.by === 'kind' ? sources.catalogue.kind(id)?.title : undefined)),
        }
      },
    }),
  ]
}

function rowJson(id: string, row: Row, title: { readonly en: string; readonly zh: string } | undefined): z.input<typeof RowSchema> {
  return {
    id,
    ...(title && { title: { ...title } }),
    devices: row.devices,
    expected: row.shares.map(share => share.expected),
    received: row.shares.map(share => share.received),
  }
}
