import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'vitest'
import type { GatewayProcess } from '../support/gateway.ts'
import { memoryOf, say } from './chaos.ts'
import type { Fleet } from './fleet.ts'

/** Generous: what counts is that it does not grow with what is thrown at the gateway. */
const MOST_MEMORY_MB = 900

interface Account {
  readonly received: number
  readonly stored: number
  readonly duplicate: number
  readonly rejected: number
  readonly rejectedBy: Readonly<Record<string, number>>
  readonly pending: number
}

/** What the gateway is known to have been denied: everything else must be there. */
export interface Allowance {
  /** Frames whose bytes in the journal were destroyed: they need not be stored, and the journal's end counts them. */
  readonly destroyed?: number
  /** Frames a store refused for good. */
  readonly refused?: number
  readonly timeoutMs?: number
}

/** Event times a store holds for each device, a time as often as it is there. */
export type StoredTimes = ReadonlyMap<string, readonly number[]>

/** What must be true whatever was done to the gateway. Waits until nothing is pending, then compares fleet, account, journal and store, and reports in one line. */
export async function verify(
  name: string,
  gateway: GatewayProcess,
  fleet: Fleet,
  stored: () => Promise<StoredTimes>,
  allowed: Allowance = {},
): Promise<Account> {
  await expect.poll(async () => (await gateway.get<Account>('/account')).pending, { timeout: allowed.timeoutMs ?? 60_000, interval: 50 }).toBe(0)
  const account = await gateway.get<Account>('/account')
  const lag = async (): Promise<number> => {
    const { sinks } = await gateway.get<{ sinks: { cursor: number; lagFrames: number }[] }>('/health')
    return (sinks[0]?.cursor ?? 0) + (sinks[0]?.lagFrames ?? 0) - account.received
  }
  // Health may be a second old.
  await expect.poll(lag, { timeout: 5_000, message: 'frames the journal took, less those received' }).toBe(allowed.destroyed ?? 0)

  expect(account.received, 'received = stored + duplicate + rejected + pending').toBe(account.stored + account.duplicate + account.rejected + account.pending)
  expect(account.rejectedBy.STORE_REFUSED ?? 0, 'refused by the store').toBe(allowed.refused ?? 0)

  const times = await stored()
  const inAll = [...times.values()].reduce((sum, all) => sum + all.length, 0)
  let rows = 0
  let missing = 0
  for (const device of fleet.devices) {
    const all = times.get(device.id) ?? []
    const unique = new Set(all)
    expect(all.length - unique.size, `readings of ${device.id} stored twice`).toBe(0)
    rows += all.length
    for (const at of device.acknowledged) if (!unique.has(at)) missing++
    expect(device.strayReceipts, `receipts that ${device.id} did not wait for`).toBe(0)
  }
  const excused = (allowed.destroyed ?? 0) + (allowed.refused ?? 0)
  expect(missing, 'acknowledged and not stored').toBeLessThanOrEqual(excused)
  expect(account.stored, 'counted as stored, and rows').toBe(inAll)
  const memory = memoryOf(gateway.pid)
  expect(memory.peakMb, 'memory of the gateway, MB').toBeLessThan(MOST_MEMORY_MB)
  say(
    `${name}: ${fleet.acknowledged} acknowledged, ${rows} stored, ${missing} missing, 0 doubled; account ${account.received} = ${account.stored} stored + ${account.duplicate} duplicate + ${account.rejected} rejected + ${account.pending} pending; ${fleet.retransmitted} sent again; gateway ${memory.nowMb} MB, peak ${memory.peakMb} MB`,
  )
  return account
}

/** Reads the embedded store beside the gateway that writes it. */
export async function storedInSqlite(data: string): Promise<StoredTimes> {
  const db = new DatabaseSync(join(data, 'series.db'), { readOnly: true, timeout: 5_000 })
  try {
    const times = new Map<string, number[]>()
    for (const row of db.prepare('SELECT device.name AS name, at FROM reading_bus JOIN device ON device.id = reading_bus.device').iterate()) {
      const name = String(row.name)
      const list = times.get(name) ?? []
      times.set(name, list)
      list.push(Number(row.at))
    }
    return times
  } finally {
    db.close()
  }
}

/** Reads InfluxDB by itself, past the gateway. */
export async function storedInInflux(url: string, database: string): Promise<StoredTimes> {
  const q = `SELECT "speed" FROM "citygate"."bus" WHERE "org" = 'chaos' GROUP BY "device"`
  const answer = await fetch(`${url}/query?${new URLSearchParams({ db: database, q, epoch: 'ms', chunked: 'true', chunk_size: '10000' })}`)
  const times = new Map<string, number[]>()
  for (const line of (await answer.text()).split('\n')) {
    if (line === '') continue
    const { results } = JSON.parse(line) as { results: { series?: { tags: { device: string }; values: [number, number][] }[] }[] }
    for (const { tags, values } of results[0]?.series ?? []) {
      const list = times.get(tags.device) ?? []
      times.set(tags.device, list)
      for (const [at] of values) list.push(at)
    }
  }
  return times
}
