/**
 * A long run at a steady rate into InfluxDB, which is killed twice for a minute: `node test/bench/soak.ts [minutes=60] [messages a second=5000]`. Prints a line a minute and the
 * account at the end; exits with 1 when an acknowledged reading is missing or one is doubled.
 */
import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Registry } from '../../gateway/registry/registry.ts'
import { dataFolder, startGateway } from '../support/gateway.ts'
import { startInfluxd } from '../support/influxd.ts'
import { MemoryLog } from '../support/log.ts'
import { tester } from '../support/tester.ts'
import { type Load, type LoadResult, speakerOf } from './generator.ts'

const MINUTES = Number(process.argv[2] ?? 60)
const RATE = Number(process.argv[3] ?? 5000)
const CONNECTIONS = 500
const SECRET = 'a-secret-for-the-soak-run'
const DOWN_SECONDS = 60
/** When InfluxDB is killed, as shares of the run. */
const KILLS = [0.25, 0.6]

interface Account {
  readonly received: number
  readonly stored: number
  readonly duplicate: number
  readonly rejected: number
  readonly pending: number
}

const load: Load = { port: 0, connections: CONNECTIONS, devicesEach: 1, prefix: 'soak-', secret: SECRET, inFlight: 20, seconds: MINUTES * 60, perSecond: RATE }
const data = await dataFolder()
const registry = new Registry({ file: join(data, 'registry.db'), log: new MemoryLog(), now: Date.now })
await registry.start()
await registry
  .as(tester)
  .addDevices(
    Array.from({ length: CONNECTIONS }, (_, n) => ({ device: { id: speakerOf(load, n).name, org: 'soak', model: 'citygate-bus-unit' }, secret: SECRET })),
  )
await registry.stop()
const influxd = await startInfluxd()
const gateway = await startGateway({ data, args: ['--series', 'influx', '--influx-url', influxd.url, '--influx-db', 'soak', '--log-level', 'error'] })
const { pid } = gateway

console.log(
  `soak: ${MINUTES} min at ${RATE} messages/s over ${CONNECTIONS} connections into InfluxDB, killed at ${KILLS.map(share => `minute ${(share * MINUTES).toFixed(1)}`).join(' and ')} for ${DOWN_SECONDS} s`,
)
const generator = spawn(process.execPath, [join(import.meta.dirname, 'generator.ts'), JSON.stringify({ ...load, port: gateway.mqttPort })], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
let printed = ''
generator.stdout.on('data', chunk => (printed += chunk))
const ended = new Promise(resolve => generator.once('exit', resolve))
const outages = KILLS.map(async share => {
  await pause(share * MINUTES * 60_000)
  await influxd.kill()
  await pause(DOWN_SECONDS * 1000)
  await influxd.restart()
})
const from = Date.now()
while (generator.exitCode === null) {
  await Promise.race([pause(60_000), ended])
  await line()
}
await Promise.all(outages)
let account = await gateway.get<Account>('/account')
while (account.pending > 0) {
  await pause(500)
  account = await gateway.get<Account>('/account')
}
await line()
const sent = JSON.parse(printed.trim().split('\n').at(-1) ?? '{}') as LoadResult
const points = await count(influxd.url)
console.log(`acknowledged ${sent.acknowledged}, p50 ${sent.p50Ms} ms, p99 ${sent.p99Ms} ms; points in InfluxDB ${points}; account ${JSON.stringify(account)}`)
const honest =
  points === account.stored &&
  account.received === account.stored + account.duplicate + account.rejected &&
  points >= sent.acknowledged &&
  account.duplicate === 0
console.log(honest ? 'every acknowledged reading is there once' : 'NOT every reading is there once')
process.exitCode = honest ? 0 : 1
await gateway.stop()
await influxd.stop()

async function line(): Promise<void> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const { received, stored, pending } = await gateway.get<Account>('/account')
  const megabytes = Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)
  console.log(`  minute ${((Date.now() - from) / 60_000).toFixed(1)}: gateway ${megabytes} MB, received ${received}, stored ${stored}, pending ${pending}`)
}

async function count(url: string): Promise<number> {
  const answer = await fetch(`${url}/query?db=soak&q=${encodeURIComponent('SELECT count(speed) FROM bus')}`)
  const body = (await answer.json()) as { results: { series?: { values: [string, number][] }[] }[] }
  return body.results[0]?.series?.[0]?.values[0]?.[1] ?? 0
}
