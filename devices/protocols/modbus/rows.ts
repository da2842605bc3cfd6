import type { Model } from '../../../gateway/model/device.ts'
import type { PointRow, RegisterPart, RegisterPlace } from '../../../gateway/model/model-bench.ts'
import { changesText } from '../how-text.ts'
import { readMapping } from './mapping.ts'
import type { Point } from './register-map.ts'
import type { Part } from './register-schema.ts'

const TABLES: Readonly<Record<number, string>> = { 1: 'coil', 2: 'discrete input', 3: 'holding register', 4: 'input register' }

/** A register map, row by row. */
export function modbusRows(model: Model): readonly PointRow[] {
  return readMapping(model).points.map(point => ({
    field: point.field,
    where: whereOf(point.parts),
    how: howOf(point),
    everyMs: point.everyMs,
    registers: placeOf(point),
  }))
}

function whereOf(parts: readonly Part[]): string {
  return `${TABLES[parts[0]?.functionCode ?? 3]} ${parts.map(whereText).join(' + ')}`
}

function whereText({ address, type, bit, width }: Part): string {
  const place = `${address} (0x${address.toString(16).toUpperCase().padStart(4, '0')})`
  return type === 'bit' ? `${place} bit ${bit}` : type === 'bits' ? `${place} bits ${bit}–${bit + width - 1}` : place
}

function howOf({ parts, times, offset, values, invalid }: Point): string {
  const [first] = parts
  const order = first && hasOrder(first) ? ` ${first.order}` : ''
  const ratio = times.map(({ part, exponent }) => ` × ${exponent ? '10^' : ''}[${part.address}]`).join('')
  return `${first?.type}${order}${changesText({ scale: first?.scale, ratio, offset, values, invalid })}`
}

function placeOf({ parts, times, offset, values, invalid }: Point): RegisterPlace {
  return {
    table: parts[0]?.functionCode ?? 3,
    parts: parts.map(partOf),
    times: times.map(({ part, exponent }) => ({ address: part.address, exponent })),
    offset,
    invalid,
    ...(values && { values }),
  }
}

function partOf(part: Part): RegisterPart {
  const { address, span, type, bit, width, order, scale } = part
  return {
    address,
    count: span,
    type,
    ...((type === 'bit' || type === 'bits') && { bit }),
    ...(type === 'bits' && { width }),
    ...(hasOrder(part) && { order }),
    scale,
  }
}

function hasOrder({ span, type, order }: Part): boolean {
  return type !== 'string' && (span > 1 || order !== 'ABCD')
}
