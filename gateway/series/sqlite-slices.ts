import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'

/** Rows read in one go: a few milliseconds. Between two slices the event loop turns. */
const ROWS_A_SLICE = 5_000

/** A stretch of time, its end excluded. */
export interface Slice {
  readonly from: number
  readonly to: number
}

/**
 * Cuts a device's stretch of time into slices of at most 5,000 rows (more only when more bear one millisecond), in reading order, so that a long read never holds
 * the event loop for long, however dense the rows are.
 */
export async function* slices(db: DatabaseSync, table: string, device: number, within: Slice, newestFirst: boolean): AsyncGenerator<Slice> {
  const order = newestFirst ? 'DESC' : 'ASC'
  const edge = db.prepare(`SELECT at FROM ${table} WHERE device = ? AND at >= ? AND at < ? ORDER BY at ${order} LIMIT 1 OFFSET ${ROWS_A_SLICE}`)
  let { from, to } = within
  while (from < to) {
    const row = edge.get(device, from, to)
    if (row === undefined) {
      yield { from, to }
      return
    }
    const at = Number(row.at)
    if (newestFirst) {
      const cut = Math.min(at + 1, to - 1)
      yield { from: cut, to }
      to = cut
    } else {
      const cut = Math.max(at, from + 1)
      yield { from, to: cut }
      from = cut
    }
    await eventLoopTurn()
  }
}
