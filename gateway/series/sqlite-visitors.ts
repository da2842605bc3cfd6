import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import type { DeviceId } from '../model/ids.ts'
import type { CheckedVisitors } from './checked-query.ts'
import type { SqliteNames } from './sqlite-names.ts'
import { slices } from './sqlite-slices.ts'
import { tableOf } from './sqlite-tables.ts'

/** The event loop turns after so long a look at most, and one slice of one device. */
const LOOK_MS = 4

/** The devices with a row in the box: each is looked through until its first such row. */
export async function findVisitors(db: DatabaseSync, query: CheckedVisitors, names: SqliteNames): Promise<ReadonlySet<DeviceId>> {
  const { west, south, east, north } = query.box
  const table = tableOf(query.kind)
  const find = db.prepare(`SELECT 1 FROM ${table} WHERE device = ? AND at >= ? AND at < ? AND lat BETWEEN ? AND ? AND lon BETWEEN ? AND ? LIMIT 1`)
  const visitors = new Set<DeviceId>()
  let since = performance.now()
  for (const id of query.devices) {
    const device = names.find(id)
    if (device === undefined) continue
    for await (const slice of slices(db, table, device, query, false)) {
      if (find.get(device, slice.from, slice.to, south, north, west, east) === undefined) continue
      visitors.add(id)
      break
    }
    if (performance.now() - since < LOOK_MS) continue
    await eventLoopTurn()
    since = performance.now()
  }
  return visitors
}
