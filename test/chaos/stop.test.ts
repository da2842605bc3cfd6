import { rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { citygate, dataFolder, type GatewayProcess, startGateway } from '../support/gateway.ts'
import { type Influxd, startInfluxd } from '../support/influxd.ts'
import { chance, freePort, much, say } from './chaos.ts'
import { Fleet } from './fleet.ts'
import { storedInInflux, storedInSqlite, verify } from './verify.ts'

const BOUND_MS = 10_500

let data: string
let fleet: Fleet
let gateway: GatewayProcess | undefined
let influxd: Influxd | undefined
let proxy: FaultProxy | undefined

afterEach(async () => {
  await fleet.stop()
  await gateway?.stop()
  await proxy?.stop()
  await influxd?.stop()
  proxy = undefined
  influxd = undefined
  await rm(data, { recursive: true, force: true })
})

async function stopped(of: GatewayProcess): Promise<number> {
  const from = performance.now()
  await of.kill('SIGTERM')
  return Math.round(performance.now() - from)
}

describe('SIGTERM under load', () => {
  it('ends within its bound, again and again, and loses nothing', async () => {
    data = await dataFolder()
    fleet = new Fleet({ devices: 40, perSecond: 6_000, inFlight: 50, random: chance('SIGTERM') })
    await fleet.enrol(data)
    const port = await freePort()
    const command = ['serve', '--http', '0', '--mqtt', String(port)]
    fleet.start(port)
    const took: number[] = []
    for (let round = 0; round < much(2, 10); round++) {
      gateway = await startGateway({ data, command })
      await fleet.more(2_000)
      took.push(await stopped(gateway))
    }
    gateway = await startGateway({ data, command })
    await fleet.settle()
    say(`SIGTERM: stopped in ${took.join(', ')} ms`)
    expect(Math.max(...took)).toBeLessThan(BOUND_MS)
    await verify('SIGTERM', gateway, fleet, () => storedInSqlite(data))
  }, 120_000)

  it('ends within its bound although InfluxDB says nothing, starts again although it still says nothing, and loses nothing', async () => {
    data = await dataFolder()
    influxd = await startInfluxd()
    const { url } = influxd
    proxy = await startFaultProxy({ host: '127.0.0.1', port: Number(new URL(url).port) })
    fleet = new Fleet({ devices: 20, perSecond: 3_000, inFlight: 50, random: chance('SIGTERM, hung store') })
    await fleet.enrol(data)
    const port = await freePort()
    const args = ['--series', 'influx', '--influx-url', `http://127.0.0.1:${proxy.port}`, '--influx-db', 'stop']
    const start = async (): Promise<GatewayProcess> => startGateway({ data, command: ['serve', '--http', '0', '--mqtt', String(port)], args })
    gateway = await start()
    fleet.start(port)
    await fleet.more(1_000)
    proxy.set({ kind: 'blackhole' })
    await fleet.more(3_000)
    const took = await stopped(gateway)
    const from = performance.now()
    gateway = await start()
    const started = Math.round(performance.now() - from)
    await fleet.more(1_000)
    say(`SIGTERM while the store hangs: stopped in ${took} ms, started again in ${started} ms`)
    expect(took).toBeLessThan(BOUND_MS)
    expect(started).toBeLessThan(10_000)
    proxy.set({ kind: 'none' })
    await fleet.settle()
    await verify('SIGTERM while the store hangs', gateway, fleet, () => storedInInflux(url, 'stop'))
  }, 120_000)
})

describe('a second start on the same data folder', () => {
  it('is refused and says so, and the first goes on', async () => {
    data = await dataFolder()
    fleet = new Fleet({ devices: 5, perSecond: 500, inFlight: 20, random: chance('second start') })
    await fleet.enrol(data)
    const port = await freePort()
    gateway = await startGateway({ data, command: ['serve', '--http', '0', '--mqtt', String(port)] })
    fleet.start(port)
    await fleet.more(100)
    const second = await citygate(['serve', '--http', '0', '--mqtt', '0', '--data', data])
    expect(second.code).not.toBe(0)
    expect(second.stderr).toMatch(/DATA_FOLDER_IN_USE: another gateway is running on the data folder .*: stop it, or choose another folder with --data/)
    await fleet.more(100)
    await pause(100)
    await fleet.settle()
    await verify('second start', gateway, fleet, () => storedInSqlite(data))
  }, 60_000)
})
