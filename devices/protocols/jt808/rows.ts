import type { Model } from '../../../gateway/model/device.ts'
import type { PointRow } from '../../../gateway/model/model-bench.ts'
import { changesText } from '../how-text.ts'
import { MappingError, schemaProblems } from '../mapping-error.ts'
import { mappingSchema } from './mapping.ts'

/** What is taken from a terminal's locations, row by row: by the standard's names, or from a maker's own item. */
export function jt808Rows(model: Model): readonly PointRow[] {
  const parsed = mappingSchema.safeParse(model.mapping)
  if (!parsed.success) throw new MappingError(model, schemaProblems(parsed.error))
  return parsed.data.points.map(point => {
    if ('from' in point) return { field: point.field, where: point.from, how: '' }
    const { field, item, byte, type, bit, scale, offset } = point
    const where = `0x${item.toString(16).toUpperCase().padStart(2, '0')}[${byte}]${type === 'bit' ? `.${bit}` : ''}`
    return { field, where, how: `${type}${changesText({ scale, offset })}` }
  })
}
