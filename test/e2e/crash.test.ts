import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { afterEach, describe, expect, it } from 'vitest'
import { encodeTelemetry } from '../../devices/protocols/telemetry/encode.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { gatewayAccountProblems } from '../support/account.ts'
import { dataFolder, type GatewayProcess, startGateway } from '../support/gateway.ts'
import { MemoryLog } from '../support/log.ts'
import { tester } from '../support/tester.ts'

const BUSES = 20
const KILLS = 3
const IN_FLIGHT = 50
const SECRET = 'a-secret-of-the-bus-company'

let data: string | undefined
let gateway: GatewayProcess | undefined

afterEach(async () => {
  await gateway?.stop()
  gateway = undefined
  if (data) await rm(data, { recursive: true, force: true })
})

/** Publishes readings without a pause until the connection breaks; answers the times of those that were acknowledged. */
async function publishUntilBroken(port: number, device: string, from: number, acknowledged: Set<number>): Promise<number> {
  const client = mqtt.connect({ host: '127.0.0.1', port, username: device, password: SECRET, reconnectPeriod: 0, clientId: `${device}-${from}` })
  client.on('error', () => undefined)
  await new Promise(resolve => client.once('connect', resolve))
  let at = from
  let broken = false
  client.once('close', () => {
    broken = true
  })
  let inFlight = 0
  while (!broken) {
    if (inFlight >= IN_FLIGHT) {
      await new Promise(resolve => setImmediate(resolve))
      continue
    }
    const mine = at++
    inFlight++
    client.publish(
      `up/${device}/telemetry`,
      Buffer.from(encodeTelemetry({ bus: { fixTimeMs: mine, latitude: 31.2, longitude: 121.5, speedKmh: mine % 60 } })),
      { qos: 1 },
      error => {
        inFlight--
        if (!error) acknowledged.add(mine)
      },
    )
  }
  client.end(true)
  return at
}

async function enrol(into: string): Promise<void> {
  const registry = new Registry({ file: join(into, 'registry.db'), log: new MemoryLog(), now: Date.now })
  await registry.start()
  await registry
    .as(tester)
    .addDevices(Array.from({ length: BUSES }, (_, n) => ({ device: { id: `bus-${n}`, org: 'o', model: 'citygate-bus-unit' }, secret: SECRET })))
  await registry.stop()
}

describe('kill -9 under load', () => {
  it('loses no acknowledged reading and doubles none', async () => {
    data = await dataFolder()
    await enrol(data)
    const acknowledged = Array.from({ length: BUSES }, () => new Set<number>())
    const start = Date.now() - 3_600_000
    let next = Array.from({ length: BUSES }, () => start)
    for (let round = 0; round < KILLS; round++) {
      gateway = await startGateway({ data })
      const { mqttPort } = gateway
      const before = acknowledged.reduce((sum, set) => sum + set.size, 0)
      const publishing = next.map((from, n) => publishUntilBroken(mqttPort, `bus-${n}`, from, acknowledged[n] ?? new Set()))
      await expect.poll(() => acknowledged.reduce((sum, set) => sum + set.size, 0) - before, { timeout: 20_000 }).toBeGreaterThan(3_000)
      await gateway.kill('SIGKILL')
      next = await Promise.all(publishing)
    }
    gateway = await startGateway({ data })
    const after = gateway
    const get: GatewayProcess['get'] = path => after.get(path)
    await expect.poll(() => get<{ pending: number }>('/account').then(account => account.pending), { timeout: 20_000 }).toBe(0)
    let counted = 0
    for (let n = 0; n < BUSES; n++) {
      const stored = await storedTimes(get, `bus-${n}`, start, next[n] ?? start)
      const unique = new Set(stored)
      expect(unique.size, 'a reading is there twice').toBe(stored.length)
      const missing = [...(acknowledged[n] ?? [])].filter(at => !unique.has(at))
      expect(missing, 'acknowledged and not stored').toEqual([])
      counted += unique.size
    }
    const sent = acknowledged.reduce((sum, set) => sum + set.size, 0)
    console.log(`kill -9: ${KILLS} times, ${sent} acknowledged, ${counted} stored, 0 missing, 0 doubled`)
    expect(counted).toBeGreaterThanOrEqual(sent)
    const account = await get<Record<'received' | 'stored' | 'duplicate' | 'rejected' | 'pending', number>>('/account')
    expect(account.received).toBe(account.stored + account.duplicate + account.rejected)
    expect(account.stored).toBe(counted)
    expect(await gatewayAccountProblems(gateway)).toEqual([])
  }, 120_000)
})

async function storedTimes(get: GatewayProcess['get'], device: string, from: number, to: number): Promise<number[]> {
  const times: number[] = []
  // Windows of 5,000 ms hold at most 5,000 readings: one a millisecond.
  for (let at = from; at < to; at += 5_000) {
    const window = `from=${new Date(at).toISOString()}&to=${new Date(Math.min(at + 5_000, to)).toISOString()}`
    const { rows } = await get<{ rows: { at: string }[] }>(`/devices/${device}/readings?${window}&fields=speed&limit=10000`)
    times.push(...rows.map(row => Date.parse(row.at)))
  }
  return times
}
