import { z } from 'zod'
import type { Model } from '../../../gateway/model/device.ts'
import { fieldType, type Kind } from '../../../gateway/model/kind.ts'
import { MappingError, type MappingProblem, schemaProblems } from '../mapping-error.ts'
import { linear } from '../number-forms.ts'

/** A metric and the field it becomes. */
export interface Point {
  readonly metric: string
  readonly field: string
  readonly type: 'number' | 'boolean' | 'string'
  readonly convert: ((value: number) => number) | undefined
}

/** What a model says of a Sparkplug device, checked. */
export interface SparkplugMapping {
  readonly points: ReadonlyMap<string, Point>
  /** Metrics with the place, in WGS-84 degrees. */
  readonly position: { readonly lat: string; readonly lon: string } | undefined
}

const metric = z.string({ error: 'expected the name of a metric, such as "Inputs/Voltage L1"' }).min(1).max(512)
/** A mapping as it stands in a model's file. */
export const mappingSchema = z.strictObject({
  position: z.strictObject({ lat: metric, lon: metric }).optional(),
  points: z
    .array(
      z.strictObject({
        metric,
        field: z.string({ error: 'expected the name of a field of the kind' }),
        scale: z
          .number()
          .refine(number => number !== 0, { error: 'expected a number that is not 0' })
          .optional(),
        offset: z.number().optional(),
      }),
      { error: 'expected a list of points' },
    )
    .min(1, { error: 'expected at least one point' })
    .max(1000),
})

/** Checks a mapping against the kind. Throws `MappingError` with every problem it finds. */
export function readMapping(model: Model, kind: Kind): SparkplugMapping {
  const parsed = mappingSchema.safeParse(model.mapping)
  if (!parsed.success) throw new MappingError(model, schemaProblems(parsed.error))
  const problems: MappingProblem[] = []
  const points = new Map<string, Point>()
  for (const [index, json] of parsed.data.points.entries()) {
    const say = (key: string, message: string): number => problems.push({ path: ['points', index, key], message })
    const field = kind.fields[json.field]
    if (!field) say('field', `kind ${kind.id} has no field "${json.field}"; it has ${Object.keys(kind.fields).join(', ')}`)
    else if (fieldType(field) !== 'number' && (json.scale ?? json.offset) !== undefined)
      say('field', `"${json.field}" is no number: leave scale and offset out`)
    else if (points.has(json.metric)) say('metric', `${json.metric} is mapped already`)
    else points.set(json.metric, { metric: json.metric, field: json.field, type: fieldType(field), convert: linear(json.scale, json.offset) })
  }
  if (problems.length > 0) throw new MappingError(model, problems)
  return { points, position: parsed.data.position }
}
