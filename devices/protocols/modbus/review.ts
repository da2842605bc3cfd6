import type { Model } from '../../../gateway/model/device.ts'
import type { FieldDefinition, Kind } from '../../../gateway/model/kind.ts'
import type { MappingProblem } from '../mapping-error.ts'
import { readMapping } from './mapping.ts'
import { planMapping } from './plan.ts'
import type { ModbusMapping, Point } from './register-map.ts'
import type { Part } from './register-schema.ts'
import { REGISTER_TYPES } from './register-types.ts'

/** What a register map may say and hardly means. */
export function reviewModbus(model: Model, kind: Kind): readonly MappingProblem[] {
  const mapping = readMapping(model)
  return [...overlaps(mapping), ...repeated(mapping), ...misaligned(mapping), ...impossible(mapping, kind), ...stale(mapping, kind), ...apart(mapping)]
}

/** Two values in the same registers, unless they are bits or halves that share one. */
function overlaps({ points }: ModbusMapping): MappingProblem[] {
  const taken = new Map<string, { readonly index: number; readonly part: Part }>()
  const problems: MappingProblem[] = []
  for (const [index, point] of points.entries()) {
    for (const part of point.parts) {
      for (let address = part.address; address < part.address + part.span; address++) {
        const place = `${part.functionCode} ${address}`
        const other = taken.get(place)
        if (other && other.index !== index && !shares(part, other.part)) {
          problems.push({
            path: ['points', index, 'address'],
            message: `overlaps points[${other.index}] (${points[other.index]?.field}) in register ${address}`,
          })
          break
        }
        taken.set(place, { index, part })
      }
    }
  }
  return problems
}

function shares(a: Part, b: Part): boolean {
  const [first, second] = [bitsOf(a), bitsOf(b)]
  return (first & second) === 0
}

/** Which bits of its register a part is. */
function bitsOf({ type, bit, width, functionCode }: Part): number {
  if (type === 'u8high') return 0xff00
  if (type === 'u8low') return 0x00ff
  if (functionCode > 2 && (type === 'bit' || type === 'bits')) return (2 ** width - 1) << bit
  return 0xffff
}

function repeated({ points }: ModbusMapping): MappingProblem[] {
  const seen = new Map<string, number>()
  return points.flatMap((point, index) => {
    const first = seen.get(point.field)
    seen.set(point.field, first ?? index)
    return first === undefined
      ? []
      : [{ path: ['points', index, 'field'], message: `points[${first}] has the field "${point.field}" already: of two, the last one read counts` }]
  })
}

/** Meters that keep their values in pairs of registers do so throughout: one that begins elsewhere is most often one off. */
function misaligned({ points, evenCounts }: ModbusMapping): MappingProblem[] {
  const wide = points.flatMap((point, index) => point.parts.filter(part => part.span === 2 && part.type !== 'string').map(part => ({ index, part })))
  const odd = wide.filter(({ part }) => part.address % 2 === 1)
  const even = wide.length - odd.length
  if (evenCounts)
    return odd.map(({ index, part }) =>
      at(index, `begins at the odd address ${part.address} of a device that reads pairs only: the pair before it is read along`),
    )
  const few = odd.length < even ? odd : wide.filter(({ part }) => part.address % 2 === 0)
  if (few.length === 0 || few.length * 4 > wide.length) return []
  return few.map(({ index, part }) =>
    at(index, `begins at ${part.address}, and the other values of two registers at ${odd.length < even ? 'even' : 'odd'} addresses: is it one off?`),
  )
}

function impossible({ points }: ModbusMapping, kind: Kind): MappingProblem[] {
  return points.flatMap((point, index) => {
    const field = kind.fields[point.field]
    const [part] = point.parts
    if (!field?.range || !part || point.values || point.parts.length > 1 || point.times.length > 0) return []
    return rangeProblems(point, part, field).map(message => ({ path: ['points', index, 'type'], message }))
  })
}

function rangeProblems(point: Point, part: Part, { range: [low, high] = [0, 0], unit = '' }: FieldDefinition): string[] {
  if (part.type === 'bit' || part.type === 'bits' || part.type === 'string') return []
  const held = REGISTER_TYPES[part.type].range.map(raw => raw * part.scale + point.offset)
  const [least, most] = [Math.min(...held), Math.max(...held)]
  if (most < low || least > high) return [`holds ${least} to ${most} ${unit}, and the kind expects ${low} to ${high}: is the scale right?`]
  const problems: string[] = []
  if (low < 0 && least >= 0 && low > -1000) problems.push(`cannot be negative, and the kind expects from ${low} ${unit} on: is it signed?`)
  if (REGISTER_TYPES[part.type].whole && Math.abs(part.scale) > (high - low) / 10)
    problems.push(`has steps of ${part.scale} ${unit}, and the kind expects ${low} to ${high}: is the scale right?`)
  return problems
}

function stale({ points }: ModbusMapping, kind: Kind): MappingProblem[] {
  const fastest = Math.min(...points.map(point => point.everyMs))
  if (fastest <= kind.staleAfterSeconds * 1000) return []
  return [
    {
      path: ['read', 'every'],
      message: `nothing is read more often than every ${fastest / 1000} s, and a device of kind ${kind.id} is stale after ${kind.staleAfterSeconds} s`,
    },
  ]
}

/** Values that take further requests with each read. */
function apart(mapping: ModbusMapping): MappingProblem[] {
  return planMapping(mapping).flatMap(block => {
    if (!block.with) return []
    const index = mapping.points.findIndex(({ parts, times }) => times.length > 0 && parts.every(part => isIn(part, block)))
    const places = block.with.map(each => `${each.address}${each.count > 1 ? ` to ${each.address + each.count - 1}` : ''}`).join(', ')
    const message = `registers ${places} are read beside it each time, as they do not fit into the same request (largestBlock, largestGap)`
    return [index < 0 ? { path: ['quality'], message } : { path: ['points', index, 'times'], message }]
  })
}

function isIn(part: Part, block: { readonly functionCode: number; readonly address: number; readonly count: number }): boolean {
  return part.functionCode === block.functionCode && part.address >= block.address && part.address + part.span <= block.address + block.count
}

function at(index: number, message: string): MappingProblem {
  return { path: ['points', index, 'address'], message }
}
