import { z } from 'zod'
import { alarmFields, isFlagged } from '../../model/flagged.ts'
import { stateJson } from '../../model/json.ts'
import type { ReadingFlags } from '../../model/reading.ts'
import { ageSeconds, conditionOf } from '../device-json.ts'
import type { ApiSources } from '../options.ts'
import { idParameter } from '../parameters.ts'
import { type Route, route } from '../route.ts'
import { FieldValueSchema, FLAGGED, FlagsSchema, PositionSchema, QualitySchema, StaleSinceSchema, StateSchema, TimeSchema, TitleSchema } from '../schemas.ts'
import { Scope } from '../scope.ts'

const LatestSchema = z
  .object({
    device: z.string(),
    org: z.string(),
    kind: z.string().nullable(),
    model: z.string(),
    at: TimeSchema.nullable().meta({ description: 'The newest event time, by the device’s clock; null when it never sent a reading.' }),
    receivedAt: TimeSchema.nullable(),
    ageSeconds: z.number().nullable().meta({ description: 'Since `at`.' }),
    state: StateSchema,
    flagged: z.boolean().meta({ description: FLAGGED }),
    stale: z.boolean().meta({ description: 'Whether `state` is anything but `ok`.' }),
    values: z.record(
      z.string(),
      z.object({
        value: FieldValueSchema,
        at: TimeSchema,
        ageSeconds: z.number(),
        quality: QualitySchema.optional(),
        unit: z.string().optional(),
        title: TitleSchema.optional(),
      }),
    ),
    staleSince: StaleSinceSchema.optional(),
    position: PositionSchema.optional(),
    flags: FlagsSchema.optional(),
  })
  .meta({ id: 'Latest', description: 'The last known state of a device, merged field by field: each value is the newest by event time.' })

/** Last known states. */
export function latestRoutes(sources: ApiSources): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/devices/{device}/latest',
      id: 'getLatest',
      tag: 'Devices',
      summary: 'The newest value of every field, with unit, title and age',
      for: 'read',
      caching: 'no-store',
      problems: [404],
      params: z.object({ device: idParameter('A device’s id.') }),
      response: LatestSchema,
      handle: ({ params, asker }) => {
        const { device, kind } = new Scope(asker, sources).device(params.device)
        const now = sources.now()
        const state = sources.live.get(device.id)
        const condition = conditionOf(state, kind, now)
        const about = { device: device.id, org: device.org, kind: kind?.id ?? null, model: device.model, state: condition, stale: condition !== 'ok' }
        if (state === undefined) return { ...about, at: null, receivedAt: null, ageSeconds: null, flagged: false, values: {} }
        const values: z.input<typeof LatestSchema>['values'] = {}
        for (const [name, latest] of Object.entries(stateJson(state).values)) {
          const field = kind?.fields[name]
          values[name] = {
            ...latest,
            ageSeconds: ageSeconds(Date.parse(latest.at), now),
            ...(field?.unit !== undefined && { unit: field.unit }),
            ...(field && { title: { ...field.title } }),
          }
        }
        const { flags, position, ...rest } = stateJson(state)
        return {
          ...rest,
          ...about,
          ageSeconds: ageSeconds(state.at, now),
          flagged: isFlagged(state, alarmFields(kind)),
          values,
          ...(position && { position: { ...position } }),
          ...(flags && { flags: flagsJson(flags) }),
        }
      },
    }),
  ]
}

function flagsJson({ outOfRange, quality, ...rest }: ReadingFlags): z.input<typeof FlagsSchema> {
  return { ...rest, ...(outOfRange && { outOfRange: [...outOfRange] }), ...(quality && { quality: { ...quality } }) }
}
