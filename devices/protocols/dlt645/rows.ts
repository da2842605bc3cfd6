import type { Model } from '../../../gateway/model/device.ts'
import type { PointRow } from '../../../gateway/model/model-bench.ts'
import { changesText, digitsText } from '../how-text.ts'
import { readMapping } from './mapping.ts'

/** A meter's identifiers, row by row. */
export function dlt645Rows(model: Model): readonly PointRow[] {
  return readMapping(model, undefined).points.map(({ di, field, format, convert, everyMs }) => ({
    field,
    where: di,
    how: `${format.signed ? '±' : ''}${digitsText(format.bytes, format.decimals)}${changesText({ scale: convert?.(1) })}`,
    everyMs,
  }))
}
