import type { Model } from '../../../gateway/model/device.ts'
import { MAX_BITS, type ReadBlock, type ReadFunction } from './frame.ts'
import { readMapping } from './mapping.ts'
import type { ModbusMapping, Point } from './register-map.ts'
import type { Part } from './register-schema.ts'

/** One read that a poller repeats. */
export interface PollBlock extends ReadBlock {
  readonly everyMs: number
  /** Reads that belong into the same payload: they hold what values of this block are multiplied by, or what the device says of them, and do not fit into it. */
  readonly with?: readonly ReadBlock[]
}

interface Extent {
  readonly from: number
  readonly to: number
}

/**
 * The reads that fetch all a `modbus` model maps: values of one period and table merged into the fewest blocks that `largestBlock`, `largestGap`, `evenCounts`
 * and `unreadable` allow. The device's clock is read along where it fits into a block with values. Throws `MappingError` for a mapping that is wrong.
 */
export function planPolls(model: Model): readonly PollBlock[] {
  return planMapping(readMapping(model))
}

export function planMapping(mapping: ModbusMapping): readonly PollBlock[] {
  const groups = new Map<string, { functionCode: ReadFunction; everyMs: number; points: Point[] }>()
  for (const point of mapping.points) {
    const functionCode = point.parts[0]?.functionCode ?? 3
    const key = `${functionCode} ${point.everyMs}`
    const group = groups.get(key) ?? { functionCode, everyMs: point.everyMs, points: [] }
    group.points.push(point)
    groups.set(key, group)
  }
  return [...groups.values()].flatMap(({ functionCode, everyMs, points }) => {
    const needed = points.flatMap(point => companions(point, mapping))
    const own = [...points.map(point => extentOf(point.parts)), ...needed.filter(part => part.functionCode === functionCode).map(part => extentOf([part]))]
    const blocks = merge(mapping, functionCode, own)
    return blocks.flatMap(({ from, to }): PollBlock[] => {
      const block = { functionCode, address: from, count: to - from, everyMs }
      const here = points.filter(point => isIn(extentOf(point.parts), { from, to }))
      // A block without a value of its own is read beside the blocks that need it.
      if (here.length === 0) return []
      const missing = here
        .flatMap(point => companions(point, mapping))
        .filter(part => part.functionCode !== functionCode || !isIn(extentOf([part]), { from, to }))
      const beside = besides(mapping, missing)
      return [beside.length === 0 ? block : { ...block, with: beside }]
    })
  })
}

/** What a point's value cannot do without, or is judged by. */
function companions(point: Point, { conditions }: ModbusMapping): Part[] {
  return [
    ...point.times.map(({ part }) => part),
    ...conditions.flatMap(({ part, fields }) => (fields === undefined || fields.includes(point.field) ? [part] : [])),
  ]
}

function besides(mapping: ModbusMapping, parts: readonly Part[]): ReadBlock[] {
  return [...new Set(parts.map(part => part.functionCode))].flatMap(functionCode =>
    merge(
      mapping,
      functionCode,
      parts.filter(part => part.functionCode === functionCode).map(part => extentOf([part])),
    ).map(({ from, to }) => ({ functionCode, address: from, count: to - from })),
  )
}

function merge(mapping: ModbusMapping, functionCode: ReadFunction, extents: readonly Extent[]): Extent[] {
  const bits = functionCode <= 2
  const limit = bits ? MAX_BITS : mapping.largestBlock
  const even = mapping.evenCounts && !bits
  const fits = (a: Extent, b: Extent): boolean => {
    const both = join(a, b)
    const gap = Math.max(b.from - a.to, a.from - b.to)
    return gap <= mapping.largestGap && both.to - both.from <= limit && !mapping.unreadable.some(([from, to]) => from < both.to && both.from <= to)
  }
  const blocks: Extent[] = []
  // Taking the leftmost values first and as many as fit gives the fewest blocks: a later block can only begin further right.
  for (const extent of extents.map(each => (even ? evened(each) : each)).sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = blocks.at(-1)
    if (last && fits(last, extent)) blocks[blocks.length - 1] = join(last, extent)
    else blocks.push(extent)
  }
  const { clock } = mapping
  if (clock?.functionCode !== functionCode) return blocks
  const place = { from: clock.address, to: clock.address + clock.span }
  const own = even ? evened(place) : place
  return blocks.map(block => (fits(block, own) ? join(block, own) : block))
}

function extentOf(parts: readonly Part[]): Extent {
  return { from: Math.min(...parts.map(part => part.address)), to: Math.max(...parts.map(part => part.address + part.span)) }
}

function isIn(inner: Extent, outer: Extent): boolean {
  return inner.from >= outer.from && inner.to <= outer.to
}

function join(a: Extent, b: Extent): Extent {
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) }
}

function evened({ from, to }: Extent): Extent {
  return { from: from - (from % 2), to: to + (to % 2) }
}
