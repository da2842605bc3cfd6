import type { Model } from '../../../gateway/model/device.ts'
import type { PointRow } from '../../../gateway/model/model-bench.ts'
import { digitsText } from '../how-text.ts'
import { layoutOf } from './items.ts'
import { readMapping } from './mapping.ts'

/** What is taken from a meter's current data, row by row. One request brings all of it. */
export function cjt188Rows(model: Model): readonly PointRow[] {
  const { type, points } = readMapping(model, undefined)
  return points.map(({ item, field }) => {
    const found = layoutOf(type)?.items.find(each => each.name === item)
    // What is not in the layout is a bit of the status, ST (§ 7.2.2).
    return { field, where: item, how: found ? digitsText(found.bytes, found.decimals) : 'ST' }
  })
}
