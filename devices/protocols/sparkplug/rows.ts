import type { Model } from '../../../gateway/model/device.ts'
import type { PointRow } from '../../../gateway/model/model-bench.ts'
import { changesText } from '../how-text.ts'
import { MappingError, schemaProblems } from '../mapping-error.ts'
import { mappingSchema } from './mapping.ts'

/** A node's metrics, row by row. */
export function sparkplugRows(model: Model): readonly PointRow[] {
  const parsed = mappingSchema.safeParse(model.mapping)
  if (!parsed.success) throw new MappingError(model, schemaProblems(parsed.error))
  return parsed.data.points.map(({ metric, field, scale, offset }) => ({ field, where: metric, how: changesText({ scale, offset }).trim() }))
}
