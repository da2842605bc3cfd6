import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import type { JournalOffset } from '../model/frame.ts'
import type { ListedSegment } from './list-segments.ts'
import type { Repair, Repairs } from './repairs.ts'
import { SEGMENT_HEADER_BYTES } from './segment-header.ts'
import { type Hole, walk } from './walk.ts'

/** What is left of the last segment. */
export interface Recovered {
  /** The offset of the next frame. */
  readonly next: JournalOffset
  /** Whether the next frame may follow in the same file; otherwise a new segment begins with it. */
  readonly goesOn: boolean
}

/**
 * Walks the last segment after a run that may have ended anywhere, and takes note of what is wrong. Three things are told apart:
 *
 * - Behind the last whole record stands the beginning of a group whose sync never returned: cut off. Zeros there are space that was made ahead.
 * - A hole in the last group: its sync never returned either, for disks write sectors in any order. Passed over; what is whole in that group stays.
 * - A hole further ahead: a group behind it exists, so all before that was synced. Damage.
 *
 * `reached`: how far the journal is known to have been synced. If the records end before it, what follows is no torn group but a loss, and nothing is cut.
 */
export async function recover({ segment, beginning }: ListedSegment, reached: JournalOffset, repairs: Repairs): Promise<Recovered> {
  const name = basename(segment.path)
  const holes: Hole[] = []
  let next = segment.first
  let lastGroup: JournalOffset | undefined
  const file = await open(segment.path, 'r+')
  try {
    let tail = { position: segment.bytes, bytes: 0 }
    for await (const step of walk(file, { from: segment.begin, size: segment.bytes, first: segment.first, before: Number.POSITIVE_INFINITY })) {
      for (const record of step.records) segment.mark(record.frame.offset, record.position)
      lastGroup = step.records.at(-1)?.groupFirst ?? lastGroup
      holes.push(...step.holes)
      next = step.next
      tail = step.tail ?? tail
    }
    for (const hole of holes) repairs.add({ ...repairOf(hole, lastGroup), file: name })
    segment.indexed = true
    segment.bytes = tail.position
    const { position, bytes } = tail
    if (next < reached) {
      repairs.add({ kind: bytes > 0 ? 'damaged' : 'missing', action: 'passed over', file: name, position, bytes, from: next, to: reached })
      return { next: reached, goesOn: false }
    }
    if (bytes > 0) {
      repairs.add({ kind: 'torn', action: 'cut off', file: name, position, bytes, from: next, to: next })
      await file.truncate(position)
      await file.sync()
    }
    return { next, goesOn: beginning === 'header' }
  } finally {
    await file.close()
  }
}

function repairOf({ position, bytes, from, to }: Hole, lastGroup: JournalOffset | undefined): Omit<Repair, 'file'> {
  const inLastGroup = lastGroup !== undefined && from >= lastGroup && position >= SEGMENT_HEADER_BYTES
  return { kind: inLastGroup ? 'torn' : 'damaged', action: 'passed over', position, bytes, from, to }
}
