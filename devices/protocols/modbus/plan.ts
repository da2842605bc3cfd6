import type { Model } from '../../../gateway/model/device.ts'
import { MAX_BITS, type ReadBlock, type ReadFunction } from './frame.ts'
import { type ModbusMapping, readMapping } from './mapping.ts'

/** One read that a poller repeats. */
export interface PollBlock extends ReadBlock {
  readonly everyMs: number
}

interface Extent {
  readonly from: number
  readonly to: number
}

/**
 * The reads that fetch all a `modbus` model maps: values of one period and table merged into the fewest blocks that `largestBlock`, `largestGap` and
 * `evenCounts` allow. The device's clock is read along where it fits into a block with values. Throws `MappingError` for a mapping that is wrong.
 */
export function planPolls(model: Model): readonly PollBlock[] {
  return planMapping(readMapping(model))
}

export function planMapping(mapping: ModbusMapping): readonly PollBlock[] {
  const groups = new Map<string, { functionCode: ReadFunction; everyMs: number; extents: Extent[] }>()
  for (const { parts, everyMs } of mapping.points) {
    const functionCode = parts[0]?.functionCode ?? 3
    const key = `${functionCode} ${everyMs}`
    const group = groups.get(key) ?? { functionCode, everyMs, extents: [] }
    group.extents.push({ from: Math.min(...parts.map(part => part.address)), to: Math.max(...parts.map(part => part.address + part.span)) })
    groups.set(key, group)
  }
  return [...groups.values()].flatMap(({ functionCode, everyMs, extents }) =>
    merge(mapping, functionCode, extents).map(({ from, to }) => ({ functionCode, address: from, count: to - from, everyMs })),
  )
}

function merge(mapping: ModbusMapping, functionCode: ReadFunction, extents: readonly Extent[]): Extent[] {
  const bits = functionCode <= 2
  const limit = bits ? MAX_BITS : mapping.largestBlock
  const even = mapping.evenCounts && !bits
  const blocks: Extent[] = []
  // Taking the leftmost values first and as many as fit gives the fewest blocks: a later block can only begin further right.
  for (const extent of extents.map(each => (even ? evened(each) : each)).sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = blocks.at(-1)
    const joined = last && join(last, extent)
    if (last && joined && extent.from - last.to <= mapping.largestGap && joined.to - joined.from <= limit) blocks[blocks.length - 1] = joined
    else blocks.push(extent)
  }
  const { clock } = mapping
  if (clock?.functionCode !== functionCode) return blocks
  const own = even ? evened({ from: clock.address, to: clock.address + clock.span }) : { from: clock.address, to: clock.address + clock.span }
  return blocks.map(block => {
    const both = join(block, own)
    const gap = Math.max(own.from - block.to, block.from - own.to)
    return gap <= mapping.largestGap && both.to - both.from <= limit ? both : block
  })
}

function join(a: Extent, b: Extent): Extent {
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) }
}

function evened({ from, to }: Extent): Extent {
  return { from: from - (from % 2), to: to + (to % 2) }
}
