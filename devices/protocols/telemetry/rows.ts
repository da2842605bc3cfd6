import type { Model } from '../../../gateway/model/device.ts'
import type { PointRow } from '../../../gateway/model/model-bench.ts'
import { changesText } from '../how-text.ts'
import { readMapping } from './mapping.ts'

/** The paths of a message, row by row, and the names of its lists of named values. */
export function telemetryRows(model: Model): readonly PointRow[] {
  const { points, named } = readMapping(model)
  return [
    ...points.map(({ path, field, ...changes }) => ({ field, where: path, how: changesText(changes).trim() })),
    ...(named?.points ?? []).map(({ name, field, ...changes }) => ({
      field,
      where: `${named?.items}[${named?.name}=${name}].${named?.value}`,
      how: changesText(changes).trim(),
    })),
  ]
}
