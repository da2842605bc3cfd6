import { open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { dataFolder, type GatewayProcess, startGateway } from '../support/gateway.ts'
import { type Influxd, startInfluxd } from '../support/influxd.ts'
import { type SmallDisk, smallDisk } from '../support/small-disk.ts'
import { chance, freePort, much, say } from './chaos.ts'
import { Fleet } from './fleet.ts'
import { storedInInflux, verify } from './verify.ts'

const DATABASE = 'chaos'

let data: string
let fleet: Fleet
let influxd: Influxd
let proxy: FaultProxy
let disk: SmallDisk | undefined
let gateway: GatewayProcess | undefined

afterEach(async () => {
  await fleet.stop()
  await gateway?.stop()
  await proxy.stop()
  await influxd.stop()
  await disk?.remove()
  await rm(data, { recursive: true, force: true })
})

interface Sink {
  readonly name: string
  readonly state: string
  readonly lagFrames: number
  readonly problem?: string
}

async function seriesSink(): Promise<Sink | undefined> {
  return (await gateway?.get<{ sinks: Sink[] }>('/health'))?.sinks.find(({ name }) => name === 'series')
}

/** What health says is wrong. */
async function advice(): Promise<string> {
  const health = (await (await fetch(`${gateway?.http}/api/v1/health`)).json()) as { checks: { name: string; ok: boolean; advice?: string }[] }
  return health.checks.flatMap(check => (check.ok ? [] : [`${check.name}: ${check.advice}`])).join(' | ')
}

/** A gateway that writes to InfluxDB through the proxy, and a fleet that sends. */
async function city(name: string, options: { readonly perSecond: number; readonly under?: string; readonly env?: NodeJS.ProcessEnv }): Promise<void> {
  const random = chance(name)
  influxd = await startInfluxd(options.under === undefined ? {} : { under: options.under })
  proxy = await startFaultProxy({ host: '127.0.0.1', port: Number(new URL(influxd.url).port) })
  data = await dataFolder()
  fleet = new Fleet({ devices: 30, perSecond: options.perSecond, inFlight: 50, random })
  await fleet.enrol(data)
  const port = await freePort()
  const words = ['--series', 'influx', '--influx-url', `http://127.0.0.1:${proxy.port}`, '--influx-db', DATABASE]
  gateway = await startGateway({ data, command: ['serve', '--http', '0', '--mqtt', String(port)], args: words, ...(options.env && { env: options.env }) })
  fleet.start(port)
  await fleet.more(500)
}

/** The account once nothing is pending. */
async function settled(): Promise<{ readonly pending: number; readonly lost?: number }> {
  const account = (): Promise<{ pending: number; lost?: number } | undefined> => gateway?.get('/account') ?? Promise.resolve(undefined)
  await expect.poll(async () => (await account())?.pending, { timeout: 60_000 }).toBe(0)
  return (await account()) ?? { pending: 0 }
}

const stored = (): ReturnType<typeof storedInInflux> => storedInInflux(influxd.url, DATABASE)

describe('InfluxDB', () => {
  it('killed, refusing, slow, silent, cut and truncated under load: receipts go on, and everything is there once', async () => {
    await city('InfluxDB', { perSecond: 3_000 })
    const forMs = much(1_200, 8_000)
    const random = chance('InfluxDB faults')
    const faults: [string, Fault][] = [
      ['refusing', { kind: 'refuse' }],
      ['slow', { kind: 'delay', ms: 700 }],
      ['cut in the middle of requests', { kind: 'cut', afterBytes: random.integer(1_000, 60_000) }],
      ['doing what it is asked and telling nobody', { kind: 'truncate', afterBytes: 0 }],
      ['cut in the middle of answers', { kind: 'truncate', afterBytes: random.integer(1, 100) }],
      // In the long form, longer than the gateway waits for an answer.
      ['silent', { kind: 'blackhole' }],
    ]
    const told: string[] = []
    for (const [what, fault] of faults) {
      proxy.set(fault)
      const before = fleet.acknowledged
      await pause(fault.kind === 'blackhole' ? much(1_200, 25_000) : forMs)
      const acknowledged = fleet.acknowledged - before
      expect(acknowledged, `receipts while InfluxDB is ${what}`).toBeGreaterThan(1_000)
      told.push(`${what}: ${acknowledged} receipts, lag ${(await seriesSink())?.lagFrames}`)
      proxy.set({ kind: 'none' })
    }
    const before = fleet.acknowledged
    await influxd.kill()
    await pause(much(1_500, 60_000))
    const sink = await seriesSink()
    expect(sink).toMatchObject({ state: 'retrying', problem: expect.stringMatching(/InfluxDB at .*; check that it runs/) })
    expect(sink?.lagFrames).toBeGreaterThan(1_000)
    told.push(`killed for ${much(1.5, 60)} s: ${fleet.acknowledged - before} receipts, lag ${sink?.lagFrames}`)
    await influxd.restart()
    await fleet.settle()
    say(`InfluxDB: ${told.join('; ')}; ${proxy.harmed} connections harmed`)
    const from = performance.now()
    const account = await verify('InfluxDB', gateway as GatewayProcess, fleet, stored)
    say(`InfluxDB: caught up ${Math.round(performance.now() - from)} ms after the last receipt`)
    expect(account.rejected).toBe(0)
  }, 300_000)

  it('that refuses one point among 5,000 stores the rest, and the account names that one', async () => {
    await city('InfluxDB, one bad point', { perSecond: 5_000 })
    await fleet.settle()
    const [bad, ...good] = fleet.devices
    if (!bad) throw new Error('no device')
    // Somebody else once wrote a text where speeds belong: in the shard of that day no speed can be stored any more.
    const day = bad.nextAt - 30 * 86_400_000
    const foreign = await fetch(`${influxd.url}/write?db=${DATABASE}&rp=citygate&precision=ms`, {
      method: 'POST',
      body: `bus,device=foreign speed="fast" ${day}`,
    })
    expect(foreign.status).toBe(204)
    bad.publishAt(day)
    for (let n = 0; n < 5_000; n++) good[n % good.length]?.publish(1)
    await fleet.settle()
    bad.acknowledged.delete(day)
    const account = await verify('InfluxDB, one bad point', gateway as GatewayProcess, fleet, stored, { refused: 1 })
    expect(account.rejectedBy).toEqual({ STORE_REFUSED: 1 })
    const rejected = await gateway?.get<{ frames: { device: string; reason: string; detail: string }[] }>('/rejected')
    expect(rejected?.frames).toMatchObject([{ device: bad.id, reason: 'STORE_REFUSED', detail: expect.stringContaining('field type conflict') }])
  }, 60_000)

  it('that hangs makes health say so when its lag passes the budget; when the journal is full devices wait, and all resumes by itself', async () => {
    const env = {
      CITYGATE_LAG_BUDGET: '1',
      CITYGATE_JOURNAL_BUDGET_BYTES: '2MB',
      CITYGATE_JOURNAL_SEGMENT_BYTES: '128KiB',
      CITYGATE_JOURNAL_KEEP_BYTES: '0',
      CITYGATE_LIMITS_PAYLOAD_BYTES: '16KiB',
    }
    await city('lag budget', { perSecond: 5_000, env })
    proxy.set({ kind: 'blackhole' })
    await expect.poll(advice, { timeout: 15_000 }).toMatch(/series is \d+ s behind \(\d+ frames\), more than its budget of 1 s/)
    await expect.poll(advice, { timeout: 30_000 }).toMatch(/(^|\| )journal: the journal has used its budget/)
    await fleet.until(
      () => fleet.inFlight >= 100,
      10_000,
      () => 'devices do not wait',
    )
    const before = fleet.acknowledged
    await pause(much(1_000, 5_000))
    expect(fleet.acknowledged - before, 'receipts while the journal is full').toBeLessThan(100)
    expect(fleet.signedIn, 'devices stay connected').toBe(fleet.devices.length)
    proxy.set({ kind: 'none' })
    await fleet.more(5_000, 40_000)
    await fleet.settle()
    await verify('lag budget', gateway as GatewayProcess, fleet, stored)
    await expect.poll(advice, { timeout: 10_000 }).toBe('')
  }, 120_000)

  it('that is away while the journal is damaged under the running gateway: the hole is reported, and everything beside it is delivered', async () => {
    const env = { CITYGATE_JOURNAL_SEGMENT_BYTES: '65536', CITYGATE_LIMITS_PAYLOAD_BYTES: '16KiB' }
    await city('damage while running', { perSecond: 10_000, env })
    proxy.set({ kind: 'blackhole' })
    // So many that the first of them are not held decoded any more, and are read again for the store.
    await fleet.more(50_000, 60_000)
    const segments = (await readdir(join(data, 'journal'))).filter(name => name.endsWith('.seg')).sort()
    const closed = segments.find(name => Number(name.replace('.seg', '')) > 12_000)
    const hurt = await open(join(data, 'journal', closed ?? ''), 'r+')
    await hurt.write(Buffer.alloc(3_000, 0xa5), 0, 3_000, 20_000)
    await hurt.close()
    proxy.set({ kind: 'none' })
    await fleet.more(1_000, 30_000)
    await fleet.settle()
    const account = await settled()
    const lost = account.lost ?? 0
    expect(lost).toBeGreaterThan(0)
    expect(lost).toBeLessThanOrEqual(3_000 / 60)
    expect(gateway?.output()).toMatch(/the journal is damaged/)
    say(`damage while running: 3,000 bytes of a closed segment, ${lost} frames lost and reported`)
    await verify('damage while running', gateway as GatewayProcess, fleet, stored, { destroyed: lost })
  }, 90_000)

  it('out of disk delays and loses nothing', async context => {
    disk = await smallDisk(96)
    if (!disk) return context.skip('this user may not mount a small file system')
    await city('InfluxDB, disk full', { perSecond: 3_000, under: disk.path })
    await fleet.more(1_000)
    await disk.fill(0)
    await expect
      .poll(async () => (await seriesSink())?.problem, { timeout: 20_000 })
      .toMatch(/out of disk .*no space left on device.*: free space there, then restart InfluxDB/)
    const before = fleet.acknowledged
    await pause(much(1_000, 10_000))
    expect(fleet.acknowledged - before, 'receipts while InfluxDB is out of disk').toBeGreaterThan(1_000)
    say(`InfluxDB, disk full: said ${(await seriesSink())?.problem}`)
    await disk.free()
    // Room alone does not help: InfluxDB's write-ahead log refuses until it is started again, and the advice says so.
    await influxd.restart()
    await fleet.settle()
    await verify('InfluxDB, disk full', gateway as GatewayProcess, fleet, stored)
  }, 120_000)
})
