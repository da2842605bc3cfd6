import { z } from 'zod'
import { lastHours, minutesOutOfRange } from '../completeness.ts'
import { ageSeconds, clockJson, conditionOf, timeText } from '../device-json.ts'
import { narrowing, partOf } from '../narrowing.ts'
import type { ApiSources } from '../options.ts'
import { integerParameter } from '../parameters.ts'
import { type Route, route } from '../route.ts'
import { ClockSchema, TimeSchema } from '../schemas.ts'
import { type KnownDevice, Scope } from '../scope.ts'
import { TopList } from '../top-list.ts'
import { inTurns } from '../turns.ts'

const OneSchema = z.object({ device: z.string(), name: z.string().optional(), org: z.string(), kind: z.string().nullable() })

function listOf<T extends z.ZodObject>(device: T, description: string) {
  return z.object({ total: z.int().meta({ description: 'How many devices there are of which this is true.' }), devices: z.array(device) }).meta({ description })
}

const AttentionSchema = z
  .object({
    silent: listOf(
      OneSchema.extend({ lastReceivedAt: TimeSchema, silentSeconds: z.int() }),
      'In service, heard of before, and not for longer than their kind lets pass: the longest silent first.',
    ),
    outOfRange: listOf(
      OneSchema.extend({
        minutes: z.int().meta({ description: 'Minutes with a value outside its range.' }),
        fields: z.array(z.string()).optional().meta({ description: 'Which fields are in the newest reading; absent: none.' }),
      }),
      'With values out of range in the last 24 hours: the most minutes first.',
    ),
    rejected: listOf(
      OneSchema.extend({ rejected: z.int(), received: z.int(), reason: z.string().meta({ description: 'The most frequent one.' }) }),
      'With rejected frames, since the account began: the most first.',
    ),
    clocks: listOf(OneSchema.extend({ clock: ClockSchema }), 'Whose clock is off: the worst first.'),
  })
  .meta({ id: 'Attention', description: 'Devices somebody should look at.' })

/** What a shift begins with. */
export function attentionRoutes(sources: ApiSources): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/attention',
      id: 'getAttention',
      tag: 'Account',
      summary: 'Devices somebody should look at, the worst first',
      description: 'Silent ones, values out of range, rejected frames, clocks. `GET /api/v1/devices` with `with` and `sort` lists all of each.',
      for: 'read',
      caching: 'no-store',
      query: narrowing.extend({
        limit: integerParameter({ least: 1, most: 100, usual: 10, description: 'Devices in each list.' }),
      }),
      response: AttentionSchema,
      handle: async ({ query, asker }) => {
        const scope = new Scope(asker, sources)
        const isWanted = partOf(scope, query)
        const now = sources.now()
        const window = lastHours(24, sources.hours.since, now)
        const silent = new TopList<z.input<typeof AttentionSchema>['silent']['devices'][number]>(query.limit)
        const outOfRange = new TopList<z.input<typeof AttentionSchema>['outOfRange']['devices'][number]>(query.limit)
        const rejected = new TopList<z.input<typeof AttentionSchema>['rejected']['devices'][number]>(query.limit)
        const clocks = new TopList<z.input<typeof AttentionSchema>['clocks']['devices'][number]>(query.limit)
        for await (const known of inTurns(scope.devices())) {
          if (!isWanted(known)) continue
          const { device, kind } = known
          const state = sources.live.get(device.id)
          if (state !== undefined && device.stage === undefined && conditionOf(state, kind, now) === 'stale') {
            const silentSeconds = ageSeconds(state.receivedAt, now)
            silent.offer(silentSeconds, () => ({ ...one(known), lastReceivedAt: timeText(state.receivedAt), silentSeconds }))
          }
          const minutes = minutesOutOfRange(sources.hours.of(device.id), window)
          const fields = state?.flags.outOfRange
          outOfRange.offer(minutes, () => ({ ...one(known), minutes, ...(fields && { fields: [...fields] }) }))
          const account = sources.account.of(device.id)
          rejected.offer(account.rejected, () => ({
            ...one(known),
            rejected: account.rejected,
            received: account.received,
            reason: mostFrequent(account.rejectedBy),
          }))
          const clock = sources.clocks.get(device.id)
          if (clock) clocks.offer(Math.max(1, Math.abs(clock.offsetMs)), () => ({ ...one(known), clock: clockJson(clock) }))
        }
        return { silent: silent.list(), outOfRange: outOfRange.list(), rejected: rejected.list(), clocks: clocks.list() }
      },
    }),
  ]
}

function one({ device, kind }: KnownDevice): z.input<typeof OneSchema> {
  return { device: device.id, ...(device.name !== undefined && { name: device.name }), org: device.org, kind: kind?.id ?? null }
}

function mostFrequent(rejectedBy: Readonly<Record<string, number>>): string {
  return Object.entries(rejectedBy).sort(([, a], [, b]) => b - a)[0]?.[0] ?? ''
}
