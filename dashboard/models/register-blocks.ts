import type { PlannedPoll, PointRow, RegisterTable } from './model-types.ts'

/** A value within a block: where it begins, and how many registers it takes. */
export interface BlockPart {
  readonly field: string
  readonly at: number
  readonly count: number
  /** The number of its field among all, for its colour. */
  readonly index: number
}

/** Registers that one request reads. */
export interface Block {
  readonly address: number
  readonly count: number
  readonly everyMs: number
  readonly parts: readonly BlockPart[]
  /** Registers between it and the block before it; undefined for the first. Negative where both read the same. */
  readonly gap: number | undefined
}

/** The blocks that are read of one table, by address. */
export interface TableBlocks {
  readonly table: RegisterTable
  readonly blocks: readonly Block[]
}

/** What a plan reads, laid out along the addresses of each table, and which of the registers become values. */
export function blocksOf(polls: readonly PlannedPoll[], points: readonly PointRow[]): readonly TableBlocks[] {
  const reads = polls.flatMap(({ place, everyMs }) => (place && 'table' in place ? [{ ...place, everyMs }] : []))
  return [...Map.groupBy(reads, read => read.table)]
    .sort(([a], [b]) => a - b)
    .map(([table, ofTable]) => {
      const sorted = ofTable.toSorted((a, b) => a.address - b.address)
      return { table, blocks: sorted.map((read, index) => ({ ...read, parts: partsIn(table, read, points), gap: gapBefore(read, sorted[index - 1]) })) }
    })
}

function gapBefore(read: { readonly address: number }, before: { readonly address: number; readonly count: number } | undefined): number | undefined {
  return before && read.address - before.address - before.count
}

/** Values read at the block's own pace: of one read along with others the other block tells. */
function partsIn(table: RegisterTable, read: Pick<Block, 'address' | 'count' | 'everyMs'>, points: readonly PointRow[]): BlockPart[] {
  return points.flatMap(({ field, registers, everyMs }, index) => {
    if (registers?.table !== table || everyMs !== read.everyMs) return []
    return registers.parts
      .filter(part => part.address >= read.address && part.address + part.count <= read.address + read.count)
      .map(part => ({ field, at: part.address - read.address, count: part.count, index }))
  })
}
