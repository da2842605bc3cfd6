import type { Model } from '../../../gateway/model/device.ts'
import type { PointRow } from '../protocol.ts'
import { readMapping } from './mapping.ts'
import type { Point } from './register-map.ts'
import type { Part } from './register-schema.ts'

const TABLES: Readonly<Record<number, string>> = { 1: 'coil', 2: 'discrete input', 3: 'holding register', 4: 'input register' }

/** A register map, row by row. */
export function modbusRows(model: Model): readonly PointRow[] {
  return readMapping(model).points.map(point => ({ field: point.field, where: whereOf(point.parts), how: howOf(point), everyMs: point.everyMs }))
}

function whereOf(parts: readonly Part[]): string {
  return `${TABLES[parts[0]?.functionCode ?? 3]} ${parts.map(placeOf).join(' + ')}`
}

function placeOf({ address, type, bit, width }: Part): string {
  const place = `${address} (0x${address.toString(16).toUpperCase().padStart(4, '0')})`
  return type === 'bit' ? `${place} bit ${bit}` : type === 'bits' ? `${place} bits ${bit}–${bit + width - 1}` : place
}

function howOf({ parts, times, offset, values, invalid }: Point): string {
  const [first] = parts
  const order = first && first.span > 1 && first.type !== 'string' ? ` ${first.order}` : ''
  const scale = first && first.scale !== 1 ? ` × ${first.scale}` : ''
  const ratio = times.map(({ part, exponent }) => ` × ${exponent ? '10^' : ''}[${part.address}]`).join('')
  const added = offset === 0 ? '' : offset > 0 ? ` + ${offset}` : ` − ${-offset}`
  const meanings = values
    ? ` ${Object.entries(values)
        .map(([raw, meaning]) => `${raw}=${String(meaning)}`)
        .join(' ')}`
    : ''
  return `${first?.type}${order}${scale}${ratio}${added}${meanings}${invalid.length > 0 ? ` (none: ${invalid.join(', ')})` : ''}`
}
