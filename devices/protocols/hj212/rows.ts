import type { Model } from '../../../gateway/model/device.ts'
import type { PointRow } from '../../../gateway/model/model-bench.ts'
import { changesText } from '../how-text.ts'
import { MappingError, schemaProblems } from '../mapping-error.ts'
import { COMMAND_OF } from './commands.ts'
import { mappingSchema } from './mapping.ts'

/** What is taken from a station's data, row by row. */
export function hj212Rows(model: Model): readonly PointRow[] {
  const parsed = mappingSchema.safeParse(model.mapping)
  if (!parsed.success) throw new MappingError(model, schemaProblems(parsed.error))
  return parsed.data.points.map(({ factor, value, of = 'realTime', field, unit = '', scale, offset, invalid }) => ({
    field,
    where: `CN=${COMMAND_OF[of]} ${factor}-${value}`,
    how: `${unit}${changesText({ scale, offset, invalid })}`.trim(),
  }))
}
