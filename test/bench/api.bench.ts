/**
 * How late the API answers while devices report: 500 requests a second, open loop, beside 5,000 messages a second of 5,000 devices into InfluxDB, on a whole gateway. Once without
 * the messages, to tell what they cost. `--quick`: five seconds each. Prints figures, asserts nothing but that a gateway was asked.
 */
import { loadavg } from 'node:os'
import { Pool } from 'undici'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { InfluxSeries } from '../../gateway/series/influx-series.ts'
import { startInfluxd } from '../support/influxd.ts'
import { MemoryLog } from '../support/log.ts'
import { gatewayFor, SECRET } from './gateway-contender.ts'
import { type Load, speakerOf } from './generator.ts'
import { type Asked, OpenLoop } from './open-loop.ts'
import { generateBeside, onAllCores, pinDriver, pinned, usage } from './processes.ts'

const quick = process.argv.includes('--quick')
const SECONDS = quick ? 5 : 30
const WARM_UP_SECONDS = quick ? 3 : 10
const REQUESTS_PER_SECOND = 500
const MESSAGES_PER_SECOND = 5_000
const DATABASE = 'bench_api'
const DAY_MS = 86_400_000
/** Devices that have a day behind them, a reading a minute. */
const WITH_HISTORY = 200

const load = { connections: 100, devicesEach: 50, prefix: 'api-', inFlight: 20, spread: true, secret: SECRET, perSecond: MESSAGES_PER_SECOND } as const
const devices = Array.from({ length: load.connections }, (_, n) => speakerOf(load, n).devices).flat()
const kinds = [...(await loadCatalogue()).kinds()]

const device = (n: number): string => devices[(n * 7919) % devices.length] ?? ''
const withHistory = (n: number): string => devices[(n * 7919) % WITH_HISTORY] ?? ''
const asked: readonly Asked[] = [
  { name: 'latest values of a device', share: 50, path: n => `/api/v1/devices/${device(n)}/latest` },
  { name: 'a day of readings, 15 min means', share: 20, path: n => `/api/v1/devices/${withHistory(n)}/readings?from=-24h&every=15m&fields=speed` },
  { name: 'a page of 50 devices', share: 15, path: n => `/api/v1/devices?limit=50&offset=${(n * 7919) % devices.length}` },
  { name: 'live, a box with 1 % of them', share: 10, path: n => `/api/v1/live?bbox=${box(n)}` },
  { name: 'overview of the city', share: 5, path: () => '/api/v1/overview' },
]

pinDriver()
const influxd = await onAllCores(startInfluxd)
const gateway = await gatewayFor(load, ['--series', 'influx', '--influx-url', influxd.url, '--influx-db', DATABASE, '--journal-budget-bytes', '4GB'])
// Connections of their own for each sort, so that whoever waits for InfluxDB does not hold up the others here, before they are asked.
const pools = new Map(asked.map(({ name }) => [name, new Pool(gateway.http, { connections: 48, pipelining: 1 })]))
try {
  await writeHistory()
  const { code, stdout, stderr } = await gateway.citygate('token', 'add', '--org', 'bench', '--json')
  if (code !== 0) throw new Error(stderr)
  const { token }: { readonly token: string } = JSON.parse(stdout)
  await everyRouteAnswers(token)
  console.log(`${REQUESTS_PER_SECOND} requests/s for ${SECONDS} s, open loop, ${devices.length} devices${pinned ? ', gateway and driver on a core each' : ''}`)
  await measured('no messages', token)
  const end = await generateBeside({ ...load, port: gateway.mqttPort, seconds: 3_600 } satisfies Load)
  await measured(`${MESSAGES_PER_SECOND} messages/s`, token)
  await end()
} finally {
  await Promise.all([...pools.values()].map(pool => pool.close()))
  await gateway.drop()
  await influxd.stop()
}

async function measured(beside: string, token: string): Promise<void> {
  await loop(token).run(WARM_UP_SECONDS)
  const [account, began, cpu] = [await gateway.account(), performance.now(), usage(gateway.pid).cpuSeconds]
  const measuredLoop = loop(token)
  await measuredLoop.run(SECONDS)
  const seconds = (performance.now() - began) / 1000
  const busy = ((usage(gateway.pid).cpuSeconds - cpu) / seconds) * 100
  const after = await gateway.account()
  console.log(
    `\n${beside} (load of the machine ${loadavg()[0]?.toFixed(1)}): gateway ${busy.toFixed(0)} % of a core; ${measuredLoop.errors} errors; ${rate(after.received - account.received, seconds)} received, ${rate(after.stored - account.stored, seconds)} stored, ${after.pending} pending`,
  )
  for (const { name, answers, p50, p99, max } of measuredLoop.lateness)
    console.log(`  ${name.padEnd(34)} ${String(answers).padStart(6)} answers   p50 ${ms(p50)}   p99 ${ms(p99)}   max ${ms(max)}`)
}

function loop(token: string): OpenLoop {
  return new OpenLoop({ asked, perSecond: REQUESTS_PER_SECOND, ask: async (path, name) => (await ask(path, name, token)) === 200 })
}

async function ask(path: string, name: string, token: string): Promise<number> {
  const pool = pools.get(name)
  if (pool === undefined) throw new Error(`no connections for ${name}`)
  const { statusCode, body } = await pool.request({ path, method: 'GET', headers: { authorization: `Bearer ${token}` } })
  await body.dump({ limit: 1e9 })
  return statusCode
}

/** A benchmark of refusals would be a fast one. */
async function everyRouteAnswers(token: string): Promise<void> {
  for (const { path, name } of asked) {
    const status = await ask(path(1), name, token)
    if (status !== 200) throw new Error(`${path(1)} is answered with ${status}`)
  }
}

/** Over the city in which the generator spreads its devices, a hundredth of it. */
function box(n: number): string {
  const [west, south] = [121.26 + ((n * 13) % 9) * 0.042, 31.05 + ((n * 29) % 9) * 0.036]
  return [west, south, west + 0.042, south + 0.036].map(degrees => degrees.toFixed(3)).join(',')
}

async function writeHistory(): Promise<void> {
  const store = new InfluxSeries({ url: influxd.url, database: DATABASE, retentionDays: 400, kinds, log: new MemoryLog() })
  await store.start()
  const from = Math.floor(Date.now() / 60_000) * 60_000 - DAY_MS
  for (let minute = 0; minute < 1_440; minute += 20) {
    const readings = Array.from({ length: 20 * WITH_HISTORY }, (_, place) => ({
      device: devices[place % WITH_HISTORY] ?? '',
      org: 'bench',
      kind: 'bus',
      model: 'citygate-bus-unit',
      at: from + (minute + Math.floor(place / WITH_HISTORY)) * 60_000,
      sub: place,
      receivedAt: from,
      values: { speed: (place * 37) % 80, heading: (place * 11) % 360, route: 'SYN-1', satellites: 9, doorOpen: false },
      position: { lat: 31.2304, lon: 121.4737 },
      flags: {},
      origin: place,
    }))
    await store.write(readings, new AbortController().signal)
  }
  await store.stop()
}

function rate(count: number, seconds: number): string {
  return `${Math.round(count / seconds).toLocaleString('en')}/s`
}

function ms(value: number): string {
  return `${value.toFixed(1).padStart(7)} ms`
}
